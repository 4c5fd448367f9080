from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from songs import band, chords, line, song

from models.clip import Clip, Note, Track
from models.data.piece import Piece
from models.data.windows import transposed, transpositions, windows
from models.manifest import TrackSpec
from models.tempo import Meter, MeterMap, TempoMap


def piece(composition):
    return Piece("x", composition)


def test_windows_begin_at_bar_lines_and_hold_whole_bars():
    found = windows(piece(song(1)), bars=2, hop=1)
    assert len(found) == 7
    assert {c.length for c in found} == {8.0}
    assert [c.melody.clip.notes[0].pitch for c in found] == [
        n.pitch for n in song(1).melody.clip.notes[:28:4]
    ]


@pytest.mark.parametrize(("meter", "beats"), [((3, 4), 3.0), ((6, 8), 3.0), ((5, 8), 2.5)])
def test_a_window_is_as_long_as_the_meter_says(meter, beats):
    tune = Track("Melody", line(1, 70, 30))
    found = windows(piece(band(tune, Track("Piano", line(2, 50, 30)), meter=meter)), 2, 2)
    assert {c.length for c in found} == {2 * beats}
    assert {str(c.meter.changes[0][1]) for c in found} == {f"{meter[0]}/{meter[1]}"}


def test_a_pickup_belongs_to_no_window_of_its_own():
    tune = Clip((Note(3.0, 1.0, 67), *line(1, 70, 32, start=4.0).notes), 36.0)
    found = windows(piece(band(Track("Melody", tune), Track("Piano", chords(1, 36)))), 2, 2)
    assert [c.melody.clip.notes[0].start for c in found] == [0.0] * 4
    assert found[0].melody.clip.notes[0] == line(1, 70).notes[0]


def test_a_held_note_sounds_in_every_window_that_it_crosses():
    pedal = Track("Organ", Clip((Note(1.0, 14.0, 40),), 16.0))
    found = windows(piece(band(Track("Melody", line(1, 70, 16)), pedal)), 1, 1)
    assert [c.accompaniment[0].clip.notes for c in found] == [
        (Note(1.0, 3.0, 40),),
        (Note(0.0, 4.0, 40),),
        (Note(0.0, 4.0, 40),),
        (Note(0.0, 3.0, 40),),
    ]


def test_a_window_knows_its_own_meter_and_tempo():
    composition = replace(
        song(1),
        meter=MeterMap(((0.0, Meter(4, 4)), (16.0, Meter(2, 4)))),
        tempo=TempoMap(((0.0, 100.0), (18.0, 60.0))),
    )
    last = windows(piece(composition), 2, 1)[-1]
    assert last.meter == MeterMap.constant(Meter(2, 4))
    assert last.tempo == TempoMap.constant(60.0)


def test_windows_without_melody_or_without_accompaniment_are_left_out():
    tune, other = line(1, 70, 8), line(2, 50, 8, start=8.0)
    composition = band(
        Track("Melody", Clip(tune.notes, 16.0)), Track("Piano", Clip(other.notes, 16.0))
    )
    assert windows(piece(composition), 1, 1) == []
    assert len(windows(piece(composition), 4, 1)) == 1


def test_a_piece_shorter_than_the_window_has_none():
    assert windows(piece(song(1)), 9, 1) == []
    with pytest.raises(ValueError, match="at least 1, got 0"):
        windows(piece(song(1)), 0, 1)


@given(st.integers(1, 4), st.integers(1, 4))
def test_windows_side_by_side_hold_every_note_of_the_melody(bars, tune):
    composition = song(tune, beats=16 * bars)
    found = windows(piece(composition), bars, bars)
    assert sum(len(c.melody.clip.notes) for c in found) == len(composition.melody.clip.notes)


def test_every_key_offered_keeps_each_voice_in_its_range():
    composition = band(
        Track("Melody", Clip((Note(0.0, 4.0, 70),))),
        Track("Alto", Clip((Note(0.0, 4.0, 60),)), "alto", channel=1),
    )
    alto = TrackSpec("Alto", "alto", low=58, high=61)
    assert transpositions(piece(composition), 5, (alto,)) == [-2, -1, 0, 1]
    assert transpositions(piece(composition), 3) == [-3, -2, -1, 0, 1, 2, 3]
    outside = TrackSpec("Alto", "alto", low=61, high=70)
    assert transpositions(piece(composition), 2, (outside,)) == [0, 1, 2]


def test_drums_are_not_transposed():
    composition = band(Track("Melody", line(1, 70)), Track("kit", line(1, 36), "drums", 0, 9))
    moved = transposed(composition, 3)
    assert moved.accompaniment == composition.accompaniment
    assert moved.melody.clip == composition.melody.clip.transposed(3)
