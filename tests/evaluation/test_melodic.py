"""Editors and extenders measured beside leaving the melody alone, real music and repetition."""

import pytest
from technique_fakes import Quarters, RaisesLowNotes

from models.evaluation.material import Example, Material
from models.evaluation.melodic.clips import excerpts, note_f1, one_voice
from models.evaluation.melodic.editing import evaluate_editing
from models.evaluation.melodic.extending import evaluate_extending
from models.evaluation.report import tables
from models.music.clip import Clip, Composition, Note, Track

TUNE = Clip(tuple(Note(float(b), 1.0, 60 + (b * 2) % 12) for b in range(64)), 64.0)
MATERIAL = Material([Example("tune", Composition(Track("tune", TUNE)))])


def ignore(name: str) -> None:
    """Hear nothing of what is done."""


def test_notes_agree_by_pitch_and_onset():
    assert note_f1(TUNE.notes, TUNE.notes) == 1
    moved = [Note(n.start + 0.2, 1, n.pitch) for n in TUNE.notes]
    assert note_f1(moved, TUNE.notes) == 0
    assert note_f1(TUNE.notes[:32], TUNE.notes) == pytest.approx(2 / 3)
    assert note_f1([], []) == 1


def test_the_highest_of_notes_begun_together_is_the_voice():
    clip = Clip((Note(0, 4, 60), Note(0, 4, 67), Note(2, 1, 64)), 4.0)
    assert one_voice(clip).notes == (Note(0, 2, 67), Note(2, 1, 64))


def test_an_excerpt_has_whole_bars_of_one_meter():
    assert [e.clip.length for e in excerpts(MATERIAL.examples, 8)] == [32.0]
    assert list(excerpts(MATERIAL.examples, 17)) == []


def test_an_editor_that_does_nothing_is_as_good_as_no_edit():
    report = evaluate_editing(RaisesLowNotes(), MATERIAL, (1, 2), {"extent": 0.0}, ignore)
    assert all(f["model"] == f["no edit"] for f in report.figures.values())
    assert report.figures["mended_intact"] == {"model": 1.0, "no edit": 1.0}
    assert report.figures["mended_cells"]["no edit"] < 0.8
    assert len(list(tables(report))) == 1


def test_an_extension_stands_beside_the_real_one_and_repetition():
    report = evaluate_extending(Quarters(), MATERIAL, (1,), {}, ignore)
    assert report.pieces == 1
    assert report.figures["extended_notes"] == {"model": 1.0, "real": 1.0, "repeat": 1.0}
    assert report.figures["extended_again"]["repeat"] == 1.0
    assert report.figures["extended_in_key"]["model"] <= 1.0
