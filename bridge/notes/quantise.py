"""Rhythm assist: notes drawn towards the grid, a swung grid if the player swings."""

from bisect import bisect_right
from dataclasses import replace
from math import floor
from statistics import median

from models.music.clip import Clip, Note

STRAIGHT = 0.5
_OFF_BEAT = (0.40, 0.72)  # where an off-beat eighth may lie in its beat, straight to hard swing
_LEAST_SWING = 0.56  # nearer to straight than this is loose playing, not swing
_LEAST_NOTES = 3
_SPREAD = 0.07


def swing(clip: Clip) -> float:
    """Estimate where the off-beat eighths lie in the beat: 0.5 straight, 0.67 triplet swing."""
    phases = [note.start % 1 for note in clip.notes]
    off_beats = [phase for phase in phases if _OFF_BEAT[0] <= phase <= _OFF_BEAT[1]]
    if len(off_beats) < _LEAST_NOTES:
        return STRAIGHT
    middle = median(off_beats)
    near = sum(abs(phase - middle) <= _SPREAD for phase in off_beats)
    is_systematic = near >= 0.75 * len(off_beats)
    return middle if middle >= _LEAST_SWING and is_systematic else STRAIGHT


def _nearest(start: float, off_beat: float) -> float:
    grid = (0.0, off_beat / 2, off_beat, (1 + off_beat) / 2, 1.0)
    beat = floor(start)
    phase = start - beat
    after = min(bisect_right(grid, phase), len(grid) - 1)
    low, high = grid[after - 1], grid[after]
    return beat + (low if phase - low <= high - phase else high)


def quantise(clip: Clip, strength: float) -> Clip:
    """Move each onset by `strength` (0-1) of its way to the nearest sixteenth, swing kept."""
    if strength <= 0:
        return clip
    off_beat = swing(clip)

    def moved(note: Note) -> Note:
        target = _nearest(note.start, off_beat)
        if target >= clip.length:  # the next phrase's down-beat: there is no room for it here
            return note
        start = note.start + strength * (target - note.start)
        return replace(note, start=start, duration=min(note.duration, clip.length - start))

    return Clip(tuple(moved(note) for note in clip.notes), clip.length)
