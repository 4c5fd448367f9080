"""Drums as players played them: takes cut into bars, their swing found and taken out.

What stays beside the grid is the player's timing. The layout of the folder is that of the Groove
MIDI Dataset (Gillick et al. 2019): STYLE/beat/*.mid and STYLE/fill/*.mid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score
from models.music.clip import Note
from models.music.tempo import Meter

# Pads of electronic kits that General MIDI has elsewhere.
_GENERAL = {22: 42, 26: 46, 58: 43}
KICKS, SNARES, RIDES, HATS = (35, 36), (37, 38, 40), (51, 53, 59), (42, 46)
_SECOND_HALVES = (0.4, 0.8)  # of a beat: where the second of two eighths is looked for
_SWUNG = 0.56  # the share of the first eighth from which two count as swung
_EIGHTH, _OFF = 0.3, 0.1  # of a beat: how far from an eighth one still is, and may be played
_LATEST = 0.2  # of a beat: the farthest that a whole take is moved
_LEAST_BARS = 4


@dataclass(frozen=True)
class Groove:
    """A take: its bars of notes (beats from the bar line, straight), and how it was played.

    `swing` is the share of a beat that the first of two eighths had. Each bar has `rides`, `hats`
    strokes on average; `backbeat` is the share of second and fourth beats with a snare.
    """

    name: str
    style: str
    is_fill: bool
    meter: Meter
    bars: tuple[tuple[Note, ...], ...]
    swing: float
    rides: float
    hats: float
    backbeat: float

    @property
    def is_swung(self) -> bool:
        """Whether its eighths are long and short."""
        return self.swing >= _SWUNG


def read_grooves(folder: Path) -> list[Groove]:
    """Read all takes below a folder, in order of their names; what is no MIDI file is left out."""
    out = []
    for path in sorted(folder.rglob("*.mid")):
        try:
            score = read_score(path)
        except MidiFileError:
            continue
        notes = [n for track in score.tracks for n in track.clip.notes]
        kind, style = path.parent.name, path.parent.parent.name
        if notes:
            found = groove(notes, score.meter.meter_at(0.0), path.stem, style, kind == "fill")
            out.append(found)
    return out


def groove(
    notes: Iterable[Note], meter: Meter, name: str, style: str, is_fill: bool = False
) -> Groove:
    """Cut a take into bars, straighten it and measure it."""
    known = [Note(n.start, n.duration, _GENERAL.get(n.pitch, n.pitch), n.velocity) for n in notes]
    swing = swing_of([n.start for n in known])
    straight = [
        straightened(n.start, swing, leads=n.pitch in RIDES and swing >= _SWUNG) for n in known
    ]
    late = median((4 * s + 0.5) % 1 - 0.5 for s in straight) / 4
    late = max(min(late, _LATEST), -_LATEST)
    size = meter.beats_per_bar
    bars: dict[int, list[Note]] = {}
    for note, at in zip(known, straight, strict=True):
        start = max(at - late, 0.0)
        number = int((start + 0.125) // size)  # a little before the bar line is on it
        moved = Note(start - number * size, note.duration, note.pitch, note.velocity)
        bars.setdefault(number, []).append(moved)
    cut = tuple(tuple(sorted(bars.get(b, []))) for b in range(max(bars) + 1))
    rides, hats, backbeat = _measured(cut, size)
    return Groove(name, style, is_fill, meter, cut, swing, rides, hats, backbeat)


def swing_of(starts: Sequence[float]) -> float:
    """Say which share of a beat the first of two eighths has: a half straight, two thirds swung."""
    low, high = _SECOND_HALVES
    seconds = [s % 1 for s in starts if low < s % 1 < high]
    return median(seconds) if len(seconds) >= max(0.1 * len(starts), 4) else 0.5


def straightened(beat: float, swing: float, *, leads: bool = False) -> float:
    """Move what lies between beats as if eighths were even.

    What leads the swing has eighths alone, however long or short they were.
    """
    if swing < _SWUNG:
        return beat
    whole, rest = divmod(beat, 1.0)
    even = 0.5 * rest / swing if rest <= swing else 0.5 + 0.5 * (rest - swing) / (1 - swing)
    if leads and abs(even - 0.5) < _EIGHTH:
        even = 0.5 + max(min(even - 0.5, _OFF), -_OFF)
    return whole + even


def usable(grooves: Iterable[Groove], meter: Meter) -> list[Groove]:
    """Give the takes in a meter that are long enough to accompany a tune."""
    return [g for g in grooves if not g.is_fill and g.meter == meter and len(g.bars) >= _LEAST_BARS]


def _measured(bars: Sequence[Sequence[Note]], size: float) -> tuple[float, float, float]:
    rides = mean(sum(n.pitch in RIDES for n in bar) for bar in bars)
    hats = mean(sum(n.pitch in HATS for n in bar) for bar in bars)
    beats = range(1, int(size), 2)
    struck = [
        any(n.pitch in SNARES and abs(n.start - beat) < 0.15 for n in bar)
        for bar in bars
        for beat in beats
    ]
    return rides, hats, mean(struck) if struck else 0.0
