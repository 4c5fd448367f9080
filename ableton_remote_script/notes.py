"""Notes as they come and go: five numbers each, checked, and put as a clip of Live takes them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from .arguments import RequestError, number, whole
from .types import Steps, Value

MOST_IN_CLIP = 4096  # more cannot be sorted in one go without holding up Live
MOST_NOTES = 16384  # in a take
MOST_BEATS = 4096.0
EARLIEST_BEAT = -16.0
SHORTEST_BEATS = 1 / 128
_SAME_START = 1 / 1024
_FIELDS = 5
_AT_ONCE = 256


class Note(NamedTuple):
    """A note; times in beats from the clip's start."""

    pitch: int
    start: float
    duration: float
    velocity: int
    mute: int


def read_notes(values: Sequence[Value], first: int) -> list[Note]:
    """Read notes from the arguments after the first ones; RequestError says which is wrong."""
    if (len(values) - first) % _FIELDS:
        raise RequestError(f"a note has {_FIELDS} numbers; {len(values) - first} came")
    return [_note(values, at) for at in range(first, len(values), _FIELDS)]


def _note(values: Sequence[Value], at: int) -> Note:
    pitch, velocity = whole(values[at], at + 1), whole(values[at + 3], at + 4)
    start, duration = number(values[at + 1], at + 2), number(values[at + 2], at + 3)
    if not 0 <= pitch <= 127:
        raise RequestError(f"a pitch must be in range 0..127, got {pitch}")
    if not 1 <= velocity <= 127:
        raise RequestError(f"a velocity must be in range 1..127, got {velocity}")
    if not EARLIEST_BEAT <= start <= MOST_BEATS:
        raise RequestError(f"a start must be in range -16..4096 beats, got {start:g}")
    if not 0 <= duration <= MOST_BEATS:
        raise RequestError(f"a duration must be in range 0..4096 beats, got {duration:g}")
    return Note(pitch, start, duration, velocity, int(bool(whole(values[at + 4], at + 5))))


def playable(notes: Sequence[Note]) -> Steps:
    """Sort notes by start, of one pitch never two at a time, none too short to be seen.

    Live itself would cut, replace or lose some of the others, depending on the order of writing.
    A piece of a job: yields now and then, and returns the notes.
    """
    placed: list[Note] = []
    last: dict[int, int] = {}
    ordered = sorted(notes, key=itemgetter(1, 0))
    for begin in range(0, len(ordered), _AT_ONCE):
        yield
        for note in ordered[begin : begin + _AT_ONCE]:
            _place(note._replace(duration=max(note.duration, SHORTEST_BEATS)), placed, last)
    return placed


def _place(note: Note, placed: list[Note], last: dict[int, int]) -> None:
    before = last.get(note.pitch)
    if before is not None:
        earlier = placed[before]
        if note.start - earlier.start < _SAME_START:
            longer = max(note.duration, earlier.duration)
            placed[before] = earlier._replace(duration=longer)
            return
        if earlier.start + earlier.duration > note.start:
            placed[before] = earlier._replace(duration=note.start - earlier.start)
    last[note.pitch] = len(placed)
    placed.append(note)
