"""Musical time: beats to seconds and beats to bars, by maps of tempo and meter changes."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

# Bar lines computed in floats must not slip by one bar: 1e-6 beats is far below any MIDI tick.
EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature; a beat is a quarter note whatever the denominator."""

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.numerator <= 64:
            raise ValueError(f"meter numerator must be in 1..64, got {self.numerator}")
        if self.denominator not in (1, 2, 4, 8, 16, 32, 64):
            raise ValueError(
                f"meter denominator must be a power of two up to 64, got {self.denominator}"
            )

    @property
    def beats_per_bar(self) -> float:
        """Length of one bar in quarter notes."""
        return self.numerator * 4 / self.denominator

    @classmethod
    def parse(cls, text: str) -> "Meter":
        """Read `3/4`; raise ValueError for anything else."""
        head, slash, tail = text.partition("/")
        if not (slash and head.strip().isdecimal() and tail.strip().isdecimal()):
            raise ValueError(f"meter must look like 3/4, got {text!r}")
        return cls(int(head), int(tail))

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True)
class TempoMap:
    """Tempo changes as (beat, bpm), the first at beat 0: a bijection between beats and seconds."""

    changes: tuple[tuple[float, float], ...] = ((0.0, 120.0),)

    def __post_init__(self) -> None:
        if not self.changes or self.changes[0][0] != 0:
            raise ValueError("tempo changes must begin at beat 0")
        for (a, _), (b, _) in zip(self.changes, self.changes[1:], strict=False):
            if not b > a:
                raise ValueError(f"tempo changes must come in order, got beat {b:g} after {a:g}")
        for _, bpm in self.changes:
            if not 1 <= bpm <= 60_000_000:
                raise ValueError(f"tempo must be at least 1 bpm, got {bpm:g}")

    @classmethod
    def constant(cls, bpm: float) -> "TempoMap":
        """One tempo throughout."""
        return cls(((0.0, float(bpm)),))

    @cached_property
    def _seconds(self) -> tuple[float, ...]:
        total, out = 0.0, [0.0]
        for (a, bpm), (b, _) in zip(self.changes, self.changes[1:], strict=False):
            total += (b - a) * 60 / bpm
            out.append(total)
        return tuple(out)

    def bpm_at(self, beat: float) -> float:
        """Quarter notes a minute in force at `beat`."""
        return self.changes[max(bisect_right(self.changes, beat, key=lambda c: c[0]) - 1, 0)][1]

    def seconds_at(self, beat: float) -> float:
        """Seconds from beat 0 to `beat` (negative before it)."""
        i = max(bisect_right(self.changes, beat, key=lambda c: c[0]) - 1, 0)
        start, bpm = self.changes[i]
        return self._seconds[i] + (beat - start) * 60 / bpm

    def beat_at(self, seconds: float) -> float:
        """The beat that falls `seconds` after beat 0; inverse of `seconds_at`."""
        i = max(bisect_right(self._seconds, seconds) - 1, 0)
        start, bpm = self.changes[i]
        return start + (seconds - self._seconds[i]) * bpm / 60


@dataclass(frozen=True, slots=True)
class MeterMap:
    """Meter changes as (beat, Meter), the first at beat 0; a change always begins a new bar."""

    changes: tuple[tuple[float, Meter], ...] = ((0.0, Meter()),)

    def __post_init__(self) -> None:
        if not self.changes or self.changes[0][0] != 0:
            raise ValueError("meter changes must begin at beat 0")
        for (a, _), (b, _) in zip(self.changes, self.changes[1:], strict=False):
            if not b > a:
                raise ValueError(f"meter changes must come in order, got beat {b:g} after {a:g}")

    @classmethod
    def constant(cls, meter: Meter) -> "MeterMap":
        """One meter throughout."""
        return cls(((0.0, meter),))

    def _change(self, beat: float) -> tuple[float, Meter]:
        i = bisect_right(self.changes, beat + EPSILON, key=lambda c: c[0]) - 1
        return self.changes[max(i, 0)]

    def meter_at(self, beat: float) -> Meter:
        """The meter in force at `beat`."""
        return self._change(beat)[1]

    def bar_line(self, beat: float) -> float:
        """The bar line at or before `beat`."""
        start, meter = self._change(beat)
        return start + floor((beat - start) / meter.beats_per_bar + EPSILON) * meter.beats_per_bar

    def next_bar_line(self, beat: float) -> float:
        """The first bar line after `beat`."""
        line = self.bar_line(beat)
        after = line + self.meter_at(beat).beats_per_bar
        i = bisect_right(self.changes, line + EPSILON, key=lambda c: c[0])
        change = self.changes[i][0] if i < len(self.changes) else after
        return change if change < after - EPSILON else after

    def bar_line_from(self, beat: float) -> float:
        """The first bar line at or after `beat`."""
        line = self.bar_line(beat)
        return line if beat - line < EPSILON else self.next_bar_line(beat)

    def bars(self, length: float) -> int:
        """Number of bars begun in [0, length)."""
        return sum(
            max(ceil((end - begin) / meter.beats_per_bar - EPSILON), 0)
            for begin, end, meter in self.segments(length)
        )

    def segments(self, length: float) -> tuple[tuple[float, float, Meter], ...]:
        """(begin, end, meter) of each stretch of one meter in [0, length)."""
        begins = [b for b, _ in self.changes if b < length]
        ends = [*begins, length][1:]
        return tuple((b, e, self.meter_at(b)) for b, e in zip(begins, ends, strict=True))
