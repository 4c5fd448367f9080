"""What a musician would stumble on in bars of the bands that ship, under the sample melodies."""

from collections import Counter

import pytest
import torch
from band_bars import counted, take

from bridge.demo.samples import sample
from models.artifact.catalogue import find
from models.artifact.torchscript import load
from models.formats.midi_read import read_score
from models.networks.harmoniser.rules import contradicted_tones
from models.networks.harmoniser.vocabulary import MODES
from models.techniques.planned import planned

C, C_SHARP, D, G, A = 0, 1, 2, 7, 9


@pytest.mark.parametrize("name", ["song-piano", "orchestra", "rock-band"])
def test_the_bass_begins_each_chord_on_a_tone_of_it(name):
    generator = load(find(name).path, probe=False)
    found: Counter[str] = Counter()
    for tune in ("silent_night", "first_light"):
        counted(*take(generator, tune, 1), found)
    assert found["bass on a new chord"] >= 10
    assert found["outside it"] == 0


def test_a_tone_from_outside_the_key_is_against_the_keys_own_in_its_place():
    against = contradicted_tones()[G, A * MODES]  # A major in G major
    assert torch.nonzero(against)[:, 0].tolist() == [C]
    assert not contradicted_tones()[G, D * MODES].any()  # all of D major is in the key


@pytest.mark.parametrize("name", ["pop-band", "rock-band"])
def test_a_melody_that_sings_c_in_g_major_gets_no_a_major(name):
    """First light begins its second bar with C and B: both bands played A major under it."""
    generator = load(find(name).path, probe=False)
    piece = read_score(sample("first_light")).composition(0).with_accompaniment(())
    for seed in range(1, 9):
        harmony = planned(generator, piece, seed)
        assert harmony is not None
        here = [c for c in harmony.chords if c.start < 5.9 and c.end > 4.1]
        assert here
        assert all(C_SHARP not in chord.tones for chord in here)
