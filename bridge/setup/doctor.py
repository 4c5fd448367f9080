"""What a musician's machine needs: each check says what it found and how to mend it."""

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.api.address import EVENTS_PORT as OSC_EVENTS_PORT
from bridge.api.address import PORT as OSC_PORT
from bridge.patient_run import TooLongError, run_patiently
from models.artifact.catalogue import CatalogueEntry
from models.errors import ContinuoError

OK, WARN, FAIL = "ok", "warn", "fail"
OLDEST_PYTHON = (3, 11)
LOOPBACK = "127.0.0.1"
ANSWER_SECONDS = 2.0  # by the wall clock: who answers may be another program
OWN_ANSWER_SECONDS = 30.0  # for a server of ours, whose process a busy machine starts slowly
# `/continuo/ping 1` and its answer, byte for byte: this file needs no package.
_PING = b"/continuo/ping\0\0,i\0\0\0\0\0\x01"
_PONG = _PING.replace(b"ping", b"pong")
LEAST_FREE_MB = 50
CHECKUP_LIMIT_SECONDS = 60  # of the processor, for each model


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: ok, warn or fail, what was found, and its cure."""

    name: str
    status: str
    finding: str
    cure: str = ""


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def check_python(version: Sequence[int] = sys.version_info[:3]) -> Check:
    """Check that Python is new enough."""
    found = ".".join(str(part) for part in version)
    if tuple(version[:2]) < OLDEST_PYTHON:
        return Check("Python", FAIL, f"{found} is too old", "install Python 3.11 or newer")
    return Check("Python", OK, found)


def needed_packages() -> list[str]:
    """Name what pip installs with Continuo on every system; empty if pip did not install it."""
    try:
        requirements = importlib.metadata.requires("continuo") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    # After the semicolon: for one system or one extra only, which is checked elsewhere.
    return [re.split(r"[^\w.-]", line)[0] for line in requirements if ";" not in line]


def check_packages(
    needed: Sequence[str], is_installed: Callable[[str], bool] = _is_installed
) -> Iterator[Check]:
    """Check that every package that Continuo needs is installed."""
    absent = [name for name in needed if not is_installed(name)]
    for name in absent:
        yield Check(f"package {name}", FAIL, "not installed", f"pip install {name}")
    if not needed:
        yield Check("packages", WARN, "not known: pip did not install Continuo", "pip install .")
    elif not absent:
        yield Check("packages", OK, f"all {len(needed)} installed")


def check_midi(problems: dict[str, str], names: Sequence[str]) -> Iterator[Check]:
    """Check each MIDI system, given what is wrong with it, and the port names in use."""
    answers = [system for system, problem in problems.items() if not problem]
    for system, problem in problems.items():
        if not problem:
            yield Check(f"MIDI: {system}", OK, "answers")
            continue
        finding, _, cure = problem.partition(": ")
        # One system is enough to play.
        yield Check(f"MIDI: {system}", WARN if answers else FAIL, finding, cure)
    taken = [name for name in names if "Continuo" in name]
    if "winmm" in answers:
        # There the ports of these names are loopMIDI's, whether a Continuo runs or not.
        if not taken:
            yield _windows()
    elif taken:
        finding = f"another Continuo is running ({', '.join(taken)})"
        cure = "end it first, or its ports and this one's will be confused"
        yield Check("port names", WARN, finding, cure)


def _windows() -> Check:
    return Check(
        "MIDI: ports",
        FAIL,
        "Windows has no virtual MIDI ports",
        "install loopMIDI (tobias-erichsen.de) and make two ports: Continuo In, Continuo Out",
    )


def check_takes(folder: Path) -> Iterator[Check]:
    """Check that takes can be written into `folder` and that there is room for them."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = f"cannot write into {folder}: {(error.strerror or str(error)).lower()}"
        yield Check("takes folder", FAIL, reason, "name another one with --takes DIR")
        return
    yield Check("takes folder", OK, str(folder))
    free_mb = shutil.disk_usage(folder).free // 2**20
    status = OK if free_mb >= LEAST_FREE_MB else WARN
    cure = "" if status == OK else "make room, or name another folder with --takes DIR"
    yield Check("free disk", status, f"{free_mb:,} MB", cure)


def check_models(
    entries: Sequence[CatalogueEntry],
    examine: Callable[[Sequence[Path]], dict[Path, dict[str, object]]],
) -> Iterator[Check]:
    """Check that every model loads and answers a bar and a silence."""
    if not entries:
        yield Check("models", FAIL, "there is none", "continuo train makes one")
        return
    found = examine([e.path for e in entries if e.manifest])
    for entry in entries:
        result = found.get(entry.path, {"error": "loading it ended without a word"})
        error = entry.error or result["error"]
        if error:
            # A broken model of one's own is no reason not to play with another.
            status = FAIL if entry.shipped or len(entries) == 1 else WARN
            cure = "install Continuo again" if entry.shipped else f"mend or delete {entry.path}"
            yield Check(f"model {entry.name}", status, str(error), cure)
        else:
            yield Check(f"model {entry.name}", OK, f"answers ({result['seconds']:.1f} s)")


def examine_models(paths: Sequence[Path]) -> dict[Path, dict[str, object]]:
    """Load and probe artifacts in another process, which a broken one may take with it."""
    command = [sys.executable, "-P", "-m", "models.artifact.probe", *map(str, paths)]
    try:
        written = run_patiently(command, CHECKUP_LIMIT_SECONDS * max(len(paths), 1)).stdout
    except TooLongError as error:
        written = error.stdout
    lines = written.decode(errors="replace").splitlines()
    results = [json.loads(line) for line in lines if line.startswith("{")]
    return {Path(result["path"]): result for result in results}


def check_sound() -> Check:
    """Check that takes can be rendered as sound: the decoder and the bank are there."""
    name = "sound (render, demo.wav)"
    try:
        # Numpy comes with them: where it is missing, that was said with the packages.
        from bridge.sound.fluidsynth import named_sound_font
        from models.sound.shipped_bank import shipped_bank

        bank = shipped_bank()
        bank.wave(0)
        font = named_sound_font()
    except (ImportError, ContinuoError) as error:
        return Check(name, WARN, str(error), "pip install --force-reinstall soundfile")
    return Check(name, OK, f"{len(bank.presets)} instruments{f', and {font}' if font else ''}")


def check_priority(platform: str = sys.platform) -> Check:
    """Check that this user may ask for real-time priority, where that is a question."""
    name = "real-time priority"
    if not platform.startswith("linux"):
        return Check(name, OK, "not needed on this system")
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
    if os.geteuid() == 0 or limit != 0:
        return Check(name, OK, "allowed")
    cure = "sudo usermod -aG audio $USER, then log in again"
    return Check(name, WARN, "not allowed: notes may be late under load", cure)


# -- OSC and clocks ----------------------------------------------------------------------------
def check_osc(
    port: int = OSC_PORT,
    events_port: int = OSC_EVENTS_PORT,
    find: Callable[[str], object] = importlib.util.find_spec,
) -> Iterator[Check]:
    """Check the two OSC ports, that a message gets through, and what OSCQuery needs."""
    yield check_osc_echo()
    yield check_osc_port(port)
    yield check_events_port(events_port)
    yield _optional("OSCQuery by name", "zeroconf", "osc", "clients find it by its address", find)


def check_osc_echo(ask: Callable[[bytes], bytes] | None = None) -> Check:
    """Check that Continuo's OSC server, started for a moment, hears a ping and is heard."""
    name = "OSC echo"
    cure = "let Python use the network of this computer itself (127.0.0.1) in its firewall"
    try:
        answer = (ask or _ask_server)(_PING)
    except ImportError as error:
        return Check(name, WARN, f"not tried: {error}", "install what is missing, see above")
    except OSError as error:
        reason = "no answer" if isinstance(error, TimeoutError) else error.strerror or error
        return Check(name, WARN, f"a ping to {LOOPBACK} got lost: {reason}", cure)
    if answer != _PONG:
        return Check(name, WARN, f"a ping to {LOOPBACK} was answered with {answer[:40]!r}", cure)
    return Check(name, OK, f"a ping to {LOOPBACK} is answered")


def check_osc_port(port: int = OSC_PORT) -> Check:
    """Check that the port is free on which Continuo listens, and if not, who may have it."""
    error = _bind_error(port)
    if error is None:
        return Check("OSC port", OK, f"UDP {port} is free")
    if _answers_ping(port):
        finding, cure = f"another Continuo listens at UDP {port}", "end it first"
    else:
        finding, cure = f"UDP {port} is taken: {error.strerror}", "end the program that holds it"
    return Check("OSC port", WARN, finding, f"{cure}, or choose another port with --osc-port")


def check_events_port(port: int = OSC_EVENTS_PORT) -> Check:
    """Check whether somebody listens already where events go; either is as it should be."""
    if _bind_error(port) is None:
        return Check("OSC events", OK, f"UDP {port} is free for a patch to listen at")
    return Check("OSC events", OK, f"a program listens at UDP {port}")


def check_clocks(
    jack_problem: str = "", find: Callable[[str], object] = importlib.util.find_spec
) -> Iterator[Check]:
    """Check what following Link and JACK needs, given what is wrong with JACK; loads neither."""
    yield _optional("clock: Ableton Link", "aalink", "link", "only --clock link needs it", find)
    check = _optional("clock: JACK transport", "jack", "jack", "only --clock jack needs it", find)
    if jack_problem and not check.cure:
        finding, _, cure = jack_problem.partition(": ")
        check = Check(check.name, OK, f"{finding}; only --clock jack needs it", cure)
    yield check


def _optional(name: str, module: str, extra: str, use: str, find: Callable[[str], object]) -> Check:
    # Without an extra it plays as well as ever, hence no warning.
    if find(module) is None:
        return Check(name, OK, f"not installed; {use}", f"pip install 'continuo[{extra}]'")
    return Check(name, OK, "installed")


def _bind_error(port: int) -> OSError | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return error
    return None


def _ask_server(message: bytes) -> bytes:
    from time import perf_counter

    from bridge.events import Command, Event
    from bridge.osc.server import OscServer
    from bridge.reports import Reply

    def answer(event: Event) -> None:
        if isinstance(event, Command) and event.name == "ping":
            server.tell(Reply("pong", (1,), event.sender))

    server = OscServer(answer, perf_counter, port=0, events_port=None)
    try:
        server.start()
        return _ask(server.port, message, OWN_ANSWER_SECONDS)
    finally:
        server.close()


def _answers_ping(port: int) -> bool:
    try:
        return _ask(port, _PING) == _PONG
    except OSError:
        return False


def _ask(port: int, message: bytes, seconds: float = ANSWER_SECONDS) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(seconds)
        client.connect((LOOPBACK, port))
        client.send(message)
        return client.recv(1024)
