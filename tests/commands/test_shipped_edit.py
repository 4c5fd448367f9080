"""What `bach-edit` does at its defaults with songs in other styles than the one it learnt."""

from dataclasses import replace

import pytest

from bridge.demo.samples import sample, sample_names
from models.artifact.catalogue import SHIPPED_FOLDER
from models.artifact.torchscript import load
from models.formats.midi_read import read_score
from models.music.clip import Composition
from models.techniques.edit import edit


@pytest.fixture(scope="module")
def bach_edit():
    return load(SHIPPED_FOLDER / "bach-edit.ts", probe=False, patient=False)


def tune(name: str) -> Composition:
    return read_score(sample(name)).composition(0)


def struck(piece: Composition) -> set[tuple[int, int]]:
    return {(round(n.start * 48), n.pitch) for n in piece.melody.clip.notes}


def test_sound_tunes_come_back_nearly_unchanged(bach_edit):
    for name in sample_names():
        given = struck(tune(name))
        made = struck(edit(bach_edit, tune(name), 0))
        assert len(given - made) <= 0.1 * len(given), name
        assert len(made - given) <= 0.1 * len(given), name


@pytest.mark.parametrize(("name", "index"), [("oh_susanna", 5), ("when_the_saints", 8)])
def test_a_wrong_note_is_mended_and_the_rest_stays(bach_edit, name, index):
    piece = tune(name)
    notes = list(piece.melody.clip.notes)
    notes[index] = replace(notes[index], pitch=notes[index].pitch + 1)
    clip = replace(piece.melody.clip, notes=tuple(notes))
    made = struck(edit(bach_edit, replace(piece, melody=replace(piece.melody, clip=clip)), 0))
    assert made == struck(piece)
