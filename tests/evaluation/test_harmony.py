"""How settings end, keep to their key and come round again."""

import numpy as np
import pytest

from models.evaluation.four_part.harmony import (
    ends_at_home,
    harmony_figures,
    key_of,
    last_root,
    outside,
    phrase_features,
    repeats_agree,
)

C, F, G, AM = (72, 67, 64, 48), (72, 69, 65, 53), (71, 67, 62, 55), (72, 69, 64, 45)
C6 = (72, 67, 60, 52)


def setting(*chords):
    return np.repeat(np.array(chords), 4, axis=0)


PHRASE = (C, F, C, G, AM, F, G, C, C, G, AM, F, C, G, C, C)


def test_the_key_is_that_of_the_voices_and_of_the_end():
    assert key_of(setting(*PHRASE)) == 0
    assert key_of(setting(*PHRASE) + 5) == 5
    assert key_of(setting(AM, F, AM, G, AM, F, G, AM, AM)) == 9 + 12


def test_only_the_tonic_with_its_root_below_is_home():
    assert ends_at_home(setting(*PHRASE))
    assert not ends_at_home(setting(*PHRASE, C6))
    assert not ends_at_home(setting(*PHRASE, G))
    assert last_root(setting(*PHRASE, C6)) == 0


def test_a_rest_at_the_end_is_no_chord():
    frames = np.concatenate([setting(*PHRASE), np.full((4, 4), -1)])
    assert ends_at_home(frames)


def test_the_same_melody_with_other_chords_disagrees():
    again = setting(*PHRASE, *PHRASE)
    agreed, total = repeats_agree(again)
    assert agreed == total >= 8
    other = again.copy()
    other[64:, 1:] += 2
    assert repeats_agree(other)[0] == 0


def test_chromatic_notes_are_outside_the_key():
    frames = setting(C, C)
    assert outside(frames, 0) == 0
    frames[:4, 1] = 66
    assert outside(frames, 0) == pytest.approx(1 / 6)


def test_phrases_are_described_alike_in_every_key():
    frames = setting(*PHRASE, *PHRASE)
    assert np.allclose(phrase_features(frames), phrase_features(frames - 3))
    assert phrase_features(setting(C)).shape == (0, phrase_features(frames).shape[1])


def test_music_is_as_itself():
    pieces = [setting(*PHRASE, *PHRASE) + shift for shift in range(5)]
    found = harmony_figures(pieces, pieces)
    assert found["last_root"] == found["ends_at_home"] == found["repeats_agree"] == 1
    assert found["outside_key"] == 0
