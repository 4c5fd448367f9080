"""Editing by a generator: what stays to the tick, what changed, and its stages."""

import pytest
from technique_fakes import PIECE, TUNE, RaisesLowNotes

from models.artifact.manifest import ArtifactError, Manifest
from models.music.changes import changes
from models.music.clip import Clip, Composition, Track
from models.music.tempo import Meter, MeterMap
from models.techniques.edit import edit, stages


def test_notes_that_fit_stay_to_the_tick_and_the_accompaniment_as_it_was():
    made = edit(RaisesLowNotes(), PIECE, seed=0)
    kept = [n for n in made.melody.clip.notes if n in TUNE.notes]
    assert kept == [TUNE.notes[0], TUNE.notes[2], TUNE.notes[4]]
    assert [n.pitch for n in made.melody.clip.notes] == [60, 52, 62, 57, 67]
    assert [n.velocity for n in made.melody.clip.notes] == [91, 33, 77, 64, 50]
    assert made.accompaniment == PIECE.accompaniment
    assert made.melody.clip.length == 8.0


def test_only_the_stretch_that_was_asked_for_is_edited():
    made = edit(RaisesLowNotes(), PIECE, 0, begin=4.0, end=8.0)
    assert [n.pitch for n in made.melody.clip.notes] == [60, 40, 62, 57, 67]


def test_its_stages_lead_from_the_melody_to_the_edit():
    found = [s.melody.clip for s in stages(RaisesLowNotes(), PIECE, 0, 2)]
    assert [len(changes(TUNE, clip).added) for clip in found] == [1, 2]
    done = changes(TUNE, found[-1])
    assert {n.pitch for n in done.removed} == {40, 45}
    assert {n.pitch for n in done.added} == {52, 57}


def test_it_is_told_a_dotted_beat_in_compound_meters():
    six_eight = MeterMap.constant(Meter(6, 8))
    generator = RaisesLowNotes()
    edit(generator, Composition(Track("tune", TUNE), meter=six_eight), 0)
    assert generator.calls[0][2]["beat"] == 1.5
    assert generator.calls[0][2]["beats_per_bar"] == 3.0


def test_a_model_that_does_something_else_is_refused():
    other = Manifest("x", "x", "extend", torch="2.6.0", sha256="0" * 64)
    with pytest.raises(ArtifactError, match="x cannot edit: it can extend"):
        edit(RaisesLowNotes(other), PIECE, 0)


def test_silence_stays_silence():
    empty = Composition(Track("tune", Clip((), 8.0)))
    assert edit(RaisesLowNotes(), empty, 0).melody.clip.notes == ()
