"""Names of pitches and chords."""

import pytest

from models.chord import chord_name, pitch_name


@pytest.mark.parametrize(("pitch", "name"), [(60, "C4"), (0, "C-1"), (127, "G9"), (66, "F#4")])
def test_a_pitch_has_the_name_that_players_know(pitch, name):
    assert pitch_name(pitch) == name


@pytest.mark.parametrize(
    ("pitches", "name"),
    [
        ([43, 59, 62, 67], "G"),
        ([45, 60, 64], "Am"),
        ([54, 60, 62, 69], "D7/F#"),
        ([52, 60, 67], "C/E"),
        ([50, 54, 60], "D7"),
        ([48, 55, 60], "C5"),
        ([59, 62, 65], "Bdim"),
        ([57, 60, 64, 67], "Am7"),
    ],
)
def test_a_chord_has_the_name_that_players_know(pitches, name):
    assert chord_name(pitches) == name


@pytest.mark.parametrize("pitches", [[], [60], [60, 72], [60, 61, 62]])
def test_what_is_no_chord_has_no_name(pitches):
    assert chord_name(pitches) == ""
