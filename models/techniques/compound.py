"""Compound meters for networks that know simple ones: a dotted quarter is heard as a quarter.

In 6/8, 9/8 and 12/8 the beat is a dotted quarter, three eighths long. A network taught with 2/4,
3/4 and 4/4 would lay its beats across that one. It is given the music with each dotted quarter as
a quarter: the three eighths fall on the beat, its second and its last sixteenth.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from models.music.clip import Clip
from models.music.tempo import EPSILON, Meter

BEAT = 1.5  # quarters
# Where the sixteenths of a dotted quarter go, in sixteenths of a quarter.
_PLACES = ((0.0, 0.0), (2.0, 1.0), (3.0, 2.0), (4.0, 3.0), (6.0, 4.0))
_TURNED = tuple((b, a) for a, b in _PLACES)
_STEPS = 4
_DIGITS = 6  # of a beat: nobody hears more


def is_compound(meter: Meter) -> bool:
    """Whether the beat is a dotted quarter: 6/8, 9/8, 12/8."""
    return meter.denominator == 8 and meter.numerator % 3 == 0 and meter.numerator > 3


def simple_meter(meter: Meter) -> Meter:
    """The simple meter with as many beats."""
    return Meter(meter.numerator // 3, 4)


def straight(beat: float) -> float:
    """Give the place in the simple meter of a beat counted from a bar line."""
    whole, rest = divmod(beat + EPSILON, BEAT)
    place = _between(max(rest - EPSILON, 0.0) * _STEPS, _PLACES)
    return round(whole + place / _STEPS, _DIGITS)


def bent(beat: float) -> float:
    """Give the place in the compound meter: the inverse of `straight`."""
    whole, rest = divmod(beat + EPSILON, 1.0)
    place = _between(max(rest - EPSILON, 0.0) * _STEPS, _TURNED)
    return round(whole * BEAT + place / _STEPS, _DIGITS)


def moved(clip: Clip, move: Callable[[float], float]) -> Clip:
    """Move where a clip's notes begin and end by `straight` or `bent`."""
    notes = []
    for note in clip.notes:
        start, end = move(note.start), move(note.end)
        notes.append(replace(note, start=start, duration=max(end - start, 0.0)))
    return Clip(tuple(notes), clip.length)


def _between(x: float, places: tuple[tuple[float, float], ...]) -> float:
    for (a, u), (b, v) in pairwise(places):
        if x <= b:
            return u + (x - a) * (v - u) / (b - a)
    return places[-1][1]
