"""The chord that a left hand holds, over all roots and inversions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.chord_names import read_chord
from models.music.hand_chords import hand_chord

QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "m(maj7)": (0, 3, 7, 11),
    "7sus4": (0, 5, 7, 10),
    "7#5": (0, 4, 8, 10),
    "7b5": (0, 4, 6, 10),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "9": (0, 2, 4, 7, 10),
    "m9": (0, 2, 3, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "add9": (0, 2, 4, 7),
    "madd9": (0, 2, 3, 7),
    "69": (0, 2, 4, 7, 9),
    "7b9": (0, 1, 4, 7, 10),
    "7#9": (0, 3, 4, 7, 10),
    "11": (0, 2, 5, 7, 10),
    "m11": (0, 3, 5, 7, 10),
    "13": (0, 4, 9, 10),
}
ROOTS = range(36, 48)


def inversions(tones: tuple[int, ...]) -> list[list[int]]:
    """The chord on all roots in close position over each of its tones."""
    return [
        sorted(root + tone + (12 if i < low else 0) for i, tone in enumerate(tones))
        for root in ROOTS
        for low in range(len(tones))
    ]


@pytest.mark.parametrize("quality", QUALITIES)
def test_in_root_position_every_chord_has_its_own_name(quality):
    for root in ROOTS:
        heard = hand_chord(root + tone for tone in QUALITIES[quality])
        assert heard is not None
        assert heard.bass == root % 12
        letter = heard.name[: 2 if heard.name[1:2] in ("#", "b") else 1]
        assert heard.name == letter + quality


@pytest.mark.parametrize("quality", QUALITIES)
def test_an_inversion_has_the_same_tones_over_its_lowest_key(quality):
    for keys in inversions(QUALITIES[quality]):
        heard = hand_chord(keys)
        assert heard is not None
        assert heard.tones == {key % 12 for key in keys}
        assert heard.bass == keys[0] % 12


@pytest.mark.parametrize("quality", QUALITIES)
def test_its_name_read_again_is_the_same_chord(quality):
    for keys in inversions(QUALITIES[quality]):
        heard = hand_chord(keys)
        assert heard is not None
        assert read_chord(heard.name) == (heard.bass, heard.tones)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ([52, 55, 60], "C/E"),
        ([43, 48, 52], "C/G"),
        ([42, 48, 50, 57], "D7/F#"),
        ([41, 45, 48, 50], "F6"),  # over F; Dm7 over D
        ([38, 41, 45, 48], "Dm7"),
        ([43, 53, 57, 60], "F/G"),
        ([38, 48, 52, 55], "C/D"),
        ([46, 48, 52, 55], "C7/Bb"),
        ([43, 50, 53, 57, 60], "G11"),
        ([48, 52, 58], "C7"),
        ([48, 55, 58], "C7"),
        ([52, 58, 60], "C7/E"),
        ([48, 52], "C"),
        ([48, 51], "Cm"),
        ([48, 55], "C5"),
        ([48, 53], "F5/C"),
        ([48, 57], "Am/C"),
        ([36, 48, 52, 55, 60], "C"),
    ],
)
def test_what_hands_play_is_what_players_call_it(keys, name):
    heard = hand_chord(keys)
    assert heard is not None
    assert heard.name == name


@pytest.mark.parametrize("keys", [[], [48], [36, 48], [48, 50], [48, 49, 50], [48, 49, 50, 51]])
def test_what_is_no_chord_is_none(keys):
    assert hand_chord(keys) is None


def test_a_fifth_that_no_finger_was_left_for_is_meant_all_the_same():
    heard = hand_chord([48, 52, 58, 62])
    assert heard is not None
    assert (heard.name, heard.tones) == ("C9", {0, 2, 4, 7, 10})


@given(st.sets(st.integers(21, 108), max_size=10), st.integers(-12, 12))
def test_a_hand_moved_along_the_keys_holds_the_same_chord_elsewhere(keys, semitones):
    here, there = hand_chord(keys), hand_chord(key + semitones for key in keys)
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert {(tone + semitones) % 12 for tone in here.tones} == there.tones
        assert (here.bass + semitones) % 12 == there.bass
