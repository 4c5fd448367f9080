"""Names of pitches and chords."""

import pytest

from models.music.chord_names import chord_name, pitch_name, read_chord
from models.music.chord_qualities import COMMON, RICH, SIXTHS, SUS2, named

NAMES = list(dict.fromkeys(q.name for q in (*COMMON, SUS2, *SIXTHS, *RICH)))
ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


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
        ([48, 51, 55, 59], "Cm(maj7)"),
        ([48, 52, 56, 58], "C7#5"),
        ([48, 52, 55, 58, 61], "C7b9"),
        ([48, 52, 58, 61], "C7b9"),
        ([48, 52, 55, 58, 63], "C7#9"),
        ([48, 53, 55, 58, 62], "C11"),
        ([57, 60, 62, 64, 67], "Am11"),
        ([48, 52, 58, 69], "C13"),
        ([48, 52, 55, 57, 62], "C69"),
        ([48, 52, 54, 55, 59], "Cmaj7#11"),
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


def sounding(root: int, tones) -> list[int]:
    return [48 + root, *(60 + root + tone for tone in sorted(tones) if tone)]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_is_read_as_the_chord_that_it_names(name):
    (quality,) = named(name)
    for root in range(12):
        written = chord_name(sounding(root, quality.tones), root)
        assert written.endswith(name)
        assert read_chord(written) == (root, {(root + tone) % 12 for tone in quality.tones})


@pytest.mark.parametrize("name", NAMES)
def test_what_is_typed_is_printed_again_with_any_bass(name):
    (quality,) = named(name)
    for number, root in enumerate(ROOTS):
        for tone in quality.tones:
            bass, tones = read_chord(f"{root}{name}/{ROOTS[(number + tone) % 12]}")
            above = [60 + (t - bass) % 12 + bass for t in tones - {bass}]
            printed = chord_name((48 + bass, *above), number)
            assert read_chord(printed) == (bass, tones)
            assert printed.partition("/")[0].endswith(name) or "sus" in printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("C6/9", "C69"),
        ("Am6/9", "Am69"),
        ("C6/9/E", "C69/E"),
        ("Cmaj7#11", "Cmaj7#11"),
        ("CM7(#11)", "Cmaj7#11"),
        ("C9sus4", "C11"),
        ("C7(b9)", "C7b9"),
        ("CmM7", "Cm(maj7)"),
        ("Cm(maj7)", "Cm(maj7)"),
        ("C-7", "Cm7"),
        ("C+7", "C7#5"),
        ("C∆9", "Cmaj9"),
        ("Dbø", "C#m7b5"),
    ],
)
def test_names_are_printed_in_one_way_however_they_were_typed(typed, printed):
    bass, tones = read_chord(typed)
    root = read_chord(typed[: 2 if typed[1:2] in ("b", "#") else 1])[0]
    above = [60 + (t - bass) % 12 + bass for t in tones - {bass}]
    assert chord_name((48 + bass, *above), root) == printed


@pytest.mark.parametrize("typed", ["N.C.", "NC", "n.c.", "No chord"])
def test_no_chord_is_a_chord_without_tones(typed):
    assert read_chord(typed) == (0, frozenset())


@pytest.mark.parametrize("typed", ["H", "c", "C77", "Cfnord", "C/", "/E", "", "C6/8", "C//E"])
def test_what_is_no_name_is_not_read(typed):
    assert read_chord(typed) is None
