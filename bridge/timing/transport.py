"""A tempo pinned to an instant: a bijection between seconds and beats while it plays."""

from dataclasses import dataclass, field, replace
from math import floor

from models.music.tempo import EPSILON, Meter


@dataclass(frozen=True, slots=True)
class Transport:
    """`beat` falls at `at_seconds`. Stopped, it stays at `beat`.

    `first_line` is a bar line, `lines_before` how many there were from beat 0 up to it: where the
    meter was changed last.
    """

    bpm: float = 100.0
    meter: Meter = field(default_factory=Meter)
    beat: float = 0.0
    at_seconds: float = 0.0
    playing: bool = False
    first_line: float = 0.0
    lines_before: int = 0

    def __post_init__(self) -> None:
        if not self.bpm > 0:
            raise ValueError(f"tempo must be more than 0 bpm, got {self.bpm:g}")

    def beat_at(self, seconds: float) -> float:
        """Return the beat at `seconds`."""
        if not self.playing:
            return self.beat
        return self.beat + (seconds - self.at_seconds) * self.bpm / 60

    def seconds_at(self, beat: float) -> float:
        """Return the instant of `beat`, in seconds, as if the transport went on playing."""
        return self.at_seconds + (beat - self.beat) * 60 / self.bpm

    def started(self, beat: float, now_seconds: float) -> "Transport":
        """Play from `beat`, which falls now."""
        return replace(self, beat=beat, at_seconds=now_seconds, playing=True)

    def stopped(self, beat: float) -> "Transport":
        """Stand still at `beat`."""
        return replace(self, beat=beat, playing=False)

    def with_tempo(self, bpm: float, now_seconds: float) -> "Transport":
        """Go on at `bpm` from where it is now; no beat is skipped or played twice."""
        return replace(self, bpm=bpm, beat=self.beat_at(now_seconds), at_seconds=now_seconds)

    def bar_line(self, beat: float) -> float:
        """Return the bar line at or before `beat`."""
        bar = self.meter.beats_per_bar
        return self.first_line + floor((beat - self.first_line) / bar + EPSILON) * bar

    def bar_at(self, beat: float) -> int:
        """Return the number of the bar at `beat`, counted from 1 at beat 0."""
        bars = (self.bar_line(beat) - self.first_line) / self.meter.beats_per_bar
        return self.lines_before + round(bars) + 1

    def with_meter(self, meter: Meter, line: float) -> "Transport":
        """Count bars of this meter from the bar line `line` on."""
        return replace(self, meter=meter, first_line=line, lines_before=self.bar_at(line) - 1)

    def counted_from_0(self, meter: Meter) -> "Transport":
        """Count bars of this meter from beat 0, as an outside clock does."""
        return replace(self, meter=meter, first_line=0.0, lines_before=0)

    def next_bar_line(self, beat: float) -> float:
        """Return the first bar line after `beat`."""
        return self.bar_line(beat) + self.meter.beats_per_bar

    def bar_line_from(self, beat: float) -> float:
        """Return the first bar line at or after `beat`."""
        line = self.bar_line(beat)
        return line if beat - line < EPSILON else line + self.meter.beats_per_bar

    def bar_line_near(self, beat: float, slack: float) -> float | None:
        """Return the bar line within `slack` beats of `beat`; None if there is none."""
        line = self.bar_line_from(beat - slack)
        return line if line - beat <= slack else None

    def next_step(self, beat: float, step: float) -> float:
        """Return the next point after `beat` on a grid of `step` beats begun at every bar line."""
        line = self.bar_line(beat)
        steps = floor((beat - line) / step + EPSILON) + 1
        return min(line + steps * step, self.next_bar_line(beat))

    def is_bar_line(self, beat: float) -> bool:
        """Tell whether `beat` is a bar line."""
        return abs(beat - self.bar_line(beat)) < EPSILON
