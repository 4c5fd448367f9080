"""Extending by a generator: what was there stays, the length is exact, holes are filled."""

import pytest
from technique_fakes import CHOIR, Quarters

from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.techniques.accompany import RangeError
from models.techniques.extend import extend


def tune(*notes, length=8.0):
    return Clip(tuple(Note(*n) for n in notes), length)


PIECE = Composition(Track("tune", tune((0.013, 1.1, 60, 99), (4, 3.9, 67, 31))))


def test_the_prompt_stays_to_the_tick_and_the_length_is_exact():
    made = extend(Quarters(), PIECE, 0, end=20.0)
    assert made.melody.clip.notes[:2] == PIECE.melody.clip.notes
    assert made.melody.clip.notes[2].start == 8.0
    assert made.melody.clip.end == made.length == 20.0


def test_it_counts_bars_of_the_meter_that_is_in_force():
    waltz = Composition(
        Track("tune", tune((0, 2, 60), (9, 1, 62), length=12.0)),
        meter=MeterMap(((0.0, Meter(3, 4)),)),
    )
    made = extend(Quarters(), waltz, 0, end=18.0)
    assert (made.melody.clip.notes[2].start, made.length) == (12.0, 18.0)


def test_a_hole_is_filled_and_what_follows_is_heard_and_stays():
    generator = Quarters()
    whole = Composition(Track("tune", tune((0, 4, 60), (12, 4, 72, 55), length=16.0)))
    made = extend(generator, whole, 0, begin=4.0, end=12.0)
    rows, begin, end = generator.heard[0]
    assert 72 in rows[:, 3]
    assert (begin, end) == (4.0, 12.0)
    assert made.melody.clip.notes[-1] == Note(12, 4, 72, 55)
    assert len(made.melody.clip.notes) == 10
    assert made.length == 16.0


def test_voices_go_on_whatever_their_tracks_are_called():
    voices = (
        Track("II", Clip((Note(0, 8, 43),), 8.0), "harmony", channel=2),
        Track("I", Clip((Note(0, 8, 64),), 8.0), "harmony", channel=1),
    )
    piece = Composition(PIECE.melody, voices)
    made = extend(Quarters(CHOIR), piece, 0, end=12.0)
    assert [t.name for t in made.accompaniment] == ["II", "I"]
    assert {n.pitch for n in made.accompaniment[0].clip.notes} == {43}
    assert made.accompaniment[1].clip.end == 12.0


def test_without_voices_it_is_a_melody_alone():
    generator = Quarters(CHOIR)
    made = extend(generator, PIECE, 0)
    assert set(generator.heard[0][0][:, 0]) == {0.0}
    assert made.accompaniment == ()


def test_an_empty_stretch_is_refused_in_a_sentence():
    with pytest.raises(RangeError, match="end must be later than begin, got 8 to 4"):
        extend(Quarters(), PIECE, 0, begin=8.0, end=4.0)
