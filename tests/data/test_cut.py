from dataclasses import replace

from midi_folders import band, line, song

from models.data.cut import cut
from models.music.clip import Clip, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap


def test_a_held_note_sounds_in_every_cut_that_it_crosses():
    pedal = Track("Organ", Clip((Note(1.0, 14.0, 40),), 16.0))
    piece = band(Track("Melody", line(1, 70, 16)), pedal)
    cuts = [cut(piece, bar, bar + 4.0) for bar in (0.0, 4.0, 8.0, 12.0)]
    assert [c.accompaniment[0].clip.notes for c in cuts] == [
        (Note(1.0, 3.0, 40),),
        (Note(0.0, 4.0, 40),),
        (Note(0.0, 4.0, 40),),
        (Note(0.0, 3.0, 40),),
    ]


def test_a_cut_knows_its_own_meter_tempo_and_key():
    piece = replace(
        song(1),
        meter=MeterMap(((0.0, Meter(4, 4)), (16.0, Meter(2, 4)))),
        tempo=TempoMap(((0.0, 100.0), (18.0, 60.0))),
        provenance={"keys": ((0.0, "C"), (16.0, "Am"), (30.0, "G"))},
    )
    last = cut(piece, 20.0, 24.0)
    assert last.meter == MeterMap.constant(Meter(2, 4))
    assert last.tempo == TempoMap.constant(60.0)
    assert last.provenance == {"keys": ((0.0, "Am"),)}


def test_cuts_side_by_side_hold_every_note():
    piece = song(3, beats=32)
    cuts = [cut(piece, b, b + 8.0) for b in (0.0, 8.0, 16.0, 24.0)]
    found = [n.pitch for c in cuts for n in c.melody.clip.notes]
    assert found == [n.pitch for n in piece.melody.clip.notes]
