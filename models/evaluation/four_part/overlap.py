"""Overlap area of piece features after Yang and Lerch (2018): a line in reports, no goal.

Any chorale's lower voices below any melody score about 0.9; the classifier is the better judge.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.evaluation.four_part.frames import BAR
from models.evaluation.means import mean_of
from models.music.sixteenths import Frames

Array = NDArray[np.float64]

_GRID = 200
_LONGEST = 16  # frames; longer notes count as so long


def overlap_area(real: Sequence[Frames], other: Sequence[Frames]) -> float:
    """Give the mean over eight features of how far two densities cover each other, 0 to 1.

    The densities: distances within the real pieces, and from real pieces to the others.
    """
    if len(real) < 3 or not other:
        return float("nan")
    ones, others = [_features(p) for p in real], [_features(p) for p in other]
    return mean_of(
        [
            _covered(
                _distances(np.array(a), np.array(a))[np.triu_indices(len(a), 1)],
                _distances(np.array(a), np.array(b)).ravel(),
            )
            for a, b in zip(zip(*ones, strict=True), zip(*others, strict=True), strict=True)
        ]
    )


def _features(piece: Frames) -> tuple[Array, ...]:
    """Describe the lower voices of a piece by eight features."""
    lines = [_notes(piece[:, v]) for v in range(1, piece.shape[1])]
    pitches = np.concatenate([p for p, _, _ in lines])
    lengths = np.concatenate([n for _, _, n in lines])
    bars = max(len(piece) / BAR, 1)
    if not len(pitches):
        pitches, lengths = np.array([60]), np.array([1])
    intervals = np.concatenate([np.abs(np.diff(p)) for p, _, _ in lines])
    between = np.concatenate([np.diff(s) for _, s, _ in lines])
    final = int(lines[-1][0][-1]) if len(lines[-1][0]) else 0
    classes = np.bincount((pitches - final) % 12, minlength=12)
    durations = np.bincount(np.minimum(lengths, _LONGEST), minlength=_LONGEST + 1)
    single: tuple[float, ...] = (
        len(np.unique(pitches)),
        float(np.ptp(pitches)),
        len(pitches) / bars,
        mean_of(intervals.tolist() or [0.0]),
        mean_of(between.tolist() or [0.0]),
    )
    return (
        *(np.array([value], np.float64) for value in single),
        classes / classes.sum(),
        _transitions([(p - final) % 12 for p, _, _ in lines]),
        durations / durations.sum(),
    )


def _notes(line: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Give (pitches, first frames, frames) of the notes of one voice; repeated ones are one."""
    starts = np.concatenate([[0], np.nonzero(np.diff(line))[0] + 1]).astype(np.int64)
    lengths = np.diff(np.append(starts, len(line)))
    sounding = line[starts] >= 0
    return line[starts][sounding], starts[sounding], lengths[sounding]


def _transitions(lines: Sequence[NDArray[np.int64]]) -> Array:
    counts = np.zeros((12, 12))
    for line in lines:
        np.add.at(counts, (line[:-1], line[1:]), 1)
    shares: Array = np.ravel(counts / max(counts.sum(), 1))
    return shares


def _distances(ones: Array, others: Array) -> Array:
    return np.asarray([np.linalg.norm(others - one, axis=1) for one in ones], np.float64)


def _covered(one: Array, other: Array) -> float:
    """Give the area below both densities, on one grid."""
    low, high = min(one.min(), other.min()), max(one.max(), other.max())
    if high - low < 1e-12:
        return 1.0
    grid = np.linspace(low, high, _GRID)
    lower = np.minimum(_density(one, grid), _density(other, grid))
    return float(lower.sum() * (grid[1] - grid[0]))


def _density(values: Array, grid: Array) -> Array:
    """Smooth values with a Gaussian of Scott's width."""
    width = max(float(values.std()), 1e-3 * float(np.ptp(grid))) * len(values) ** -0.2
    shape = np.exp(-0.5 * ((grid[:, None] - values) / width) ** 2).sum(axis=1)
    density: Array = shape / (len(values) * width * np.sqrt(2 * np.pi))
    return density
