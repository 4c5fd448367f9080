"""The piano roll in text: what sounded in one bar, a row a pitch, a letter and colour a voice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf

import mido
from rich.text import Text

from bridge.reports import SoundReport
from bridge.settings import CLICK_CHANNEL
from models.music.chord_names import chord_name, pitch_name
from models.music.clip import DRUM_CHANNEL, Composition
from models.music.drum_names import drum_name

COLUMNS_PER_BEAT = 4
# Hands play a little off the grid: half a column early is still on the beat.
HALF_COLUMN = 0.5 / COLUMNS_PER_BEAT
MAX_COLUMNS = 48
COLOURS = ("bold yellow", "cyan", "green", "magenta", "blue", "red")


@dataclass(frozen=True, slots=True)
class RollVoice:
    """How one channel is shown: a letter, a name and a colour."""

    letter: str
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class RollNote:
    """One note that went out, in beats of the transport; `end` is infinite while it sounds."""

    channel: int
    pitch: int
    start: float
    end: float = inf


def voices_of(names: Sequence[tuple[int, str]]) -> dict[int, RollVoice]:
    """Give each (channel, track name) a letter of its own, S A T B where the tracks are a choir."""
    taken: set[str] = set()
    voices: dict[int, RollVoice] = {}
    for i, (channel, name) in enumerate(names):
        choir = i == 0 and any(other.lower() == "alto" for _, other in names)
        wanted = ("S" if choir else "") + name.upper() + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        letter = next((c for c in wanted if c.isalpha() and c not in taken), "*")
        taken.add(letter)
        voices[channel] = RollVoice(letter, name, COLOURS[i % len(COLOURS)])
    return voices


def voices_of_take(take: Composition) -> dict[int, RollVoice]:
    """Give each track of a take its letter and colour."""
    return voices_of([(t.channel, t.name) for t in take.tracks])


class SoundingNotes:
    """Pairs the onsets and releases that went out into notes, and forgets old ones."""

    def __init__(self) -> None:
        self._sounding: dict[tuple[int, int], float] = {}
        self._ended: list[RollNote] = []

    def hear(self, report: SoundReport) -> None:
        """Take one message that went out; clicks and controllers are not drawn."""
        message = report.message
        if message.type not in ("note_on", "note_off") or message.channel == CLICK_CHANNEL:
            return
        key = (message.channel, message.note)
        start = self._sounding.pop(key, None)
        if start is not None:
            self._ended.append(RollNote(*key, start, report.position))
        if is_onset(message):
            self._sounding[key] = report.position

    def notes(self, begin: float, end: float) -> list[RollNote]:
        """List what sounded in [begin, end), in order of start."""
        known = [*self._ended, *(RollNote(*key, start) for key, start in self._sounding.items())]
        inside = [n for n in known if n.start < end - HALF_COLUMN and _reaches(n, begin)]
        return sorted(inside, key=lambda n: (n.start, n.channel))

    def forget(self, before: float) -> None:
        """Drop the notes that ended before a beat."""
        self._ended = [n for n in self._ended if n.end > before]


def _reaches(note: RollNote, begin: float) -> bool:
    """Tell whether a note is seen in the bar from `begin`: a late release alone is not."""
    return note.start > begin - HALF_COLUMN or note.end > begin + HALF_COLUMN


def is_onset(message: mido.Message) -> bool:
    """Tell whether a message begins a note."""
    return bool(message.type == "note_on" and message.velocity > 0)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar to be drawn: its number, first beat, length and pulse in beats, its notes and key."""

    number: int
    begin: float
    length: float
    notes: Sequence[RollNote]
    pulse: float = 1.0
    key: str = ""

    @property
    def columns(self) -> int:
        """Width in characters."""
        return max(1, min(round(self.length * COLUMNS_PER_BEAT), MAX_COLUMNS))

    @property
    def pulse_columns(self) -> list[int]:
        """The columns on which the pulse falls."""
        count = ceil(self.length / self.pulse - HALF_COLUMN)
        return [round(i * self.pulse * self.columns / self.length) for i in range(count)]

    def column(self, beat: float) -> int:
        """The column in which a beat falls; early by less than half a column still counts."""
        return round((beat - self.begin) * self.columns / self.length)


def draw(bar: Bar, voices: Mapping[int, RollVoice], ascii_only: bool = False) -> list[Text]:
    """Draw one bar: chord names on top, then a row for each pitch that sounds, highest first.

    Drums lie below the pitches, by their names.
    """
    head = Text(f"bar {bar.number}", style="bold")
    if chords := _chords(bar):
        head.pad_right(10 - len(head))
        head.append(chords, style="white")
    if bar.key:
        head.pad_right(max(10 + bar.columns - len(head), 1))
        head.append(f" in {bar.key}", style="dim")
    rows = [head]
    for kind, pitch in sorted({(_is_drum(n), -n.pitch) for n in bar.notes}):
        notes = [n for n in bar.notes if (_is_drum(n), -n.pitch) == (kind, pitch)]
        rows.append(_row(bar, notes, voices, ascii_only))
    return rows


def _is_drum(note: RollNote) -> bool:
    return note.channel == DRUM_CHANNEL


def _row(
    bar: Bar, notes: Sequence[RollNote], voices: Mapping[int, RollVoice], ascii_only: bool
) -> Text:
    wall, held, beat, space = ("|", "-", ".", " ") if ascii_only else ("│", "─", "·", " ")
    pulse = bar.pulse_columns
    cells = [(beat if c in pulse else space, "dim") for c in range(bar.columns)]
    # Onsets are laid over held notes, so that a repeated or doubled note stays visible.
    for note in notes:
        voice = voices.get(note.channel, _unknown(note.channel))
        first = max(bar.column(note.start), 0)
        last = min(bar.column(min(note.end, bar.begin + bar.length)), bar.columns)
        for column in range(first, last):
            if not cells[column][0].isalpha():
                cells[column] = (held, voice.colour)
        if note.start > bar.begin - HALF_COLUMN and first < bar.columns:
            cells[first] = (voice.letter, voice.colour)
    row = Text(f"{_row_name(notes[0]):>7}  {wall}")
    for character, style in cells:
        row.append(character, style=style)
    channels = sorted({n.channel for n in notes})
    letters = [voices.get(channel, _unknown(channel)).letter for channel in channels]
    row.append(f"{wall} {' '.join(letters)}")
    return row


def _row_name(note: RollNote) -> str:
    return drum_name(note.pitch) if _is_drum(note) else pitch_name(note.pitch)


def _unknown(channel: int) -> RollVoice:
    return RollVoice(chr(ord("a") + channel), f"channel {channel + 1}", "white")


def _chords(bar: Bar) -> str:
    """Chord names, each over the pulse on which it begins."""
    line, last = "", ""
    pitched = [n for n in bar.notes if not _is_drum(n)]
    for column in bar.pulse_columns:
        # A little after the beat: releases and onsets on it have both happened.
        beat = bar.begin + (column + 0.5) * bar.length / bar.columns
        name = chord_name(n.pitch for n in pitched if n.start <= beat < n.end)
        if name and name != last:
            line = f"{line:<{column}}" + (" " if line and len(line) >= column else "") + name
        last = name or last
    return line
