"""The chords that a plan is made of: a root and a kind, which is a quality and what its bass plays.

A state is `root * KINDS + kind`; NO_CHORD stands for one that is not known.
"""

import numpy as np
from numpy.typing import NDArray

from models.networks.common.chord_templates import (
    COMPLETENESS,
    ROOTED,
    Array,
    Kind,
    Quality,
    handicaps,
    kind_table,
    templates,
)

_MAJOR, _MINOR, _SEVENTH = (0, 4, 7), (0, 3, 7), (0, 4, 7, 10)
# Inversions that chorales use alike are one kind, named by the commonest bass.
CHORD_KINDS = (
    Kind(_MAJOR, 0, ""),
    Kind(_MAJOR, 4, ""),
    Kind(_MAJOR, 7, ""),
    Kind(_MINOR, 0, "m"),
    Kind(_MINOR, 3, "m"),
    Kind(_MINOR, 7, "m"),
    Kind(_SEVENTH, 0, "7"),
    Kind(_SEVENTH, 4, "7"),
    Kind((0, 3, 7, 10), 0, "m7"),
    Kind((0, 3, 7, 10), 3, "m7"),
    Kind((0, 3, 6), 3, "dim"),
    Kind((0, 3, 6, 10), 0, "m7b5"),
    Kind((0, 4, 7, 11), 0, "maj7"),
)
KINDS = len(CHORD_KINDS)
STATES = 12 * KINDS
NO_CHORD = STATES
MAJOR_KINDS, MINOR_KINDS = (0, 1, 2), (3, 4, 5)
SEVENTH_KINDS = (6, 7)  # dominant sevenths


QUALITIES = (
    Quality(_MAJOR, {0: 0, 4: 1, 7: 2}, 0),
    Quality(_MINOR, {0: 3, 3: 4, 7: 5}, 3),
    Quality((0, 3, 6), {}, 10, 0.05),
    Quality((0, 4, 8), {0: 0, 4: 1}, 0, 0.2),
    Quality(_SEVENTH, {0: 6}, 7, 0.08),
    Quality((0, 4, 7, 11), {}, 12, 0.3),
    Quality((0, 3, 7, 10), {0: 8}, 9, 0.12),
    Quality((0, 3, 6, 10), {}, 11, 0.12),
    Quality((0, 3, 6, 9), {}, 11, 0.1),
)
_EARLY = 2.0  # how much more the first half of a beat counts than the second
_TEMPLATES = templates(QUALITIES)
_HANDICAPS = handicaps(QUALITIES)
_KIND_TABLE = kind_table(QUALITIES)


def slot_chords(pitches: Array, sounding: NDArray[np.bool_], slots: Array) -> Array:
    """Find the state that fits each slot best, [S], from frames [T, voices], the bass last.

    `slots` [T] numbers the frames' slots from 0 on; a slot in which nothing sounds has NO_CHORD.
    """
    count = int(slots[-1]) + 1
    weights = np.zeros((count, 12))
    low = np.zeros((count, 12))
    begins = np.flatnonzero(np.diff(slots, prepend=slots[0] - 1))
    early = np.where(np.arange(len(slots)) - begins[slots] < 2, _EARLY, 1.0)
    for voice in range(pitches.shape[1]):
        heard = sounding[:, voice]
        np.add.at(weights, (slots[heard], pitches[heard, voice] % 12), early[heard])
    heard = sounding[:, -1]
    np.add.at(low, (slots[heard], pitches[heard, -1] % 12), early[heard])
    total = weights.sum(1)
    bass = np.where(low.sum(1) > 0, low.argmax(1), -1)
    shares = weights / np.maximum(total, 1)[:, None]
    fit = np.einsum("sp,qrp->sqr", shares, 2 * _TEMPLATES - 1)
    there = np.einsum("sp,qrp->sqr", (weights > 0).astype(float), _TEMPLATES)
    fit += COMPLETENESS * there / _TEMPLATES.sum(2) - _HANDICAPS
    fit += ROOTED * (np.arange(12)[None, None] == bass[:, None, None])
    best = fit.reshape(count, -1).argmax(1)
    states = [_state(int(b), int(low_class)) for b, low_class in zip(best, bass, strict=True)]
    return np.where(total > 0, np.array(states), NO_CHORD)


def _state(best: int, bass: int) -> int:
    quality, root = divmod(best, 12)
    if QUALITIES[quality].is_symmetric and bass >= 0:
        root = bass
    return root * KINDS + int(_KIND_TABLE[quality, (bass - root) % 12])


def transposed(states: Array, semitones: int) -> Array:
    """Move the roots of states; NO_CHORD stays."""
    moved = (states // KINDS + semitones) % 12 * KINDS + states % KINDS
    return np.where(states == NO_CHORD, NO_CHORD, moved)
