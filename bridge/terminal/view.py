"""What the musician sees: the live piano roll, and a line for each thing that happens."""

import io
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf
from typing import IO

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from bridge.realtime import raise_priority
from bridge.reports import (
    BeatReport,
    NoticeReport,
    Reply,
    Report,
    SavedReport,
    SoundReport,
    StateReport,
    StatusLine,
    TakeReport,
)
from bridge.terminal.piano_roll import Bar, RollVoice, SoundingNotes, draw, voices_of_take
from bridge.timing.metronome import pulse
from models.music.tempo import Meter

# What a button, a knob, a key or OSC did, by the name of the answer.
_TOLD = {
    "take": "take {0} {1}",
    "control": "{0} {1:.3g}",
    "mode": "mode {0}",
    "bars": "{0} bars a phrase",
    "extension": "an extension of {0} bars at most",
    "meter": "meter {0}/{1}",
}
_NO_SECTION, _NO_SPLIT = "no section", "split: off"
NOTICE_STYLES = {"warning": "yellow", "error": "bold red"}


@dataclass
class RollView:
    """Turns reports into lines of text, without a terminal: what is printed, and the bar under way.

    Called from: one thread only.
    """

    bar_length: float
    pulse: float = 1.0
    voices: dict[int, RollVoice] = field(default_factory=dict)
    roll: bool = True
    ascii_only: bool = False
    _ear: SoundingNotes = field(default_factory=SoundingNotes)
    _bar: BeatReport | None = None
    _state: str = ""
    _is_accompanied: bool = False
    _key: str = ""
    # What is asked for again and again is told when it is another: as nobody has chosen it yet.
    _told: dict[str, str] = field(
        default_factory=lambda: {"section": _NO_SECTION, "split": _NO_SPLIT}
    )

    def take(self, report: Report) -> list[Text]:
        """Take one report; return the lines that it adds to what is already printed."""
        if isinstance(report, SoundReport):
            self._ear.hear(report)
            return []
        if isinstance(report, BeatReport):
            return self._beat(report)
        return self._word(report)

    def bar_under_way(self) -> list[Text]:
        """Draw the bar that is being played, as far as it has got; empty where nothing sounds."""
        return self._drawn(self._bar) if self._bar and self.roll else []

    def finish(self) -> list[Text]:
        """Return the last bar's lines; nothing is under way afterwards."""
        lines = self.bar_under_way()
        self._bar = None
        return lines

    def _beat(self, report: BeatReport) -> list[Text]:
        if self._bar and report.bar == self._bar.bar:
            return []
        # A pick-up begins its bar somewhere inside, a short one after its last beat.
        bar = replace(report, beat=1, position=report.position - (report.beat - 1))
        before = replace(bar, bar=bar.bar - 1, position=bar.position - self.bar_length)
        self._bar = self._bar or before
        lines = self.finish()
        self._ear.forget(before.position)
        self._bar = bar
        return lines

    def _word(self, report: Report) -> list[Text]:
        if isinstance(report, StateReport):
            return self._stated(report.state)
        if isinstance(report, StatusLine):
            return [Text(f"- {report.text}", style="dim")] if self.roll else []
        if isinstance(report, TakeReport):
            self.voices.update(voices_of_take(report.take))
            return self._entered(report)
        if isinstance(report, SavedReport):
            return [Text(f"saved: {report.path}", style="green")]
        if isinstance(report, NoticeReport) and not report.sender:
            return [Text(report.text, style=NOTICE_STYLES.get(report.kind, ""))]
        return self._replied(report) if isinstance(report, Reply) else []

    def _replied(self, report: Reply) -> list[Text]:
        if report.name == "meter" and not self._counts_by(report):
            return []
        if report.name == "key":
            return self._keyed(*report.values)
        if report.name in _TOLD and self._state:
            return [Text(_TOLD[report.name].format(*report.values), style="dim")]
        if report.name in ("section", "split", "track"):
            return self._changed(report)
        return []

    def _changed(self, report: Reply) -> list[Text]:
        """Tell of a section, a split or a track, unless it is as it was."""
        name, text = report.name, _as_words(report)
        if name == "track":
            name = f"track {report.values[0]}"
            self._told.setdefault(name, f"{report.values[0]}: as written")
        if self._told[name] == text:
            return []
        self._told[name] = text
        return [Text(text, style="dim")] if self._state else []

    def _counts_by(self, report: Reply) -> bool:
        """Draw bars of this meter from the next one on; tell whether it is another one."""
        meter = Meter(*(int(value) for value in report.values))
        before = (self.bar_length, self.pulse)
        self.bar_length, self.pulse = meter.beats_per_bar, pulse(meter)
        return before != (self.bar_length, self.pulse)

    def _keyed(self, name: float | str, certainty: float | str, is_set: float | str) -> list[Text]:
        """Show the key from now on beside each bar, and say it if it is another one."""
        before, self._key = self._key, str(name)
        if self._key in ("", before) or not self._state or not self.roll:
            return []
        how = "set" if is_set else f"{float(certainty):.0%} sure"
        return [Text(f"- key: {self._key} ({how})", style="dim")]

    def _entered(self, report: TakeReport) -> list[Text]:
        """Say when a take begins to sound, and not while the melody is still as it was played."""
        is_new = report.begin is not None and not self._is_accompanied
        self._is_accompanied = self._is_accompanied or is_new
        is_sung = "played" in report.take.provenance  # a model changed the melody
        what = f"{report.take.melody.name} melody" if is_sung else "accompaniment"
        return [Text(f"- the {what} comes in", style="dim")] if is_new and self.roll else []

    def _stated(self, state: str) -> list[Text]:
        if state == self._state:
            return []
        self._state = state
        self._is_accompanied = self._is_accompanied and state == "playing"
        # Between phrases no beats come, and the last bar would stay open until the next one.
        if state != "idle":
            return []
        lines = self.finish()
        self._ear.forget(inf)
        return lines if self.roll else []

    def _drawn(self, beat: BeatReport) -> list[Text]:
        begin = beat.position
        notes = self._ear.notes(begin, begin + self.bar_length)
        if not notes:
            return []
        bar = Bar(beat.bar, begin, self.bar_length, notes, self.pulse, self._key)
        return draw(bar, self.voices, self.ascii_only)


class _Console(Console):
    """A console whose closed pipe is an error to be caught, not the end of the process."""

    def on_broken_pipe(self) -> None:
        """Raise instead of ending the process: the music goes on without a terminal."""
        raise BrokenPipeError


class TerminalView:
    """Shows reports from a thread of its own, so that a stuck terminal stops no music."""

    def __init__(self, roll_view: RollView, stream: IO[str] | None = None) -> None:
        self._roll_view = roll_view
        self._reports: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        stream = stream if stream is not None else sys.stdout
        if isinstance(stream, io.TextIOWrapper):
            # A folder's name that this terminal cannot spell must not look like its end.
            stream.reconfigure(errors="backslashreplace")
        # Without a terminal lines keep their length: a path must stay in one piece.
        self._console = _Console(file=stream, highlight=False, soft_wrap=True)
        roll_view.ascii_only = not (self._console.encoding or "").lower().startswith("utf")
        self._gone = False
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)

    def __call__(self, report: Report) -> None:
        """Take one report. Called from: any thread; never blocks."""
        self._reports.put(report)

    def say(self, text: str, kind: str = "info") -> None:
        """Show a sentence. Called from: any thread; never blocks."""
        self._reports.put(NoticeReport(kind, text))

    def start(self) -> None:
        """Begin to show."""
        self._thread.start()

    def stop(self, timeout_seconds: float = 0.5) -> bool:
        """Show what is left and end; False if the terminal takes nothing more."""
        self._reports.put(None)
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        raise_priority(below=1)
        live = None
        if self._console.is_terminal:
            live = Live(console=self._console, auto_refresh=False, transient=True)
            self._shown(live.start)
        while (report := self._reports.get()) is not None:
            self._show(report, live)
        self._shown(lambda: self._print(self._roll_view.finish()))
        if live:
            self._shown(live.stop)

    def _show(self, report: Report, live: Live | None) -> None:
        lines = self._roll_view.take(report)
        if live and (lines or isinstance(report, BeatReport)):
            under_way = Group(*self._roll_view.bar_under_way())
            self._shown(lambda: live.update(under_way, refresh=True))
        if lines:
            self._shown(lambda: self._print(lines))

    def _print(self, lines: list[Text]) -> None:
        for line in lines:
            self._console.print(line)
        self._console.file.flush()

    def _shown(self, show: Callable[[], None]) -> None:
        """Show, or fall silent for good if the terminal has gone."""
        if self._gone:
            return
        try:
            show()
        except (OSError, ValueError):
            self._gone = True
            silence(self._console.file)
            self._console.file = io.StringIO()


def silence(stream: IO[str]) -> None:
    """Point a broken stream at nothing, so that Python's own flush at the end does not fail."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


def legend(voices: Mapping[int, RollVoice]) -> str:
    """Say which letter is which voice: `S melody, A alto`."""
    return ", ".join(f"{v.letter} {v.name}" for v in voices.values())


def _as_words(report: Reply) -> str:
    """Say a section, a split or a track's strip as a player would."""
    if report.name == "section":
        now, following = report.values
        here = f"section {now}" if now else _NO_SECTION
        return here + (f", then {following}" if following else "")
    if report.name == "split":
        return f"split: {report.values[0]}"
    name, _channel, mute, solo, level = report.values[:5]
    state = ["muted"] * bool(mute) + ["solo"] * bool(solo)
    state += [f"level {level:g}"] * (level != 1)
    return f"{name}: {', '.join(state) or 'as written'}"
