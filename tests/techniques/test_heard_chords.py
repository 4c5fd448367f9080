"""The names of chords that were planned are those of what sounds."""

import pytest

from models.music.chord_names import read_chord
from models.music.clip import Note
from models.music.harmony import Chord
from models.techniques.heard_chords import as_heard, as_told
from models.techniques.surroundings import Timeline

MAJOR_SEVENTH = Chord(4.0, 4.0, 0, 0, frozenset((0, 4, 7, 11)))


def played(*pitches, start=4.0):
    return Timeline(Note(start, 4.0, pitch) for pitch in sorted(pitches))


@pytest.mark.parametrize(
    ("chord", "pitches", "name"),
    [
        (MAJOR_SEVENTH, (48, 64, 67, 69), "C"),
        (MAJOR_SEVENTH, (48, 64, 67, 71), "Cmaj7"),
        (MAJOR_SEVENTH, (48, 55), "C"),  # a third that the melody may sing is still meant
        (Chord(4.0, 4.0, 7, 7, frozenset((7, 11, 2, 5))), (43, 59, 62), "G"),
        (Chord(4.0, 4.0, 0, 4, frozenset((0, 4, 7))), (48, 60, 64), "C"),
        (Chord(4.0, 4.0, 0, 4, frozenset((0, 4, 7))), (40, 60, 64), "C/E"),
    ],
)
def test_a_seventh_or_a_bass_that_nobody_plays_is_not_told(chord, pitches, name):
    assert as_heard(chord, played(*pitches)).name == name


def test_where_nothing_plays_the_plan_is_told():
    assert as_heard(MAJOR_SEVENTH, Timeline()) == MAJOR_SEVENTH
    assert as_heard(MAJOR_SEVENTH, played(48, 64, 67, start=12.0)) == MAJOR_SEVENTH


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("C6", "C6"),
        ("C6/9", "C69"),
        ("Dm6", "Dm6"),
        ("C7sus4", "C7sus4"),
        ("D7/F#", "D7/F#"),
        ("C/E", "C/E"),
        ("Am", "Am"),
    ],
)
def test_a_chord_that_was_given_is_told_over_its_own_root(typed, told):
    bass, tones = read_chord(typed)
    for planned_root in range(12):
        chord = Chord(0.0, 4.0, planned_root, bass, tones)
        assert as_told(chord).name == told
