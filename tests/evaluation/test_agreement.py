import numpy as np
import pytest

from models.evaluation.four_part.agreement import (
    agreement,
    contained,
    diversity,
    mean_agreement,
    melody_kept,
    seen_melodies,
)
from models.evaluation.four_part.baselines import harmonise, harmonisers
from models.evaluation.four_part.rules import rules
from models.music.key import find_key

TUNE = np.repeat([72, 74, 76, 72, 71, 69, 67, 72, 74, 76, 77, 79], 4)


def setting(below=(64, 60, 48), melody=TUNE):
    return np.column_stack([melody, np.tile(below, (len(melody), 1))])


def test_agreement_counts_the_lower_voices_only():
    assert agreement(setting(), setting()) == 1
    assert agreement(setting(), setting((64, 60, 36))) == pytest.approx(2 / 3)
    assert agreement(setting(), setting(melody=TUNE + 1)) == 1
    assert melody_kept([setting()], [setting(melody=TUNE + 1)]) == 0


def test_agreement_goes_as_far_as_both_do():
    longer = np.concatenate([setting(), setting((1, 2, 3))])
    assert agreement(setting(), longer) == 1
    assert np.isnan(agreement(setting(), setting()[:0]))


def test_the_mean_of_no_pieces_is_unknown():
    assert np.isnan(mean_agreement([], []))


def test_two_takes_that_are_the_same_are_identical():
    one, other = [setting(), setting()], [setting(), setting((64, 60, 36))]
    assert diversity([one, other]) == (pytest.approx(5 / 6), 0.5)
    assert all(np.isnan(x) for x in diversity([one]))


def test_a_melody_is_seen_in_any_transposition_and_from_any_beat():
    training = [np.concatenate([[60] * 8, TUNE - 5, [60] * 8])]
    strange = np.repeat([60, 66, 61, 67, 62, 68, 63, 69, 64, 70, 65, 71], 4)
    assert seen_melodies([TUNE, strange], training) == [True, False]


def test_a_melody_that_is_mostly_changed_is_not_seen():
    changed = TUNE.copy()
    changed[:8] += np.tile([3, 5], 4)
    assert contained(changed, TUNE) == pytest.approx(1 - 8 / 48)


def test_a_melody_that_begins_before_the_training_piece_can_be_seen():
    assert contained(np.concatenate([[65] * 4, TUNE]), TUNE) == pytest.approx(48 / 52)


def test_a_shorter_or_a_silent_melody_holds_nothing():
    assert contained(TUNE, TUNE[:16]) == 0
    assert contained(np.full(8, -1), TUNE) == 0


@pytest.fixture(scope="module")
def naive():
    training = [setting(melody=TUNE + i) + np.array([0, i, i, i]) for i in range(-2, 3)]
    return harmonisers([np.concatenate([p, p[::-1]]) for p in training])


@pytest.mark.parametrize(
    "name", ["random-triad", "hold-tonic", "nearest-chorale", "nearest-bar", "markov"]
)
def test_every_naive_harmoniser_keeps_the_melody_and_its_rests(naive, name):
    melody = np.concatenate([TUNE, [-1] * 4, TUNE[:7]])
    made = harmonise(naive[name], [melody], seed=3)[0]
    assert made.shape == (len(melody), 4)
    assert (made[:, 0] == melody).all()
    assert ((made < 0).all(axis=1) == (melody < 0)).all()
    assert (harmonise(naive[name], [melody], seed=3)[0] == made).all()


def test_without_training_there_are_harmonisers_that_need_none():
    assert set(harmonisers()) == {"random-triad", "hold-tonic"}


def test_copies_find_the_melody_that_they_know(naive):
    for name in ("nearest-chorale", "nearest-bar"):
        made = harmonise(naive[name], [TUNE + 1])[0]
        assert agreement(made, setting((65, 61, 49), TUNE + 1)) == 1, name


def test_a_random_triad_has_the_melody_in_it(naive):
    made = harmonise(naive["random-triad"], [TUNE])[0]
    assert rules(made)["chordal"] == 1
    assert rules(made)["crossing"] == 0


def test_the_held_chord_is_the_tonic(naive):
    assert find_key(np.bincount(TUNE % 12, minlength=12)) == (0, False)
    held = harmonise(naive["hold-tonic"], [TUNE])[0][:, 1:]
    assert len(np.unique(held, axis=0)) == 1
    assert set((held[0] % 12).tolist()) == {0, 4, 7}
    assert find_key([5, 0, 2, 3, 0, 2, 0, 4, 1, 0, 2, 0]) == (0, True)
