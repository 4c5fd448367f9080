"""Fixtures that several test files use."""

import os
import signal
from collections.abc import Iterator

import pytest
from fake_live import VERSIONS
from fake_midi_system import system  # noqa: F401 - a fixture
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jack_rig import JackRig, jack_rig
from live_rig import Rig, live_rig
from training_folders import home  # noqa: F401 - a fixture

# A busy machine is slow and not at fault: no example has a deadline, however long it takes.
# In CI the same examples come each time, so that a red run is the fault of what was changed; new
# ones are looked for on every other machine.
hypothesis_settings.register_profile(
    "continuo",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
hypothesis_settings.load_profile("continuo")

# Started by nohup or in the background of a script, the tests ignore signals, and so would every
# program that they start and end by one.
for name, usual in (("SIGHUP", signal.SIG_DFL), ("SIGINT", signal.default_int_handler)):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what plays through JACK's server: it waits for real time, beside the other tests."""
    for item in items:
        if "on_jack" in item.path.parts:
            item.add_marker(pytest.mark.jack)


@pytest.fixture
def rig(tmp_path) -> Iterator[JackRig]:
    """A JACK server for one test."""
    with jack_rig(tmp_path) as rig:
        yield rig


@pytest.fixture(params=VERSIONS)
def live(request) -> Iterator[Rig]:
    """A fake Live of each version, whose script has met Continuo."""
    with live_rig(request.param) as live:
        live.meet()
        yield live


@pytest.fixture(params=VERSIONS)
def lonely(request) -> Iterator[Rig]:
    """A fake Live of each version, whose script has not met Continuo."""
    with live_rig(request.param) as live:
        yield live


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch) -> None:
    """Keep the tests away from the settings of whoever runs them."""
    folder = tmp_path_factory.getbasetemp() / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    file = folder / "continuo" / "control-changes.json"
    monkeypatch.setattr("bridge.storage.midi_map_file.default_file", lambda: file)
