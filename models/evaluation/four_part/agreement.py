"""Agreement with the real accompaniment and of two takes; which melodies were in the training."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.evaluation.means import mean_of
from models.music.sixteenths import REST, STEPS_PER_BEAT, Frames

SEEN_SHARE = 0.9
_SPAN = 64  # a transposition is looked for within this many semitones
_NOWHERE = _SPAN - 1


def agreement(one: Frames, other: Frames) -> float:
    """Give the share of accompaniment cells that are the same, over the frames that both have."""
    length = min(len(one), len(other))
    if not length:
        return float("nan")
    return float((one[:length, 1:] == other[:length, 1:]).mean())


def mean_agreement(ones: Sequence[Frames], others: Sequence[Frames]) -> float:
    """Give the mean of the pieces' agreements."""
    return mean_of([agreement(a, b) for a, b in zip(ones, others, strict=True)])


def melody_kept(ones: Sequence[Frames], others: Sequence[Frames]) -> float:
    """Give the mean share of frames in which the first voice is the same."""
    shares = []
    for one, other in zip(ones, others, strict=True):
        length = min(len(one), len(other))
        shares.append(float((one[:length, 0] == other[:length, 0]).mean()) if length else 0.0)
    return mean_of(shares)


def diversity(takes: Sequence[Sequence[Frames]]) -> tuple[float, float]:
    """Compare each two takes of the same pieces: (mean agreement, share of identical pieces)."""
    pairs = [
        (a, b) for one, other in combinations(takes, 2) for a, b in zip(one, other, strict=True)
    ]
    same = [float(np.array_equal(a, b)) for a, b in pairs]
    return mean_of([agreement(a, b) for a, b in pairs]), mean_of(same)


def seen_melodies(melodies: Sequence[Frames], training: Sequence[Frames]) -> list[bool]:
    """Say of each melody [T] whether a training melody holds more than 90 % of it.

    In any transposition, from any beat of the training melody on; its rests count for nothing.
    """
    return [any(contained(m, t) > SEEN_SHARE for t in training) for m in melodies]


def contained(melody: Frames, other: Frames) -> float:
    """Give the largest share of the melody's sounding frames that `other` has, transposed."""
    sounding = melody >= 0
    size = int(sounding.sum())
    slack = int(len(melody) * (1 - SEEN_SHARE)) // STEPS_PER_BEAT * STEPS_PER_BEAT
    # Where less than nine tenths of it fit in there is nothing to find.
    if not size or len(other) + slack < len(melody):
        return 0.0
    padded = np.pad(other, slack, constant_values=REST)
    places = sliding_window_view(padded, len(melody))[::STEPS_PER_BEAT]
    shift = places - melody
    known = sounding & (places >= 0) & (np.abs(shift) < _SPAN // 2)
    shift = np.where(known, shift + _SPAN // 2, _NOWHERE)
    rows = np.arange(len(places))[:, None] * _SPAN
    counts = np.bincount((rows + shift).ravel(), minlength=len(places) * _SPAN)
    return float(counts.reshape(-1, _SPAN)[:, :_NOWHERE].max() / size)
