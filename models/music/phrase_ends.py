"""Where the phrases of a melody end: long notes, rests and the bars tell it.

The division is chosen whole, by dynamic programming, as in Temperley's Grouper (2001): a phrase
ends on a note that is long for its neighbours, is about ten beats long, and the next one begins in
the bar where the first began. The weights were chosen by the fermatas of 236 chorales.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log2

from models.music.clip import Clip, Note
from models.music.tempo import EPSILON, MeterMap

_LONG, _REST, _COST = 1.148, 2.0, 1.018  # for a note long for its neighbours, a beat's rest, an end
_LENGTH, _USUAL, _LONGEST = 0.6, 10.165, 40.0  # how much a phrase's length matters; beats
_SAME_PLACE, _HALF_BAR, _WHOLE_BARS = 1.163, 0.468, 0.277  # for beginning where the first one does
_NEIGHBOURS, _NEAR = 4, 0.25  # notes; beats
_PLACE_SLACK = 0.13
_SURE = 4.0  # for a fermata
_NONE = float("-inf")


def phrase_ends(melody: Clip, meter: MeterMap, fermatas: Collection[float] = ()) -> list[Note]:
    """Give the last note of each phrase of a single line, in order; the last note is one.

    `fermatas` are beats at which the score says so.
    """
    notes = melody.notes
    if not notes:
        return []
    return [notes[i] for i in _division(notes, meter, _strengths(notes, fermatas))]


def _strengths(notes: Sequence[Note], fermatas: Collection[float]) -> list[float]:
    """Say how much each note is like an end, by itself."""
    spans = [max(b.start - a.start, EPSILON) for a, b in pairwise(notes)]
    spans.append(max(notes[-1].end - notes[-1].start, EPSILON))
    out = []
    for i, note in enumerate(notes):
        near = spans[max(i - _NEIGHBOURS, 0) : i] + spans[i + 1 : i + 1 + _NEIGHBOURS]
        usual = sum(near) / len(near) if near else spans[i]
        rest = notes[i + 1].start - note.end if i + 1 < len(notes) else 0.0
        marked = any(abs(note.start - beat) < _PLACE_SLACK for beat in fermatas)
        out.append(
            _LONG * log2(max(spans[i] / usual, EPSILON))
            + _REST * min(max(rest, 0.0), 2.0)
            + _SURE * marked
            - _COST
        )
    return out


def _division(notes: Sequence[Note], meter: MeterMap, strengths: Sequence[float]) -> list[int]:
    """Choose the ends that are best together."""
    count = len(notes)
    first = notes[0].start - meter.bar_line(notes[0].start)
    gains = {
        j: _beginning(notes[j].start, first, meter) + strengths[j - 1] for j in range(1, count)
    }
    places = [0, *candidates(notes, gains), count]
    best, back = {0: 0.0}, {0: 0}
    for place, j in enumerate(places[1:], start=1):
        best[j] = _NONE
        stop = notes[j].start if j < count else notes[-1].end
        bar = meter.meter_at(stop).beats_per_bar if j < count else 0.0
        for i in reversed(places[:place]):
            length = stop - notes[i].start
            if length > _LONGEST and i < places[place - 1]:
                break
            score = best[i] + gains.get(j, 0.0) + _fit(length, bar)
            if score > best[j]:
                best[j], back[j] = score, i
    ends, j = [], count
    while j > 0:
        ends.append(j - 1)
        j = back[j]
    return ends[::-1]


def candidates(notes: Sequence[Note], gains: Mapping[int, float]) -> list[int]:
    """Give the notes with which a phrase may begin: of those nearer than sixteenths, the likeliest.

    `gains` says by index how likely each is. So the work grows with the beats of a glissando or
    a trill, not with the square of its notes.
    """
    near: dict[int, int] = {}
    for j, gain in gains.items():
        sixteenth = int(notes[j].start / _NEAR + EPSILON)
        if sixteenth not in near or gain > gains[near[sixteenth]]:
            near[sixteenth] = j
    return sorted(near.values())


def _beginning(start: float, first: float, meter: MeterMap) -> float:
    return _place(start - meter.bar_line(start), first, meter.meter_at(start).beats_per_bar)


def _place(place: float, first: float, bar: float) -> float:
    if abs(place - first) < _PLACE_SLACK:
        return _SAME_PLACE
    is_half = bar >= 4 and (place - first) % (bar / 2) < _PLACE_SLACK
    return _SAME_PLACE * _HALF_BAR * is_half


@lru_cache(maxsize=4096)  # there are few lengths, asked for again and again
def _fit(length: float, bar: float) -> float:
    """Say how well a phrase of this length fits; `bar` is that of the next one, 0 if none comes."""
    score = -_LENGTH * log2(max(length, 0.25) / _USUAL) ** 2
    bars = length / bar if bar else 0.5
    return score + _WHOLE_BARS * (abs(bars - round(bars)) < 0.05)
