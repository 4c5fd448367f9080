"""Edit, accompany and extend in one take."""

import numpy as np
from manifests import GOOD
from technique_fakes import PIECE, Quarters, RaisesLowNotes

from models.techniques.chain import Step, chain
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
