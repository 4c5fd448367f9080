"""Notes rounded to the grid, and how far they were from it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.music.clip import Clip, Note
from models.music.sixteenths import nearest_steps
from models.music.tempo import EPSILON

# Nearer than this an onset counts as on the grid: 10 ms at 120 bpm, which nobody hears.
TOLERANCE = 0.02


@dataclass(slots=True)
class _Cell:
    """A note on the grid, in steps, with the beats at which it really was."""

    begin: int
    end: int
    note: Note
    alive: bool = True


def quantise(clip: Clip, steps_per_beat: int, *, is_drum: bool = False) -> Clip:
    """Round every note to the grid, each pitch once at a time; the length stays.

    Of a fast run that shares one step the last note is kept; a pitch struck again ends the note
    before, and sounds as long as either did.
    """
    cells: list[_Cell] = []
    here: list[_Cell] = []  # those on the step of the latest
    latest: dict[int, _Cell] = {}
    for note in clip.notes:
        begin, end = nearest_steps(note, steps_per_beat)
        begin, end = max(begin, 0), max(end, 1)  # what began before the first beat
        before = latest.get(note.pitch)
        if before is not None and before.alive and before.end > begin:
            if before.begin == begin:
                before.end = max(before.end, end)
                continue
            before.end, end = begin, max(before.end, end)
        cell = latest[note.pitch] = _Cell(begin, end, note)
        if not is_drum:
            here = _squeezed(here, cell)
        cells.append(cell)
    return Clip(tuple(_note(c, steps_per_beat) for c in cells if c.alive), clip.length)


def _note(cell: _Cell, steps_per_beat: int) -> Note:
    duration = (cell.end - cell.begin) / steps_per_beat
    return Note(cell.begin / steps_per_beat, duration, cell.note.pitch, cell.note.velocity)


def _squeezed(here: list[_Cell], cell: _Cell) -> list[_Cell]:
    """Drop what ended before `cell` began but is on its step; give what is on that step now."""
    here = [other for other in here if other.begin == cell.begin]
    for other in here:
        other.alive = other.note.end > cell.note.start + EPSILON
    return [*(other for other in here if other.alive), cell]


def merge(clips: Iterable[Clip]) -> Clip:
    """Put quantised clips together, each pitch once at a time."""
    merged: dict[tuple[float, int], Note] = {}
    length = 0.0
    for clip in clips:
        length = max(length, clip.length)
        for note in clip.notes:
            same = merged.get((note.start, note.pitch))
            if same is None or same.duration < note.duration:
                merged[note.start, note.pitch] = note
    out: list[Note] = []
    latest: dict[int, int] = {}
    for note in sorted(merged.values()):
        i = latest.get(note.pitch)
        if i is not None and out[i].end > note.start + EPSILON:
            end = max(out[i].end, note.end)
            cut = out[i]
            out[i] = Note(cut.start, note.start - cut.start, cut.pitch, cut.velocity)
            note = Note(note.start, end - note.start, note.pitch, note.velocity)
        latest[note.pitch] = len(out)
        out.append(note)
    return Clip(tuple(out), length)


def grid_shares(clips: Iterable[Clip], steps_per_beat: int) -> tuple[float, float]:
    """Find the shares of onsets (beside the grid, on triplets of eighths or sixteenths)."""
    starts = np.array([n.start for clip in clips for n in clip.notes])
    if len(starts) == 0:
        return 0.0, 0.0
    off = _distance(starts, steps_per_beat) > TOLERANCE
    # Sixths of a beat that are not eighths.
    triplets = (_distance(starts, 6) <= TOLERANCE) & (_distance(starts, 2) > TOLERANCE)
    return float(off.mean()), float(triplets.mean())


def _distance(starts: NDArray[np.float64], parts: int) -> NDArray[np.float64]:
    steps = starts * parts
    return np.abs(steps - np.round(steps)) / parts
