"""A key of the keyboard sounds the chord that belongs there in the key of the music."""

import pytest

from models.music.diatonic import C_MAJOR, CHORD_SIZES, chord_over


def test_the_triads_of_a_major_key():
    white = (60, 62, 64, 65, 67, 69, 71)
    assert [chord_over(p, "triad") for p in white] == [
        (60, 64, 67), (62, 65, 69), (64, 67, 71), (65, 69, 72), (67, 71, 74), (69, 72, 76),
        (71, 74, 77),
    ]  # fmt: skip


def test_the_sevenths_of_a_major_key():
    assert chord_over(60, "seventh") == (60, 64, 67, 71)
    assert chord_over(67, "seventh") == (67, 71, 74, 77)
    assert chord_over(71, "seventh") == (71, 74, 77, 81)


def test_the_dominant_of_a_minor_key_has_its_leading_tone():
    assert chord_over(64, "triad", (9, True)) == (64, 68, 71)
    assert chord_over(64, "seventh", (9, True)) == (64, 68, 71, 74)
    assert chord_over(69, "triad", (9, True)) == (69, 72, 76)
    assert chord_over(68, "seventh", (9, True)) == (68, 71, 74, 77)  # vii, diminished


@pytest.mark.parametrize(
    ("pitch", "chord"),
    [(61, (61, 64, 67)), (63, (63, 67, 70)), (66, (66, 69, 72)), (70, (70, 74, 77))],
)
def test_a_black_key_in_c_major_is_a_chord_as_well(pitch, chord):
    assert chord_over(pitch, "triad") == chord


def test_power_is_root_fifth_and_octave_in_any_key():
    assert chord_over(61, "power", (9, True)) == (61, 68, 73)


def test_what_lies_above_the_last_key_is_left_out():
    assert chord_over(125, "triad") == (125,)
    assert all(chord_over(127, size)[0] == 127 for size in CHORD_SIZES)


def test_every_chord_is_rising_and_begins_with_its_key():
    for tonic in range(12):
        for is_minor in (False, True):
            for pitch in range(128):
                for size in CHORD_SIZES:
                    chord = chord_over(pitch, size, (tonic, is_minor))
                    assert chord[0] == pitch
                    assert list(chord) == sorted(set(chord))


def test_another_size_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="'ninth'"):
        chord_over(60, "ninth", C_MAJOR)
