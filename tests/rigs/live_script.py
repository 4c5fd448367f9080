"""The script in Live as the engine sees it: what it says, and what it was told, by the table."""

from simulated_player import BEAT, MODEL, composer, reports, settings

from bridge.events import Command
from bridge.offline import run_offline
from bridge.reports import AbletonMessage, AbletonScene
from models.music.clip import Clip, Note

SCRIPT = ("127.0.0.1", 52_000)
CLIENT = ("127.0.0.1", 5_000)
SECOND = 1 / BEAT  # beats
TUNE = Clip((Note(0.0, 1.0, 60), Note(1.0, 1.0, 62), Note(2.0, 2.0, 64)), 4.0)
HELLO = ("0.1.0", "12.1.5", "3.11.6")


def said(seconds: float, name: str, *values, by=SCRIPT) -> Command:
    """A message that the script sends."""
    return Command(seconds, f"live/{name}", values, by, f"/continuo/live/{name}")


def asked(seconds: float, name: str, *values) -> Command:
    """A command of a client."""
    return Command(seconds, name, values, CLIENT, f"/continuo/{name}")


def hellos(until_seconds: float, first=0.0, by=SCRIPT, words=HELLO) -> list[Command]:
    """What a script says for as long as it is there."""
    count = int((until_seconds - first) / 2) + 1
    return [said(first + 2 * i, "hello", *words, by=by) for i in range(count)]


def play(*events, until_seconds=30.0, its_composer=None, **given):
    """Run the engine with these events."""
    ordered = sorted(events, key=lambda event: event.at_seconds)
    its_composer = its_composer or composer()
    given = {"model": MODEL, **given}
    run = run_offline(settings(**given), ordered, its_composer, until_seconds)
    run.requests = its_composer.requests
    return run


def messages(run, name: str) -> list[tuple]:
    """The values of what the script was sent under this name."""
    return [r.values for r in reports(run, AbletonMessage) if r.name == f"live/{name}"]


def clips(run) -> list[AbletonScene]:
    """The takes that the script was sent."""
    return reports(run, AbletonScene)
