"""Four-part music as frames: [T, 4] pitches of soprano, alto, tenor, bass on the sixteenth grid."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from models.clip import Clip

Frames = NDArray[np.int64]  # [T, voices], MIDI pitch or REST

REST = -1
STEPS_PER_BEAT = 4
BAR = 16  # frames of the windows that stand for bars where no meter is known
VOICES = ("soprano", "alto", "tenor", "bass")
PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
_EPSILON = 1e-6


def sample_voice(clip: Clip, steps: int) -> Frames:
    """Put one voice on the grid: each frame takes the note at its middle, the latest begun.

    A note that no middle falls into is not heard here; repeated notes become one.
    """
    line = np.full(steps, REST, np.int64)
    for note in clip.notes:
        begin, end = (ceil(beat * STEPS_PER_BEAT - 0.5) for beat in (note.start, note.end))
        line[max(begin, 0) : max(end, 0)] = note.pitch
    return line


def sample_voices(clips: Sequence[Clip]) -> Frames:
    """Put voices side by side on the grid, from beat 0 to the last release of any of them."""
    steps = ceil(max((c.end for c in clips), default=0.0) * STEPS_PER_BEAT - _EPSILON)
    return np.stack([sample_voice(c, steps) for c in clips], axis=1)


def windows(frames: Frames, offset: int = 0, length: int = BAR) -> Frames:
    """Cut [N, length, voices] windows side by side from `offset`, those with rests left out."""
    count = max((len(frames) - offset) // length, 0)
    cut = frames[offset : offset + count * length].reshape(count, length, frames.shape[1])
    return cut[(cut >= 0).all(axis=(1, 2))]
