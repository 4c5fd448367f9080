"""Chords of four-part frames: classes of pitch-class sets, and the best chord of each beat."""

import numpy as np
from numpy.typing import NDArray

from models.music.sixteenths import STEPS_PER_BEAT, Frames

OTHER, TRIAD, SEVENTH, INCOMPLETE = range(4)

TRIADS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8))  # major, minor, diminished, augmented
# dominant, major, minor, half-diminished, diminished
SEVENTHS = ((0, 4, 7, 10), (0, 4, 7, 11), (0, 3, 7, 10), (0, 3, 6, 10), (0, 3, 6, 9))
_FIFTHLESS = ((0, 4, 10), (0, 3, 10), (0, 4, 11))
_INCOMPLETE = ((0, 4), (0, 3), (0, 7), (0,))

# Fitting a chord to a beat: sounding time inside counts for it, outside against it; of two that fit
# as well, the one of which more tones are there, then the smaller, then the commoner.
_COMPLETENESS, _SIZE, _RARITY = 0.15, 0.02, 0.001


def _class_table() -> NDArray[np.int64]:
    table = np.full(1 << 12, OTHER, np.int64)
    kinds = ((INCOMPLETE, _INCOMPLETE), (SEVENTH, _FIFTHLESS + SEVENTHS), (TRIAD, TRIADS))
    for kind, shapes in kinds:
        for shape in shapes:
            for root in range(12):
                table[sum(1 << (root + tone) % 12 for tone in shape)] = kind
    return table


def _templates() -> NDArray[np.float64]:
    rows = []
    for shape in TRIADS + SEVENTHS:
        tones = np.zeros(12)
        tones[list(shape)] = 1
        rows += [np.roll(tones, root) for root in range(12)]
    return np.array(rows)


_CLASSES = _class_table()
TEMPLATES = _templates()  # [108, 12], a chord a row: 1 where it has the pitch class
_TONES = TEMPLATES.sum(axis=1)
_HANDICAP = _SIZE * _TONES + _RARITY * (np.arange(len(TEMPLATES)) // 12)


def pitch_class_sets(frames: Frames) -> NDArray[np.int64]:
    """Give the pitch classes that sound in each frame, as bits of a number; any leading shape."""
    bits = np.where(frames >= 0, 1 << (frames % 12), 0)
    found: NDArray[np.int64] = np.bitwise_or.reduce(bits, axis=-1)
    return found


def chord_classes(sets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Class each pitch-class set: TRIAD, SEVENTH (fifthless too), INCOMPLETE or OTHER."""
    return _CLASSES[sets]


def chroma(frames: Frames) -> NDArray[np.float64]:
    """Count how many voices sound each pitch class in each frame, [T, 12]."""
    counts = np.zeros((len(frames), 12))
    for line in frames.T:
        sounding = np.nonzero(line >= 0)[0]
        np.add.at(counts, (sounding, line[sounding] % 12), 1)
    return counts


def beat_chords(frames: Frames) -> NDArray[np.int64]:
    """Find the chord that fits each whole beat best: a row of TEMPLATES, -1 for silence."""
    beats = len(frames) // STEPS_PER_BEAT
    weights = chroma(frames[: beats * STEPS_PER_BEAT])
    weights = weights.reshape(beats, STEPS_PER_BEAT, 12).sum(axis=1)
    total = weights.sum(axis=1, keepdims=True)
    shares = weights / np.maximum(total, 1)
    fit = shares @ (2 * TEMPLATES - 1).T
    there = _COMPLETENESS * ((weights > 0) @ TEMPLATES.T) / _TONES
    best: NDArray[np.int64] = (fit - _HANDICAP + there).argmax(axis=1)
    best[total[:, 0] == 0] = -1
    return best
