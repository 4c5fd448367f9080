"""6/8, 9/8 and 12/8 as networks that know simple meters are given them."""

import numpy as np
import pytest
from manifests import GOOD

from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap
from models.techniques.accompany import accompany
from models.techniques.compound import bent, is_compound, simple_meter, straight
from models.techniques.fill import best_filling


@pytest.mark.parametrize("meter", ["6/8", "9/8", "12/8"])
def test_compound_meters_have_dotted_beats(meter):
    parsed = Meter.parse(meter)
    assert is_compound(parsed)
    assert simple_meter(parsed).beats_per_bar == parsed.beats_per_bar / 1.5


@pytest.mark.parametrize("meter", ["3/4", "4/4", "3/8", "5/8", "6/4", "2/2"])
def test_the_others_do_not(meter):
    assert not is_compound(Meter.parse(meter))


def test_there_and_back_is_the_same_place():
    for beat in np.arange(-3, 9, 1 / 24):
        assert bent(straight(float(beat))) == pytest.approx(beat, abs=1e-5)


def test_beats_stay_beats_and_eighths_come_onto_sixteenths():
    assert [straight(b) for b in (0, 0.5, 1.0, 1.5, 3.0)] == [0, 0.25, 0.75, 1.0, 2.0]


class Chords:
    """Plays a chord on each beat that it is told of."""

    manifest = GOOD

    def __init__(self):
        self.controls = {}

    def generate(self, rows, begin, end, controls, seed):
        self.controls = controls
        out = [(1, beat, 1, 60, 70) for beat in np.arange(begin, end)]
        return np.array(out, np.float32).reshape(-1, 5)


def test_an_accompaniment_in_six_eight_has_two_beats_a_bar():
    jig = Clip(tuple(Note(i / 2, 0.5, 67) for i in range(12)), 6.0)
    piece = Composition(Track("jig", jig), meter=MeterMap.constant(Meter(6, 8)))
    chords = Chords()
    made = accompany(chords, piece, 0)
    assert [n.start for n in made.accompaniment[0].clip.notes] == [0.0, 1.5, 3.0, 4.5]
    assert [n.duration for n in made.accompaniment[0].clip.notes] == pytest.approx([1.5] * 4)
    assert chords.controls["beats_per_bar"] == 2.0
    assert chords.controls["bpm"] == 80.0  # of dotted quarters


def test_a_filling_leads_into_what_follows():
    after = {1: Clip((Note(4.0, 1.0, 64),)), 2: Clip((Note(4.0, 1.0, 48),))}

    def answer(seed):
        near = seed > 5
        return {
            1: Clip((Note(3, 1, 62 if near else 80),)),
            2: Clip((Note(3, 1, 47 if near else 30),)),
        }

    chosen = best_filling(answer, after, 4.0, 0)
    assert [chosen[i].notes[0].pitch for i in (1, 2)] == [62, 47]
    assert best_filling(answer, {1: Clip()}, 4.0, 0)[1].notes[0].pitch == 80
