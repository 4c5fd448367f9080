"""Music cut out of longer pieces with its meters, tempos and keys; meters on the grid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from models.music.clip import Clip, Composition, Note
from models.music.tempo import EPSILON, Meter, MeterMap, TempoMap

_Value = TypeVar("_Value")


def cut(piece: Composition, begin: float, end: float) -> Composition:
    """Give what sounds in [begin, end), counted from `begin`, which must be a bar line.

    Notes held over either end are cut there.
    """
    keys = cut_changes(piece.provenance.get("keys", ()), begin, end)
    melody, *others = (replace(t, clip=_cut_clip(t.clip, begin, end)) for t in piece.tracks)
    return Composition(
        melody,
        tuple(others),
        TempoMap(cut_changes(piece.tempo.changes, begin, end)),
        MeterMap(cut_changes(piece.meter.changes, begin, end)),
        piece.ticks_per_beat,
        {"keys": keys} if keys else {},
    )


def cut_changes(
    changes: Sequence[tuple[float, _Value]], begin: float, end: float
) -> tuple[tuple[float, _Value], ...]:
    """Give the changes in [begin, end), counted from `begin`, with the one in force there."""
    before = [(0.0, value) for beat, value in changes if beat <= begin + EPSILON]
    inside = [(b - begin, v) for b, v in changes if begin + EPSILON < b < end - EPSILON]
    return (*before[-1:], *inside)


def _cut_clip(clip: Clip, begin: float, end: float) -> Clip:
    if begin == 0 and clip.end <= end:
        return replace(clip, length=end)
    notes = []
    for note in clip.notes:
        start, stop = max(note.start, begin), min(note.end, end)
        if stop > start:
            notes.append(Note(start - begin, stop - start, note.pitch, note.velocity))
    return Clip(tuple(notes), end - begin)


def on_grid(meter: MeterMap, steps_per_beat: int) -> MeterMap:
    """Round the places where the meter changes to the grid; of two on one step the later stays."""
    changes: dict[float, Meter] = {}
    for beat, value in meter.changes:
        changes[round(beat * steps_per_beat) / steps_per_beat] = value
    return MeterMap(tuple(changes.items()))


def odd_meter(meter: MeterMap, length: float, steps_per_beat: int) -> Meter | None:
    """Find a meter whose bar is no whole number of steps, if any is in force before `length`."""
    for _, _, value in meter.segments(length):
        steps = value.beats_per_bar * steps_per_beat
        if abs(steps - round(steps)) > EPSILON:
            return value
    return None
