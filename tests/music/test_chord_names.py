"""Names of pitches and chords."""

import pytest

from models.music.chord_names import chord_name, pitch_name


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
        ([56, 59, 64], "E/G#"),
        ([53, 56, 61], "Db/F"),
        ([52, 56, 61], "C#m/E"),
        ([56, 61, 64], "C#m/G#"),
        ([63, 66, 71], "B/D#"),
        ([58, 63, 67], "Eb/Bb"),
        ([60, 63, 68], "Ab/C"),
        ([63, 65, 69, 72], "F7/Eb"),
        ([56, 59, 62], "G#dim"),
        ([54, 58, 61, 64], "F#7"),
        ([58, 61, 66], "F#/A#"),
        ([48, 62, 67], "Csus2"),
        ([53, 60, 67], "Fsus2"),
        ([48, 65, 67], "Csus4"),
        ([48, 62, 64, 67, 70], "C9"),
        ([48, 62, 64, 67], "Cadd9"),
        ([55, 60, 62, 65], "G7sus4"),
    ],
)
def test_a_chord_has_the_name_that_players_know(pitches, name):
    assert chord_name(pitches) == name


def test_the_same_four_tones_are_a_sixth_where_the_root_is_known():
    tones = [48, 52, 55, 57]
    assert chord_name(tones) == "Am7/C"
    assert chord_name(tones, root=0) == "C6"
    assert chord_name([50, 53, 57, 59], root=2) == "Dm6"


def test_a_root_that_does_not_fit_is_not_forced_on_a_chord():
    assert chord_name([52, 55, 60], root=4) == "C/E"


@pytest.mark.parametrize("pitches", [[], [60], [60, 72], [60, 61, 62]])
def test_what_is_no_chord_has_no_name(pitches):
    assert chord_name(pitches) == ""
