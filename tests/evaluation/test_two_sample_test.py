import numpy as np
import pytest

from models.evaluation.four_part.frames import windows
from models.evaluation.two_sample_test import bar_features, c2st, two_sample_accuracy


def chorale(seed, leap=2, bars=4):
    """Four voices that change on every beat by up to `leap` semitones."""
    random = np.random.default_rng(seed)
    steps = random.integers(-leap, leap + 1, size=(bars * 4, 4))
    beats = np.clip(np.cumsum(steps, axis=0), -5, 5) + np.array([72, 66, 60, 48])
    return np.repeat(beats, 4, axis=0)


def test_the_same_bars_cannot_be_told_apart():
    pieces = [chorale(i) for i in range(12)]
    assert c2st(pieces, pieces) == pytest.approx(0.5)


def test_leaping_voices_are_told_from_calm_ones():
    calm, wild = [chorale(i) for i in range(12)], [chorale(i + 100, 5) for i in range(12)]
    assert c2st(calm, wild) > 0.8
    assert c2st(calm, wild, offset=8) > 0.7


def test_two_sets_of_one_kind_are_hard_to_tell_apart():
    one, other = [chorale(i) for i in range(20)], [chorale(i + 100) for i in range(20)]
    assert 0.3 < c2st(one, other) < 0.7


def test_bars_are_described_alike_in_every_transposition():
    bars = windows(chorale(3))
    assert bar_features(bars) == pytest.approx(bar_features(bars + 3))


def test_one_piece_is_not_enough_to_tell_anything():
    assert np.isnan(c2st([chorale(1)], [chorale(2)]))
    assert np.isnan(two_sample_accuracy([np.zeros((0, 3))] * 3, [np.zeros((0, 3))] * 3))


def test_a_piece_without_whole_bars_is_no_fault():
    pieces = [chorale(i) for i in range(6)]
    assert c2st([*pieces, chorale(9)[:8]], [*pieces, chorale(10)[:8]]) == pytest.approx(0.5)
