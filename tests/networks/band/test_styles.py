"""The bands that ship: a listener tells each style within eight bars."""

import pytest

from models.artifact.catalogue import SHIPPED_FOLDER
from models.artifact.torchscript import load
from models.music.clip import Clip, Composition, Note, Track
from models.techniques.accompany import accompany

# A tune of eight bars: C, F, G, C.
TUNE = (60, 62, 64, 67, 69, 67, 65, 69, 67, 65, 62, 59, 60, 64, 60, 60)
RIDES, HATS, SNARES = (51, 53, 59), (42, 44, 46), (37, 38, 40)
SHAKEN = (54, 70)  # tambourine, maracas
BARS = 8


def played(style):
    notes = tuple(Note(2.0 * i, 2.0, TUNE[i % len(TUNE)]) for i in range(2 * BARS))
    generator = load(SHIPPED_FOLDER / f"{style}.ts", probe=False)
    whole = accompany(generator, Composition(Track("Melody", Clip(notes))), 1)
    return {t.role: t.clip.notes for t in whole.accompaniment}


@pytest.fixture(scope="module")
def jazz():
    return played("jazz-combo")


@pytest.fixture(scope="module")
def pop():
    return played("pop-band")


@pytest.fixture(scope="module")
def folk():
    return played("folk-band")


def on_beat(note, beat):
    return abs((note.start - beat + 2) % 4 - 2) < 0.15


class TestJazzCombo:
    def test_the_bass_walks_a_note_a_beat(self, jazz):
        beats = {round(n.start) for n in jazz["bass"] if abs(n.start - round(n.start)) < 0.1}
        assert len(beats) >= 0.75 * 4 * BARS

    def test_the_ride_leads(self, jazz):
        rides = sum(n.pitch in RIDES for n in jazz["drums"])
        assert rides >= 3 * BARS
        assert rides > sum(n.pitch in (42, 46) for n in jazz["drums"])

    def test_eighths_are_swung(self, jazz):
        rides = [n.start % 1 for n in jazz["drums"] if n.pitch in RIDES]
        between = [place for place in rides if 0.4 < place < 0.9]
        assert sum(between) / len(between) > 0.58

    def test_the_piano_plays_between_the_beats(self, jazz):
        assert any(0.3 < n.start % 1 < 0.8 for n in jazz["piano"])


class TestPopBand:
    def test_the_snare_is_on_two_and_four(self, pop):
        snares = [n for n in pop["drums"] if n.pitch in SNARES]
        backbeats = [n for n in snares if on_beat(n, 1) or on_beat(n, 3)]
        assert len({round(n.start) for n in backbeats}) >= 0.7 * 2 * BARS

    def test_the_hi_hat_plays_eighths(self, pop):
        hats = {round(n.start * 2) for n in pop["drums"] if n.pitch in HATS}
        assert len(hats) >= 0.6 * 8 * BARS

    def test_eighths_are_straight(self, pop):
        hats = [n.start % 1 for n in pop["drums"] if n.pitch in HATS]
        between = [place for place in hats if 0.4 < place < 0.7]
        assert abs(sum(between) / len(between) - 0.5) < 0.05


class TestFolkBand:
    def test_the_guitar_plays_a_low_string_then_strums(self, folk):
        guitar = folk["guitar"]
        low = [n for n in guitar if on_beat(n, 0) and n.pitch < 55]
        strummed = [n for n in guitar if on_beat(n, 1) or on_beat(n, 3)]
        assert len({round(n.start) for n in low}) >= 0.7 * BARS
        assert len(strummed) >= 2 * 1.5 * BARS  # strings, and more than one at a time

    def test_the_bass_is_a_plain_one(self, folk):
        assert 1 <= len(folk["bass"]) / BARS <= 3
        assert len({round(n.start) for n in folk["bass"] if on_beat(n, 0)}) >= 0.8 * BARS

    def test_hand_percussion_leads(self, folk):
        by_hand = sum(n.pitch in SHAKEN for n in folk["drums"])
        assert by_hand >= 0.5 * len(folk["drums"])
        assert not any(n.pitch in RIDES for n in folk["drums"])
