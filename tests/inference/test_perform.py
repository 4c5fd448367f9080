"""The worker's answer to a request: dispatched by technique, one model after the other."""

import pytest
from technique_composers import GENERATORS, MODELS, WholeNotes
from technique_fakes import TUNE

from bridge.inference.messages import (
    from_line,
    generated_from_json,
    generated_to_json,
    request_from_json,
    request_to_json,
    to_line,
)
from bridge.inference.perform import perform
from bridge.interfaces import GenerateRequest, ModelStep
from bridge.takes.drafts import reach
from models.artifact.manifest import ArtifactError
from models.music.clip import Clip, Note, Track
from models.music.tempo import Meter


def request(model, **given) -> GenerateRequest:
    given = {"melody": TUNE, "length": 8.0, "meter": Meter(), "bpm": 100.0, "seed": 3, **given}
    return GenerateRequest("take-0-0", model, **given)


def answer(asked):
    names = (asked.model, *(step.model for step in asked.then))
    return perform([GENERATORS[name] for name in names], asked)


def steps(*names):
    techniques = {m.name: m.technique for m in MODELS}
    return tuple(ModelStep(name, techniques[name]) for name in names)


def test_an_edit_is_track_0_of_the_answer():
    made = answer(request("mender", technique="edit"))
    assert not made.tracks
    assert [n.pitch for n in made.melody.notes] == [60, 52, 62, 57, 67]


def test_an_extension_is_only_what_is_new():
    made = answer(request("more", begin=8.0, length=2.0))
    assert [(n.start, n.pitch) for n in made.melody.notes] == [(8, 67), (9, 67)]


def test_an_extension_that_is_to_be_whole_begins_with_what_was_played_to_the_tick():
    made = answer(request("more", begin=8.0, length=2.0, is_whole=True))
    assert made.melody.notes[:5] == TUNE.notes
    assert made.melody.length == 10


def test_an_accompaniment_leaves_the_melody_alone():
    made = answer(request("bassist"))
    assert made.melody is None
    assert [t.name for t in made.tracks] == ["Bass"]


def test_a_hole_is_filled_between_what_there_is():
    bass = Track("Bass", Clip((Note(0, 4, 40), Note(4, 4, 41)), 8.0), "bass")
    asked = request("bassist", begin=4.0, length=4.0, context=(bass,), is_whole=True)
    (track,) = answer(asked).tracks
    assert [(n.start, n.pitch) for n in track.clip.notes] == [(0, 40), (4, 36)]


def test_each_model_of_a_chain_works_on_what_the_one_before_left():
    asked = request("mender", then=steps("bassist", "more"), extension=1, is_whole=True)
    made = answer(asked)
    assert [s.model for s in made.steps] == ["mender", "bassist", "more"]
    assert [len(s.tracks) for s in made.steps] == [1, 2, 2]
    assert [n.start for n in made.melody.notes[5:]] == [8, 9, 10, 11]
    assert made.steps[0].tracks[0].clip.notes == made.melody.notes[:5]


class Reader(WholeNotes):
    """An accompanist that remembers when the notes of the melody began."""

    def generate(self, rows, begin, end, controls, seed):
        self.read = sorted(rows[rows[:, 0] == 0][:, 1].tolist())
        return super().generate(rows, begin, end, controls, seed)


def test_a_swung_melody_is_read_as_the_straight_one_that_it_means():
    notes = (Note(beat + place, 0.3, 60 + beat) for beat in range(8) for place in (0.0, 2 / 3))
    reader = Reader()
    perform([reader], request("bassist", melody=Clip(tuple(notes), 8.0), swing=1.0))
    assert reader.read == pytest.approx([half / 2 for half in range(16)], abs=1e-5)


def test_chords_lead_to_the_end_of_what_the_models_make():
    assert reach(request("more", begin=8.0, length=4.0)) == 12
    assert reach(request("bassist", then=steps("more"), extension=2)) == 16
    assert reach(request("bassist", length=4.0)) == 8


def test_a_model_that_is_not_made_for_it_refuses():
    with pytest.raises(ArtifactError, match="mender cannot extend"):
        answer(request("mender", technique="extend"))


def test_question_and_answer_arrive_as_they_were_sent():
    asked = request(
        "mender",
        technique="edit",
        controls={"extent": 50.0},
        then=(ModelStep("more", "extend", {"rests": 1.0}),),
        extension=2,
        is_whole=True,
        swing=0.6,
    )
    assert request_from_json(from_line(to_line(request_to_json(asked)))) == asked
    made = answer(request("mender", then=steps("bassist")))
    assert generated_from_json(from_line(to_line(generated_to_json(made))), 0.0) == made
