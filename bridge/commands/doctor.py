"""`continuo doctor`: what is missing on this machine, and the cure of each thing."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from bridge.setup import doctor
from bridge.setup.ableton_check import AbletonProbe
from bridge.setup.doctor import FAIL, WARN, Check
from bridge.version import release

MARKS = {doctor.OK: ("ok  ", "green"), WARN: ("warn", "yellow"), FAIL: ("FAIL", "red")}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.option("--takes", type=click.Path(path_type=Path), help="The folder to keep takes in.")
@click.pass_context
def command(context: click.Context, as_json: bool, takes: Path | None) -> None:
    """Look at everything that Continuo needs; exit with 0 if it can play, else with 2."""
    found: list[Check] = []
    for check in examine(takes):
        found.append(check)
        if not as_json:
            show(check)
    can_play = all(check.status != FAIL for check in found)
    if as_json:
        checks = [asdict(check) for check in found]
        click.echo(json.dumps({"can_play": can_play, "checks": checks}, indent=2))
    else:
        click.echo(summary(found))
    context.exit(0 if can_play else 2)


def examine(takes: Path | None) -> Iterator[Check]:
    """Make every check, one after the other; loading the models takes the longest."""
    yield doctor.check_python()
    yield from doctor.check_packages(doctor.needed_packages())
    yield from _midi()
    yield from doctor.check_takes(takes or _takes_folder())
    yield from _models_and_live()
    yield doctor.check_priority()
    yield from doctor.check_osc()
    yield from _clocks()
    yield doctor.check_sound()


def _midi() -> Iterator[Check]:
    try:
        from bridge.midi import rtmidi_ports
    except ImportError:  # already said with the packages
        return
    names = [port.name for port in rtmidi_ports.list_ports()]
    yield from doctor.check_midi(rtmidi_ports.problems(), names)


def _clocks() -> Iterator[Check]:
    try:
        from bridge.midi import rtmidi_ports
    except ImportError:
        return
    yield from doctor.check_clocks(rtmidi_ports.problems().get("jack", ""))


def _takes_folder() -> Path:
    from bridge.storage.take_store import default_folder

    return default_folder()


def _models() -> Iterator[Check]:
    try:
        from models.artifact.catalogue import list_models
    except ImportError:
        return
    yield from doctor.check_models(list_models(), doctor.examine_models)


def _models_and_live() -> Iterator[Check]:
    """While the models load, the script in Live has time to say hello."""
    with AbletonProbe() as probe:
        yield from _models()
        yield probe.check(release())


def show(check: Check) -> None:
    """Print one check: its mark, its finding, and its cure below it."""
    mark, colour = MARKS[check.status]
    click.echo(f"{click.style(mark, fg=colour)}  {check.name}: {check.finding}")
    if check.cure:
        click.echo(f"      -> {check.cure}")


def summary(checks: list[Check]) -> str:
    """Say in a sentence whether Continuo can play."""
    failed = [check.name for check in checks if check.status == FAIL]
    if failed:
        text = f"Continuo cannot play yet; to be mended: {', '.join(failed)}."
        if all(name.startswith("MIDI") for name in failed):
            text += " `continuo studio` and `continuo play --demo` need no MIDI."
        return text
    return "Continuo can play."
