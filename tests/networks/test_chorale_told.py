"""What the chorale's planner is told or hears besides: chords that lead, and a blues."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from models.music.blues import is_blues
from models.music.clip import Note
from models.networks.chorale.blues_sense import BluesSense
from models.networks.chorale.layout import LOWEST
from models.networks.chorale.led_chords import LedChords


def laid_out(*notes, origin=0, size=16):
    rows = torch.tensor([[-1.0, start, length, pitch, 80.0] for start, length, pitch in notes])
    led = LedChords()(rows.reshape(-1, 5), origin, size)
    return [({c for c in range(12) if row[c] > 0}, int(row[12])) for row in led.tolist()]


def test_a_chord_has_all_its_tones_and_its_lowest_is_the_bass():
    frames = laid_out((0, 2, 48), (0, 2, 53), (0, 2, 55), (2, 2, 52), (2, 2, 55), (2, 2, 60))
    assert frames == [({0, 5, 7}, 0)] * 8 + [({0, 4, 7}, 4)] * 8


def test_a_stretch_that_begins_later_sees_the_chord_that_sounds():
    assert laid_out((0, 4, 48), (0, 4, 52), (0, 4, 55), origin=8, size=4) == [({0, 4, 7}, 0)] * 4


def test_two_tones_tell_a_bass_and_leave_the_third_to_the_plan():
    assert laid_out((0, 4, 43), (0, 4, 50)) == [(set(), 7)] * 16


def test_where_no_chord_is_told_there_is_none():
    frames = laid_out((1, 1, 48), (1, 1, 52), (1, 1, 55))
    assert frames[:4] == [(set(), -1)] * 4
    assert frames[8:] == [(set(), -1)] * 8


@given(st.lists(st.sampled_from((0, 3, 4, 5, 6, 7, 10, 11)), min_size=1, max_size=30))
def test_the_network_hears_a_blues_where_the_finder_of_keys_does(degrees):
    notes = [Note(float(i), 1.0, 62 + degree) for i, degree in enumerate(degrees)]
    pitch = torch.tensor([note.pitch - LOWEST for note in notes]).repeat_interleave(2)
    onset = torch.tensor([1.0, 0.0]).repeat(len(notes))
    assert BluesSense()(pitch, onset, 2) == is_blues(notes, 2)
    assert not BluesSense()(pitch, onset, 14)
