"""`continuo play --demo`: the bundled melody, its accompaniment, the take, and its sound."""

from dataclasses import replace
from pathlib import Path
from time import perf_counter

import click

from bridge.commands.errors import UserError
from bridge.commands.play_options import Chosen, Options, choose
from bridge.commands.play_session import PlaySession
from bridge.demo.player import WAV, Keyboard, Melody, melodies, melody_in, render
from bridge.reports import Report, SavedReport
from bridge.storage.library import Library
from bridge.storage.take_store import TakeError
from models.artifact.catalogue import DEFAULT_MODEL
from models.music.tempo import Meter


class Saved:
    """Remembers where the last take was saved."""

    path: Path | None = None

    def __call__(self, report: Report) -> None:
        """Take one report. Called from the take store's thread."""
        if isinstance(report, SavedReport):
            self.path = Path(report.path)


def demo(options: Options) -> None:
    """Play the demo and leave with its exit code."""
    from bridge.commands.play import connections

    if left_out := ignored(options):
        click.echo(f"The demo goes without {', '.join(left_out)}.")
    melody = _melody(options["meter"])
    chosen = _chosen(options, melody)
    melody = replace(melody, bpm=chosen.settings.bpm)
    # Without a word about MIDI the demo needs none.
    what = f"Demo: {melody.name!r}, {melody.bars} bars: first alone, then with its accompaniment."
    playing = PlaySession(chosen, connections(options, system="none"), what)
    keyboard, saved = Keyboard(melody, playing.session.runner.put, perf_counter), Saved()
    keyboard.start()
    playing.play(keyboard, saved)
    keyboard.stop()
    code = playing.close()
    if saved.path:
        call_take(saved.path, melody.name.capitalize())
        playing.view.say(render(saved.path, _wav(chosen.settings.model)))
    if keyboard.complaint:
        code = 1
    elif not keyboard.accompanied:
        playing.view.say("ended before the accompaniment came in")
    playing.leave(code)


def call_take(take: Path, title: str) -> None:
    """Call the take by its tune, as the library does with those that are played on the page."""
    try:
        Library(take.parent).change(take.stem, {"title": title})
    except TakeError as error:
        click.echo(f"the take has no name: {error}", err=True)


def _wav(model: str) -> Path:
    """Name the file of sound; that of the default model is not overwritten by another one."""
    return Path(WAV if model == DEFAULT_MODEL else f"{Path(WAV).stem}-{Path(model).stem}.wav")


def ignored(options: Options) -> list[str]:
    """Name the options given that the demo sets by itself."""
    given = {
        "--bars": options["bars"] is not None,
        "--mode": options["mode"] not in ("answer", "loop"),
        "--clock": options["clock"] != "internal",
        "--start": options["start"] is not None,
        "--pickup": options["pickup"],
        "--count-in": options["count_in_bars"],
        "--input": options["input_name"] and options["midi"] is None,
        "--output": options["output_name"] and options["midi"] is None,
    }
    return [name for name, is_given in given.items() if is_given]


def _melody(meter: str | None) -> Melody:
    try:
        melody = melody_in(Meter.parse(meter) if meter else None)
    except ValueError as error:
        raise UserError(str(error)) from error
    if melody is None:
        there = ", ".join(str(m.meter) for m in melodies())
        raise UserError(f"there is no demo melody in {meter}: choose among {there}")
    return melody


def _chosen(options: Options, melody: Melody) -> Chosen:
    """The demo is a loop of the whole melody in its own tempo, unless another one is asked for."""
    options = options.copy()
    options["bars"] = melody.bars
    options["bpm"] = options["bpm"] or melody.bpm
    options["meter"] = str(melody.meter)
    options["mode"], options["clock"] = "loop", "internal"
    options["start"], options["pickup"], options["count_in_bars"] = "note", 0.0, 0
    chosen = choose(options)
    return replace(chosen, settings=replace(chosen.settings, is_demo=True))
