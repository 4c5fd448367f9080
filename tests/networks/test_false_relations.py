"""A chord that the melody contradicts is not planned: no A major where it sings C."""

import pytest
import torch
from keys_found import tune

from bridge.demo.samples import sample
from models.artifact.catalogue import find
from models.artifact.torchscript import load
from models.music.chord_names import read_chord
from models.networks.chorale.chord_states import CHORD_KINDS, KINDS
from models.networks.chorale.false_relations import contradicted_tones
from models.techniques.planned import planned

C, D, EB, E, F, G, AB, A, BB, B = 0, 2, 3, 4, 5, 7, 8, 9, 10, 11
C_MAJOR, A_MINOR = 0, 12 + A
TABLE = contradicted_tones()


def contradicting(key: int, name: str) -> set[int]:
    bass, tones = read_chord(name)
    kinds = [i for i, k in enumerate(CHORD_KINDS) if {(bass + t) % 12 for t in k.tones} == tones]
    return set(torch.nonzero(TABLE[key, bass * KINDS + kinds[0]])[:, 0].tolist())


@pytest.mark.parametrize(
    ("key", "name", "sung"),
    [
        (C_MAJOR, "A", {C}),
        (C_MAJOR, "Gm7", {B}),
        (C_MAJOR, "D7", {F}),  # not G: that is a suspended fourth
        (C_MAJOR, "Fm", {A}),
        (C_MAJOR, "C7", {B}),
        (C_MAJOR, "Bb", {B}),
        (C_MAJOR, "Eb", {E, B}),
        (C_MAJOR, "B", {D, F}),
        (C_MAJOR, "Am", set()),
        (C_MAJOR, "G7", set()),
        (A_MINOR, "E7", {G}),
        (A_MINOR, "Am", set()),
    ],
)
def test_what_contradicts_a_chord_is_the_keys_own_tone_of_the_same_letter(key, name, sung):
    assert contradicting(key, name) == sung


def test_it_is_the_same_in_every_key():
    for shift in range(12):
        moved = TABLE[C_MAJOR].view(12, KINDS, 12).roll((shift, shift), (0, 2))
        assert torch.equal(TABLE[shift].view(12, KINDS, 12), moved)


@pytest.mark.parametrize(
    ("name", "seed"), [("auld_lang_syne", 2), ("god_rest_you_merry", 2), ("scarborough_fair", 1)]
)
def test_bach_plans_no_major_third_under_a_melody_that_holds_the_minor_one(name, seed):
    piece = tune(sample(name))
    for chord in planned(load(find("bach").path, probe=False), piece, seed).chords:
        sung = {
            n.pitch % 12
            for n in piece.melody.clip.notes
            if n.start <= chord.start and n.end >= chord.end
        }
        third = {(t - chord.root) % 12 for t in chord.tones} & {3, 4}
        assert not third or not sung & {(chord.root + 7 - third.pop()) % 12}, chord
