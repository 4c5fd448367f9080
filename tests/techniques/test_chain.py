"""Edit, accompany and extend in one take."""

import numpy as np
from manifests import GOOD
from technique_fakes import CHOIR, PIECE, Quarters, RaisesLowNotes

from models.music.clip import Clip, Composition, Note, Track
from models.techniques.chain import Step, chain
from models.techniques.parts import LEADING, matching_tracks
from models.techniques.windows import Stretch


class Doubles:
    """An accompanist that doubles the melody in both of its tracks."""

    manifest = GOOD

    def generate(self, rows, begin, end, controls, seed):
        mine = rows[(rows[:, 0] == 0) & (rows[:, 1] >= begin) & (rows[:, 1] < end)]
        out = [np.concatenate([[track], row[1:]]) for track in (1, 2) for row in mine]
        return np.array(out, np.float32).reshape(-1, 5)


def test_each_model_goes_on_with_what_the_one_before_it_made():
    edited, accompanied, extended = chain(
        [Step(RaisesLowNotes()), Step(Doubles()), Step(Quarters())],
        PIECE,
        seed=3,
        stretch=Stretch(bars=2),
    )
    assert [n.pitch for n in edited.melody.clip.notes] == [60, 52, 62, 57, 67]
    assert [n.pitch for n in accompanied.accompaniment[0].clip.notes] == [60, 52, 62, 57, 67]
    assert extended.length == 16.0
    assert len(extended.accompaniment[0].clip.notes) == 5


def test_every_step_is_kept_in_the_provenance():
    last = chain([Step(RaisesLowNotes()), Step(Doubles()), Step(Quarters())], PIECE, 3)[-1]
    assert [s["model"] for s in last.provenance["steps"]] == ["mender", "toy", "more"]
    assert last.provenance["model"] == "more"
    assert {s["seed"] for s in last.provenance["steps"]} == {3}


def test_an_extension_after_another_model_goes_on_at_the_end():
    last = chain([Step(Doubles()), Step(Quarters())], PIECE, 0, Stretch(4.0, 8.0, 1))[-1]
    assert last.length == 12.0
    assert last.melody.clip.notes[:5] == PIECE.melody.clip.notes


def test_voices_that_there_were_go_on_and_stay_as_they_were_before():
    voices = tuple(
        Track(name, Clip((Note(0, 8, pitch),), 8.0), "harmony", channel=channel)
        for channel, (name, pitch) in enumerate((("II", 43), ("I", 64)), 1)
    )
    piece = Composition(PIECE.melody, voices)
    last = chain([Step(Quarters()), Step(Doubles())], piece, 0, Stretch(bars=1))[-1]
    upper, lower = last.accompaniment
    assert (upper.clip.notes[0], lower.clip.notes[0]) == (Note(0, 8, 64), Note(0, 8, 43))
    assert [n.start for n in upper.clip.notes[1:]] == [8.0, 9.0, 10.0, 11.0]


def test_chords_that_lead_are_no_voice_of_those_who_go_on():
    voice = Track("Strings", Clip((Note(0, 8, 43),), 8.0), "harmony", channel=1)
    lead = Track("Chords", Clip((Note(0, 8, 60),), 8.0), LEADING, channel=15)
    piece = Composition(PIECE.melody, (voice, lead))
    assert matching_tracks(piece, CHOIR) == {}


def test_an_extension_goes_on_after_another_one_that_ended_with_rests():
    class Silence(Quarters):
        def generate(self, rows, begin, end, controls, seed):
            return super().generate(rows, begin, begin + 1, controls, seed)

    both = [Step(Silence()), Step(Quarters())]
    last = chain(both, Composition(PIECE.melody), 0, Stretch(bars=2))[-1]
    assert [n.start for n in last.melody.clip.notes[5:7]] == [8.0, 16.0]


def test_a_melody_alone_is_accompanied_from_the_beginning():
    last = chain([Step(Quarters()), Step(Doubles())], Composition(PIECE.melody), 0, Stretch(bars=1))
    assert last[-1].accompaniment[0].clip.notes[0].start < 1.0
    assert len(last[-1].accompaniment[0].clip.notes) == 9
