"""Chords that are given by name, bar for bar, and go round: `G D7 Em C`, or `G | Em C | D`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.music.chord_names import read_chord
from models.music.clip import Note
from models.music.harmony import Chord
from models.music.tempo import EPSILON


class BarLines(Protocol):
    """Whatever knows where bars begin: a file's meter, a transport."""

    def next_bar_line(self, beat: float) -> float:
        """Return the first bar line after `beat`."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A chord as it was given: the bass's pitch class, and all its tones; none of N.C."""

    bass: int
    tones: frozenset[int]

    def notes(self, start: float, duration: float) -> list[Note]:
        """Write it out as notes."""
        if duration <= EPSILON or not self.tones:
            return []
        return Chord(start, duration, self.bass, self.bass, self.tones).notes()


@dataclass(frozen=True, slots=True)
class Progression:
    """Bars of chords, which share a bar's time equally; after the last bar the first follows."""

    bars: tuple[tuple[Spelled, ...], ...]

    def notes(self, begin: float, end: float, first: float, bars: BarLines) -> Iterator[Note]:
        """Lay the bars out in [begin, end) beats, the first of them on the bar line `first`."""
        line, number = first, 0
        while line < end - EPSILON:
            following = bars.next_bar_line(line)
            names = self.bars[number % len(self.bars)]
            each = (following - line) / len(names)
            for i, chord in enumerate(names):
                start, stop = max(line + i * each, begin), min(line + (i + 1) * each, end)
                yield from chord.notes(start, stop - start)
            line, number = following, number + 1


def read_progression(text: str) -> Progression:
    """Read names, bars apart by strokes, or one a bar without them; ValueError says what is wrong.

    `%` is the chord before it, or in a bar of its own the bar before it.
    """
    parts = [part.split() for part in text.replace(",", " ").split("|") if part.strip()]
    bars = parts if "|" in text else [[name] for part in parts for name in part]
    if not bars:
        raise ValueError('chords must be names such as "G D7 Em C", got nothing')
    out: list[tuple[Spelled, ...]] = []
    for names in bars:
        out.append(out[-1] if names == ["%"] and out else tuple(_bar(names, out)))
    return Progression(tuple(out))


def _bar(names: Sequence[str], before: Sequence[tuple[Spelled, ...]]) -> list[Spelled]:
    bar: list[Spelled] = []
    for name in names:
        last = bar[-1] if bar else (before[-1][-1] if before else None)
        bar.append(last if name == "%" and last else _chord(name))
    return bar


def _chord(name: str) -> Spelled:
    found = read_chord(name)
    if found is None:
        raise ValueError(f"{name[:40]!r} is no chord; write names such as G, Em, D7/F#, N.C.")
    return Spelled(*found)


def held_chord(pitches: Sequence[int]) -> Progression:
    """Make one chord of the pitches of a hand, the lowest its bass."""
    classes = frozenset(pitch % 12 for pitch in pitches)
    return Progression(((Spelled(min(pitches) % 12, classes),),))
