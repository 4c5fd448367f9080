"""The demo: an in-process keyboard plays a bundled melody to the same engine, in real time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import mido

from bridge.demo.samples import FOLDER
from bridge.events import Command, Event, MidiIn
from bridge.reports import NoticeReport, Report, TakeReport
from bridge.sound.fluidsynth import named_sound_font
from bridge.sound.render_file import render_file
from models.errors import ContinuoError
from models.formats.midi_read import read_score
from models.music.clip import Clip
from models.music.tempo import Meter

FIRST = "first_light"
WAV = "demo.wav"
# The musician reads what will happen before it does.
BREATH_SECONDS = 0.5
# Torch may need a minute to load from a cold disk, or many on a busy machine; the melody goes round
# meanwhile. A worker that fails says so, which ends the wait.
PATIENCE_SECONDS = 900.0
# So long before the bar line the loop is left that its next round never begins.
LEAVE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Melody:
    """A bundled tune with the tempo and meter at which it is played."""

    name: str
    clip: Clip
    bpm: float
    meter: Meter

    @property
    def bars(self) -> int:
        """Its length in bars."""
        return round(self.clip.length / self.meter.beats_per_bar)


def melodies() -> list[Melody]:
    """Read the bundled melodies, the first one first."""
    paths = sorted(FOLDER.glob("*.mid"), key=lambda path: (path.stem != FIRST, path.stem))
    return [_read(path) for path in paths]


def _read(path: Path) -> Melody:
    score = read_score(path)
    meter = score.meter.meter_at(0)
    return Melody(
        path.stem.replace("_", " "), score.tracks[0].clip, round(score.tempo.bpm_at(0), 3), meter
    )


def melody_in(meter: Meter | None) -> Melody | None:
    """Choose the first bundled melody in a meter; None if there is none."""
    return next((m for m in melodies() if meter in (None, m.meter)), None)


def keystrokes(clip: Clip, bpm: float) -> list[tuple[float, mido.Message]]:
    """List the messages of a keyboard that plays `clip`, with their seconds from its beat 0."""
    edges = []
    for note in clip.notes:
        strike = mido.Message("note_on", note=note.pitch, velocity=note.velocity)
        edges.append((note.start, 1, strike))
        edges.append((note.end, 0, mido.Message("note_off", note=note.pitch)))
    # Releases first, or a repeated note would end where it begins.
    edges.sort(key=lambda edge: edge[:2])
    return [(beat * 60 / bpm, message) for beat, _, message in edges]


def last_beat(begin: float, entered: float, length: float) -> float:
    """Say when enough was heard: at the end of a round of which at least half was accompanied."""
    end = begin + length
    while end - entered < length / 2:
        end += length
    return end


class Keyboard:
    """Plays the melody into the engine's inbox, waits until the music was heard, and quits."""

    def __init__(
        self, melody: Melody, put: Callable[[Event], object], clock: Callable[[], float]
    ) -> None:
        self._melody, self._put, self._clock = melody, put, clock
        self._take: TakeReport | None = None
        self._taken = threading.Event()
        self._leave = threading.Event()
        self.complaint = ""
        self._thread = threading.Thread(target=self._run, name="demo", daemon=True)

    def __call__(self, report: Report) -> None:
        """Listen for the take that enters. Called from the engine thread; never blocks."""
        if isinstance(report, TakeReport) and not self._take:
            self._take = report
            self._taken.set()
        elif self._is_hopeless(report):
            # No take will come: the melody is played to its end and that is all.
            self.complaint = report.text
            self._taken.set()

    def _is_hopeless(self, report: Report) -> TypeGuard[NoticeReport]:
        """Whether an error came before the take that was none of an OSC client's own."""
        if not isinstance(report, NoticeReport) or self._take:
            return False
        return report.kind == "error" and not report.address

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """Play no more."""
        self._leave.set()
        self._taken.set()
        self._thread.join()

    @property
    def accompanied(self) -> bool:
        """Whether an accompaniment came in."""
        return self._take is not None

    def _run(self) -> None:
        origin_seconds = self._clock() + BREATH_SECONDS
        for seconds, message in keystrokes(self._melody.clip, self._melody.bpm):
            if not self._wait_until(origin_seconds + seconds):
                return
            # Stamped with the time it was meant for, as a player without jitter would play.
            self._put(MidiIn(origin_seconds + seconds, message))
        self._taken.wait(PATIENCE_SECONDS)
        if self._take and self._take.begin is not None:
            beat_seconds = 60 / self._melody.bpm
            entered = (self._clock() - origin_seconds) / beat_seconds
            end = last_beat(self._take.begin, entered, self._melody.clip.length)
            self._wait_until(origin_seconds + end * beat_seconds - LEAVE_SECONDS)
        self._put(Command(self._clock(), "quit"))

    def _wait_until(self, at_seconds: float) -> bool:
        """Wait; tell whether to go on."""
        return not self._leave.wait(max(at_seconds - self._clock(), 0))


def render(take: Path, wav: Path) -> str:
    """Write the take as sound; return a sentence for the musician either way."""
    try:
        font = named_sound_font()
        render_file(take, wav, font)
    except ContinuoError as error:
        return f"no {wav.name}: {error}"
    return f"sound: {wav.resolve()}{f' (with {font})' if font else ''}"
