"""A long piece cut into stretches that a generator takes in one call."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from models.music.tempo import EPSILON, Meter, MeterMap


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch for one call: [begin, end) in beats; `origin` is a bar line of its meter."""

    begin: float
    end: float
    origin: float
    meter: Meter


@dataclass(frozen=True, slots=True)
class Stretch:
    """What part of a piece is worked on, in beats; without begin and end what is usual.

    `bars` is how far an extension without an end goes.
    """

    begin: float | None = None
    end: float | None = None
    bars: int | None = None


def windows(meter: MeterMap, begin: float, end: float, longest: float) -> Iterator[Window]:
    """Cut [begin, end) where the meter changes, and into whole bars of `longest` beats at most."""
    for stretch in _stretches(meter, end):
        bar = stretch.meter.beats_per_bar
        step = max(int(longest / bar), 1) * bar
        at = max(begin, stretch.begin)
        while at < stretch.end - EPSILON:
            line = stretch.origin + int((at - stretch.origin) / bar + EPSILON) * bar
            stop = min(line + step, stretch.end)
            yield replace(stretch, begin=at, end=stop)
            at = stop


def _stretches(meter: MeterMap, end: float) -> list[Window]:
    """Give the stretches in which bar lines are equally far apart; a pick-up joins its bars."""
    out: list[Window] = []
    for first, last, here in meter.segments(end):
        bar = here.beats_per_bar
        before = out[-1] if out else None
        if len(out) == 1 and before and before.begin == 0 and first < bar:
            # A pick-up written as a short bar of its own.
            out = [Window(0.0, last, first - bar, here)]
        elif before and before.meter.beats_per_bar == bar and _on_bar_line(first, before):
            out[-1] = replace(before, end=last)
        else:
            out.append(Window(first, last, first, here))
    return out


def _on_bar_line(beat: float, stretch: Window) -> bool:
    bars = (beat - stretch.origin) / stretch.meter.beats_per_bar
    return abs(bars - round(bars)) < EPSILON
