import numpy as np
import pytest

from models.evaluation.four_part.overlap import overlap_area


def chorale(seed, leap):
    random = np.random.default_rng(seed)
    moves = random.integers(-leap, leap + 1, size=(32, 4))
    beats = np.clip(np.cumsum(moves, axis=0), -9, 9) + np.array([72, 66, 60, 48])
    return np.repeat(beats, random.integers(2, 5), axis=0)


def test_pieces_of_one_kind_overlap_and_those_of_another_hardly():
    calm = [chorale(i, 1) for i in range(20)]
    like, wild = [chorale(i + 50, 1) for i in range(20)], [chorale(i, 7) for i in range(20)]
    assert overlap_area(calm, like) > 0.75
    assert overlap_area(calm, wild) < overlap_area(calm, like) - 0.15


def test_the_same_note_throughout_overlaps_with_itself():
    pieces = [np.tile([72, 67, 64, 48], (32, 1))] * 4
    assert overlap_area(pieces, pieces) == pytest.approx(1)


def test_silence_and_too_few_pieces_are_no_fault():
    pieces = [chorale(i, 1) for i in range(4)]
    assert 0 <= overlap_area(pieces, [np.full((16, 4), -1)] * 4) < 0.5
    assert np.isnan(overlap_area(pieces[:2], pieces))
