"""Two-sample test: how well a classifier tells generated bars from real ones; 0.5 is not at all."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.evaluation.four_part.chords import chord_classes, pitch_class_sets
from models.evaluation.four_part.frames import PAIRS, windows
from models.music.sixteenths import STEPS_PER_BEAT, Frames

Array = NDArray[np.float64]

STRADDLING = 8  # frames: windows that begin in the middle of a bar
_FOLDS = 5
_FEATURES, _WIDTH = 300, 0.7  # random Fourier features, and how fast they turn
_CIRCLE = 6.28  # to the digits at which figures measured elsewhere stay comparable
_RIDGE = 30.0
_CLIP = 5.0
_NEWTON_STEPS, _TOLERANCE = 25, 1e-4
_INTERVALS = (0, 3, 4, 7, 8, 9)


def c2st(real: Sequence[Frames], generated: Sequence[Frames], offset: int = 0) -> float:
    """Tell one-bar windows of two paired sets of chorales apart; NaN for fewer than two pieces."""
    return two_sample_accuracy(
        [bar_features(windows(p, offset)) for p in real],
        [bar_features(windows(p, offset)) for p in generated],
    )


def two_sample_accuracy(real: Sequence[Array], generated: Sequence[Array]) -> float:
    """Give the balanced accuracy on held-out pieces; features [windows, n] a piece.

    Piece i of both sets lies in the same fold, so that no melody is both learnt and judged.
    """
    counts = [len(x) for x in (*real, *generated)]
    features = np.concatenate([*real, *generated])
    piece = np.repeat([*range(len(real)), *range(len(generated))], counts)
    is_real = np.arange(len(piece)) < sum(counts[: len(real)])
    if len(set(piece)) < 2 or not is_real.any() or is_real.all():
        return float("nan")
    inputs = _expanded(features)
    order = np.random.default_rng(0).permutation(int(piece.max()) + 1)
    fold = (order % _FOLDS)[piece]
    hit = np.zeros(len(piece))
    weights = np.zeros(inputs.shape[1])
    for k in range(_FOLDS):
        held_out = fold == k
        # The last fold's weights are near to this one's, and the best are the same from anywhere.
        weights = _logistic(inputs[~held_out], is_real[~held_out], weights)
        hit[held_out] = (inputs[held_out] @ weights > 0) == is_real[held_out]
    return float((hit[is_real].mean() + hit[~is_real].mean()) / 2)


def _expanded(features: Array) -> Array:
    """Standardise, and add random cosines and a constant."""
    scaled = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6)
    scaled = np.clip(scaled, -_CLIP, _CLIP)
    random = np.random.default_rng(0)
    size = scaled.shape[1]
    turn = random.normal(size=(size, _FEATURES)) / np.sqrt(size) * _WIDTH
    phase = random.uniform(0, _CIRCLE, _FEATURES)
    return np.concatenate([scaled, np.cos(scaled @ turn + phase), np.ones((len(scaled), 1))], 1)


def _logistic(inputs: Array, labels: NDArray[np.bool_], start: Array) -> Array:
    """Fit a logistic regression with an L2 penalty by Newton's method."""
    weights = start.copy()
    penalty = _RIDGE * np.eye(inputs.shape[1])
    for _ in range(_NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        gradient = inputs.T @ (chance - labels) + _RIDGE * weights
        slope = inputs.T @ (inputs * (chance * (1 - chance))[:, None]) + penalty
        step = np.linalg.solve(slope, gradient)
        weights -= step
        if np.abs(step).max() < _TOLERANCE:
            break
    return weights


def bar_features(bars: Frames) -> Array:
    """Describe bars [N, 16, 4] without rests, alike in every transposition, [N, n]."""
    sets = pitch_class_sets(bars)
    columns = [
        *(_motion(bars[:, :, v]) for v in range(4)),
        _gaps(bars),
        _sonority(sets),
        _turnover(bars, sets),
        *(_pair(bars, upper, lower) for upper, lower in PAIRS),
        _errors(bars),
        _outer_motion(bars),
        _pitch_classes(bars),
    ]
    return np.concatenate(columns, axis=1)


def _motion(line: NDArray[np.int64]) -> Array:
    """How one voice moves: counts, steps, sizes, on beats and off."""
    size = np.abs(np.diff(line, axis=1))
    moved = size > 0
    moves = moved.sum(axis=1)
    some = np.maximum(moves, 1)
    steps = np.where(moves > 0, (moved & (size <= 2)).sum(axis=1) / some, 1)
    on_beats = moved[:, STEPS_PER_BEAT - 1 :: STEPS_PER_BEAT]
    return np.column_stack(
        [
            *(moves, steps, size.sum(axis=1) / some, size.max(axis=1)),
            on_beats,
            moved[:, 1::STEPS_PER_BEAT].sum(axis=1),
            moved[:, 0::2].sum(axis=1),
        ]
    ).astype(float)


def _gaps(bars: Frames) -> Array:
    gap = bars[:, :, :-1] - bars[:, :, 1:]
    measures: list[Callable[..., Array]] = [np.mean, np.std, np.min, np.max]
    return np.concatenate([measure(gap, axis=1) for measure in measures], axis=1)


def _sonority(sets: NDArray[np.int64]) -> Array:
    """Shares of the chord classes, of all frames and of those on beats."""
    kinds = chord_classes(sets)
    return np.column_stack(
        [(k == c).mean(axis=1) for k in (kinds, kinds[:, ::STEPS_PER_BEAT]) for c in range(4)]
    )


def _turnover(bars: Frames, sets: NDArray[np.int64]) -> Array:
    moved = np.diff(bars, axis=1) != 0
    different = (np.diff(np.sort(sets, axis=1), axis=1) != 0).sum(axis=1) + 1
    turned = (np.diff(sets, axis=1) != 0).sum(axis=1)
    together = moved.all(axis=2).sum(axis=1)
    return np.column_stack([turned, different, together, moved.any(axis=2).sum(axis=1)]).astype(
        float
    )


def _pair(bars: Frames, upper: int, lower: int) -> Array:
    """Shares of the consonant intervals between two voices."""
    interval = (bars[:, :, upper] - bars[:, :, lower]) % 12
    return np.column_stack([(interval == i).mean(axis=1) for i in _INTERVALS])


def _errors(bars: Frames) -> Array:
    """Parallel fifths and octaves, from frame to frame and beat to beat, and rough pairs."""
    fifths = octaves = rough = np.zeros(len(bars))
    for upper, lower in PAIRS:
        for grid in (bars, bars[:, ::STEPS_PER_BEAT]):
            interval = (grid[:, :, upper] - grid[:, :, lower]) % 12
            step = np.diff(grid, axis=1)
            kept = (step[:, :, upper] * step[:, :, lower] > 0) & (np.diff(interval, axis=1) == 0)
            fifths = fifths + (kept & (interval[:, 1:] == 7)).sum(axis=1)
            octaves = octaves + (kept & (interval[:, 1:] == 0)).sum(axis=1)
        interval = (bars[:, :, upper] - bars[:, :, lower]) % 12
        rough = rough + np.isin(np.minimum(interval, 12 - interval), (1, 2, 6)).mean(axis=1)
    return np.column_stack([fifths, octaves, rough])


def _outer_motion(bars: Frames) -> Array:
    step = np.diff(bars, axis=1)
    way = np.sign(step[:, :, 0] * step[:, :, 3])
    return np.column_stack([(way > 0).sum(axis=1), (way < 0).sum(axis=1)]).astype(float)


def _pitch_classes(bars: Frames) -> Array:
    """Shares of the pitch classes, the commonest first, and how many there are."""
    counts = (bars[..., None] % 12 == np.arange(12)).sum(axis=(1, 2))
    shares = -np.sort(-counts, axis=1) / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return np.column_stack([shares, (counts > 0).sum(axis=1)])
