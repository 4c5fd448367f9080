"""What is measured of bands: chords, repeats, copies; the montage that they have to beat."""

from dataclasses import replace

import pytest

from models.evaluation.any_style.band import band_sets, told
from models.evaluation.any_style.montage import montage
from models.evaluation.any_style.slot_chords import (
    SILENT,
    Slots,
    as_harmonised,
    changes,
    plan_features,
)
from models.evaluation.any_style.texture import Texture
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Note, Track
from models.music.harmony import Chord, Harmony
from models.music.tempo import Meter, MeterMap

ROOTS = (0, 5, 7, 0)
C_MAJOR, F_MAJOR, A_MINOR = 0, 10, 19


def song(bars=8, moved=0, minor=False):
    third = 3 if minor else 4
    tune, comp, bass, drums = [], [], [], []
    for bar in range(bars):
        at, root = 4.0 * bar, (ROOTS[bar % 4] + moved) % 12
        tune += [Note(at + i, 1.0, 72 + root + (0, third, 7, third)[i]) for i in range(4)]
        comp += [Note(at + i, 1.0, 48 + root + t) for i in (0, 2) for t in (0, third, 7)]
        bass += [Note(at, 2.0, 36 + root), Note(at + 2, 2.0, 36 + root)]
        drums += [Note(at, 0.25, 36), Note(at + 1, 0.25, 38), Note(at + 3, 0.25, 38)]
    parts = (
        Track("Piano", Clip(tuple(comp)), "piano", 0, 1),
        Track("Bass", Clip(tuple(bass)), "bass", 32, 2),
        Track("Drums", Clip(tuple(drums)), "drums", 0, DRUM_CHANNEL),
    )
    meter = MeterMap.constant(Meter(4, 4))
    return Composition(Track("Melody", Clip(tuple(tune))), parts, meter=meter)


def slots(piece):
    return Slots(Texture(piece))


class TestChords:
    def test_each_half_bar_has_its_triad(self):
        assert slots(song(2)).chords.tolist() == [C_MAJOR, C_MAJOR, F_MAJOR, F_MAJOR]

    def test_minor_is_told_from_major(self):
        assert slots(song(1, 9, minor=True)).chords.tolist() == [A_MINOR, A_MINOR]

    def test_a_silent_half_bar_has_none(self):
        piece = song(1)
        cut = [replace(t, clip=t.clip.window(0.0, 2.0)) for t in piece.accompaniment]
        assert slots(piece.with_accompaniment(cut)).chords.tolist() == [C_MAJOR, SILENT]

    def test_a_piece_is_harmonised_as_itself(self):
        same, count = as_harmonised(slots(song()), slots(song()))
        assert same == count == 16
        assert as_harmonised(slots(song()), slots(song(moved=2)))[0] == 0

    def test_changes_are_counted(self):
        assert changes(slots(song(4))) == (3.0, 7.0)

    def test_plans_are_compared_in_all_keys_at_once(self):
        pieces = [slots(song(moved=m)) for m in range(10)]
        assert told(pieces[::2], pieces[1::2], plan_features) < 0.65
        others = [slots(song(moved=m, minor=True)) for m in range(10)]
        assert told(pieces, others, plan_features) > 0.9


@pytest.fixture(scope="module")
def found():
    real = [song(moved=m) for m in range(4)]
    takes = [[song(moved=(m + 1) % 12) for m in range(4)]]
    return band_sets(real, takes, {}, [song(moved=7)])


class TestSets:
    def test_the_model_stands_beside_real_music(self, found):
        assert found["real"]["as_harmonised"] == 1
        assert found["model"]["as_harmonised"] < 0.5
        assert found["model"]["backbeat"] == 1
        assert found["model"]["bass_on_root"] == 1

    def test_a_bar_of_the_training_is_a_copy_in_any_key(self, found):
        assert found["model"]["copied_bars"] == 1

    def test_bars_of_a_melody_that_comes_again_are_compared(self, found):
        assert found["real"]["bars_repeat"] == 1


def test_a_montage_plays_the_plan_in_the_rhythm_of_the_training():
    plan = Harmony((Chord(0.0, 16.0, 2, 2, frozenset({2, 5, 9})),))  # D minor
    piece = song(4).with_accompaniment(())
    whole = montage([piece], [plan], [song(8)])[0]
    piano = whole.accompaniment[0].clip.notes
    assert {n.pitch % 12 for n in piano} == {2, 5, 9}
    assert sorted({n.start for n in piano}) == [2.0 * i for i in range(8)]
