"""Chords by name, a bar each, and the chords that sound."""

import pytest

from models.music.chord_names import read_chord
from models.music.clip import Clip, Note, Track
from models.music.progression import held_chord, read_progression
from models.music.sounding_chords import sounding_chords
from models.music.tempo import MeterMap


def basses(text: str, until: float, first: float = 0.0) -> list[tuple[float, int]]:
    notes = read_progression(text).notes(first, until, first, MeterMap())
    return [(n.start, n.pitch % 12) for n in notes if n.pitch < 48]


def test_names_are_a_bar_each_and_go_round():
    assert basses("G D7 Em C", 20) == [(0, 7), (4, 2), (8, 4), (12, 0), (16, 7)]


def test_strokes_are_bar_lines_and_the_chords_of_a_bar_share_it():
    assert basses("G | Em C | D", 12) == [(0, 7), (4, 4), (6, 0), (8, 2)]


def test_a_percent_sign_is_what_was_before():
    assert basses("G | Em C | % | D %", 16) == [
        (0, 7), (4, 4), (6, 0), (8, 4), (10, 0), (12, 2), (14, 2)
    ]  # fmt: skip


def test_a_stroke_names_the_bass():
    assert basses("D7/F#", 4) == [(0, 6)]


def test_no_chord_leads_in_a_bar_without_one():
    assert basses("C N.C. G", 12) == [(0, 0), (8, 7)]
    assert basses("C | N.C. | %", 12) == [(0, 0)]


@pytest.mark.parametrize(
    ("name", "bass", "tones"),
    [
        ("Bb", 10, {10, 2, 5}),
        ("Eb7", 3, {3, 7, 10, 1}),
        ("B♭m7", 10, {10, 1, 5, 8}),
        ("C/Bb", 10, {10, 0, 4, 7}),
        ("F#m7b5", 6, {6, 9, 0, 4}),
        ("Cmaj7", 0, {0, 4, 7, 11}),
        ("C∆7", 0, {0, 4, 7, 11}),
        ("Gsus4", 7, {7, 0, 2}),
        ("Ao7", 9, {9, 0, 3, 6}),
        ("C(add9)", 0, {0, 2, 4, 7}),
    ],
)
def test_chord_names_are_read_as_musicians_write_them(name, bass, tones):
    assert read_chord(name) == (bass, frozenset(tones))


@pytest.mark.parametrize(("text", "said"), [("G Fnord", "'Fnord' is no chord"), ("| |", "nothing")])
def test_what_is_no_chord_is_said(text, said):
    with pytest.raises(ValueError, match=said):
        read_progression(text)


def test_a_hand_is_a_chord_over_its_lowest_key():
    (notes,) = [list(held_chord([52, 55, 60]).notes(0, 4, 0, MeterMap()))]
    assert [n.pitch % 12 for n in notes] == [4, 0, 7]


def test_what_sounds_is_named_beat_by_beat_without_its_passing_tones():
    upper = Track("a", Clip((Note(0, 1, 64), Note(1, 0.5, 65), Note(1.5, 0.5, 67), Note(2, 2, 65))))
    chord = Track("b", Clip((Note(0, 2, 48), Note(0, 2, 55), Note(2, 2, 53), Note(2, 2, 57))))
    third = Track("c", Clip((Note(0, 1, 60), Note(1, 1, 64), Note(2, 2, 60))))
    found = sounding_chords([upper, chord, third], 0.0, 4.0)
    assert [(c.start, c.name) for c in found] == [(0, "C"), (2, "F"), (3, "F")]


def test_a_melody_that_touches_a_tension_makes_no_new_chord():
    melody = Track("a", Clip((Note(0, 1, 76), Note(1, 1, 73), Note(2, 1, 81), Note(3, 1, 76))))
    held = Track("b", Clip(tuple(Note(0, 4, pitch) for pitch in (48, 52, 55, 58))))
    assert {c.name for c in sounding_chords([melody, held], 0.0, 4.0)} == {"C7"}


@pytest.mark.parametrize(
    ("held", "then", "names"),
    [
        ((48, 55, 60), 63, ["C5", "Cm"]),
        ((48, 55, 60), 65, ["C5", "Csus4"]),
        ((47, 50, 53), 56, ["Bdim", "Bdim7"]),
    ],
)
def test_a_tone_that_makes_another_chord_does_not_pass_through(held, then, names):
    chord = Track("a", Clip(tuple(Note(0, 2, pitch) for pitch in held)))
    added = Track("b", Clip((Note(1, 1, then + 12),)))
    assert [c.name for c in sounding_chords([chord, added], 0.0, 2.0)] == names
