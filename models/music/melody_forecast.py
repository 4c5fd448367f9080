"""Guesses how a melody that is being played goes on, from what the player did before.

The line so far is looked through for places where it went as it went just now: the longest such
place is continued, at its own pitch or in sequence (as in Pachet's Continuator, 2003). Where
nothing like it was played before, the rhythm of the bar before returns and the line moves by steps.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor

from models.music.clip import Clip, Note
from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE, find_key
from models.music.tempo import EPSILON, Meter

TICKS = 12  # a beat: sixteenths and triplets are both whole
# What is older is forgotten: the engine's thread has no time for it.
HISTORY_BARS, HISTORY_NOTES = 64, 600
CHORD_TICKS = 1  # played by hand, the notes of one chord come within this
_PLACES = (0, 3, 4, 6, 8, 9, 12)
# the place nearest to each half tick of a beat
_NEAREST = tuple(min(_PLACES, key=lambda place: abs(2 * place - half)) for half in range(25))


@dataclass(slots=True)
class _Sound:
    """A note of the line: ticks from beat 0."""

    start: int
    end: int
    pitch: int
    velocity: int


def forecast(played: Clip, at: float, until: float, meter: Meter) -> Clip:
    """Give the notes that will probably be played in [at, until) beats, in the same beats.

    `played` is everything so far; what is still held ends at `at` or later, and its rest is the
    first note of the answer. Beat 0 is a bar line.
    """
    begin, end = round(at * TICKS), round(until * TICKS)
    bar = max(round(meter.beats_per_bar * TICKS), 1)
    line = _line(played, at, bar)
    if not line or end <= begin:
        return Clip((), max(until, 0.0))
    known, end = len(line), max(end, begin + bar)
    lag = _best_lag(line, begin, bar)
    if lag:
        _copy(line, lag, begin, end)
    if len(line) == known and line[-1].end < end:  # whoever is silent will go on
        _walk(line, begin, end, bar)
    return _clip(line, known, (at, until))


def continued(played: Clip, at: float, until: float, meter: Meter) -> Clip:
    """Give the melody up to `until`: what was played before `at`, and then the forecast.

    A note held over `at` is one note.
    """
    notes = [_cut(n, at) for n in played.notes if n.start < at - EPSILON]
    ahead = list(forecast(played, at, until, meter).notes)
    if ahead and ahead[0].start < at + EPSILON:
        pitch = ahead[0].pitch
        held = [i for i, n in enumerate(notes) if n.pitch == pitch and n.end >= at - EPSILON]
        if held:
            note = notes[held[-1]]
            notes[held[-1]] = replace(note, duration=ahead.pop(0).end - note.start)
    return Clip((*notes, *ahead), max(until, 0.0))


def _cut(note: Note, at: float) -> Note:
    return note if note.end <= at else replace(note, duration=at - note.start)


def cadence(played: Clip, at: float, meter: Meter) -> Clip:
    """Give a bar of melody from `at` on over which an accompaniment comes to rest.

    A neighbour of the tonic, then the tonic, near the last pitch; empty if nothing was played.
    """
    length = meter.beats_per_bar
    line = _line(played, at, max(round(length * TICKS), 1))
    if not line:
        return Clip((), at + length)
    tonic, _ = _key(line)
    last, velocity = line[-1].pitch, line[-1].velocity
    home = _nearest(last, (tonic,))
    # By itself a long tonic often gets another chord: its neighbour brings the dominant before it.
    neighbour = _nearest(home if abs(home - last) > 2 else last, (tonic + 2, tonic + 11))
    step = min(1.0, length / 2)
    notes = (
        Note(at, step, neighbour, velocity),
        Note(at + step, length - step, _nearest(neighbour, (tonic,)), velocity),
    )
    return Clip(notes, at + length)


def _nearest(pitch: int, classes: Sequence[int]) -> int:
    wanted = {c % 12 for c in classes}
    near = range(max(pitch - 11, 0), min(pitch + 12, 128))
    return min((p for p in near if p % 12 in wanted), key=lambda p: abs(p - pitch))


# -- what was played ---------------------------------------------------------------------------
def _line(played: Clip, at: float, bar: int) -> list[_Sound]:
    """Read the highest line before `at`, drawn to the grid; held notes end at `at` or later."""
    line: list[_Sound] = []
    first = at - HISTORY_BARS * bar / TICKS
    for note in played.notes[-HISTORY_NOTES:]:
        if note.start < first or note.start >= at - EPSILON:
            continue
        sound = _Sound(_tick(note.start), round(note.end * TICKS), note.pitch, note.velocity)
        if not line or not _is_inner(line, sound):
            line.append(sound)
    for sound, following in pairwise(line):
        sound.end = min(max(sound.end, sound.start + 1), following.start)
    return line


def _tick(beat: float) -> int:
    whole = floor(beat)
    return whole * TICKS + _NEAREST[round((beat - whole) * 2 * TICKS)]


def _is_inner(line: list[_Sound], sound: _Sound) -> bool:
    """Whether a new note is no part of the line; takes out of it what the note takes over from."""
    before = line[-1]
    if sound.start - before.start <= CHORD_TICKS:
        if sound.pitch > before.pitch:
            line.pop()
            return False
        return True
    left = before.end - sound.start
    return sound.pitch < before.pitch and left > (sound.end - sound.start) // 2


def _key(line: Sequence[_Sound]) -> tuple[int, bool]:
    weights = [0.0] * 12
    for sound in line:
        weights[sound.pitch % 12] += sound.end - sound.start
    return find_key(weights)


# -- a place where it went the same ------------------------------------------------------------
def _best_lag(line: list[_Sound], begin: int, bar: int) -> tuple[int, int] | None:
    """Find (ticks back, semitones up) of the place that is most like now."""
    best, best_score = None, 2.0
    last = line[-1]
    for i in range(len(line) - 2, -1, -1):
        lag = last.start - line[i].start
        if lag % TICKS or line[i + 1].start + lag < begin:
            continue
        score = _likeness(line, i) + _regularity(lag, bar)
        if score > best_score:
            best, best_score = (lag, last.pitch - line[i].pitch), score
    return best


def _likeness(line: list[_Sound], i: int) -> float:
    """Count the notes before note `i` that are as those before the last one."""
    j, count = len(line) - 1, 1.0
    lag, shift = line[j].start - line[i].start, line[j].pitch - line[i].pitch
    while i > 0 and count < 16:
        i, j = i - 1, j - 1
        if line[j].start - line[i].start != lag:
            break
        off = abs(line[j].pitch - line[i].pitch - shift)
        if off > 2:
            break
        count += 1.0 if off == 0 else 0.5
    return count if shift == 0 else 0.7 * count


def _regularity(lag: int, bar: int) -> float:
    return 1.5 if lag % (4 * bar) == 0 else 1.0 if lag % bar == 0 else 0.0


def _copy(line: list[_Sound], found: tuple[int, int], begin: int, end: int) -> None:
    """Append what came after the place found, as far as `end`."""
    lag, shift = found
    scale = _scale(line)
    last = line[-1]
    source = next(k for k, s in enumerate(line) if s.start == last.start - lag)
    steps = _degree(last.pitch, scale) - _degree(line[source].pitch, scale) if shift else 0
    if last.end >= begin:
        last.end = max(min(line[source].end + lag, end), begin)
    i = source + 1
    while i < len(line) and line[i].start + lag < end:
        sound = line[i]
        pitch = _moved(sound.pitch, steps, scale)
        line.append(_Sound(sound.start + lag, min(sound.end + lag, end), pitch, sound.velocity))
        i += 1


def _scale(line: Sequence[_Sound]) -> list[int]:
    tonic, is_minor = _key(line)
    return sorted((tonic + s) % 12 for s in (NATURAL_MINOR_SCALE if is_minor else MAJOR_SCALE))


def _degree(pitch: int, scale: Sequence[int]) -> int:
    """Number the tone of the scale at or below a pitch."""
    return pitch // 12 * 7 + bisect_right(scale, pitch % 12) - 1


def _moved(pitch: int, steps: int, scale: Sequence[int]) -> int:
    """Move a pitch along the scale; a tone foreign to it stays as far above its neighbour."""
    if not steps:
        return pitch
    degree = _degree(pitch, scale)
    moved = _pitch(degree + steps, scale) + pitch - _pitch(degree, scale)
    return min(max(moved, 0), 127)


def _pitch(degree: int, scale: Sequence[int]) -> int:
    return degree // 7 * 12 + scale[degree % 7]


# -- nothing like it was played ----------------------------------------------------------------
def _walk(line: list[_Sound], begin: int, end: int, bar: int) -> None:
    """Append the rhythm of the last bar with notes, in steps near the middle of what was played."""
    tonic, is_minor = _key(line)
    scale = [(tonic + s) % 12 for s in (NATURAL_MINOR_SCALE if is_minor else MAJOR_SCALE)]
    middle = sum(s.pitch for s in line) / len(line)
    last = line[-1]
    is_held = last.end >= begin
    span = bar if is_held else max(ceil((begin - last.start) / bar), 1) * bar
    rhythm = [s for s in line if begin - span <= s.start < begin - span + bar]
    if is_held:
        last.end = end
    back = span
    while rhythm and begin - span + back < end:
        for sound in rhythm:
            start = sound.start + back
            if max(begin, line[-1].start + 1) <= start < end:
                stop = min(sound.end + back, end)
                if line[-1].end > start:
                    line[-1].end = start
                pitch = _step(line, scale, middle)
                line.append(_Sound(start, stop, pitch, sound.velocity))
        back += bar


def _step(line: list[_Sound], scale: Sequence[int], middle: float) -> int:
    before = line[-1].pitch
    near = [p for p in range(before - 4, before + 5) if p % 12 in scale and 0 <= p <= 127]
    stable = (scale[0], scale[2], scale[4])
    return min(
        near or [before],
        key=lambda p: abs(abs(p - before) - 1.5) + 0.3 * abs(p - middle) - (p % 12 in stable),
    )


def _clip(line: list[_Sound], known: int, span: tuple[float, float]) -> Clip:
    at, until = span
    notes = []
    for i, sound in enumerate(line[known - 1 :]):
        start = max(sound.start / TICKS, at) if i else at  # the first one sounds already
        stop = min(sound.end / TICKS, until)
        if stop > start + EPSILON:
            notes.append(Note(start, stop - start, sound.pitch, sound.velocity))
    return Clip(tuple(notes), max(until, 0.0))
