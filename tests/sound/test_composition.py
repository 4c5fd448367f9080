"""A composition as sound in memory, as a training lets one hear its samples."""

import numpy as np
import pytest

from models.music.clip import Clip, Composition, Note, Track
from models.sound.audio_file import RATE
from models.sound.composition import render_composition


@pytest.mark.parametrize("piece", [Composition(Track("m")), Composition(Track("m", Clip((), 4)))])
def test_silence_can_be_heard(piece):
    sound = render_composition(piece, 5.0)
    assert sound.shape[0] == 1
    assert not sound.any()


def test_a_note_sounds_at_its_pitch_and_for_its_time():
    melody = Clip((Note(2, 2, 69),), 8)  # at 120 bpm from second 1 to 2
    sound = render_composition(Composition(Track("m", melody)), 20.0)[0]
    assert np.abs(sound[: RATE - RATE // 20]).max() < 0.001
    held, after = sound[RATE : 2 * RATE], sound[3 * RATE :]
    assert np.abs(held).max() > 10 * np.abs(after).max(initial=0.0)
    spectrum = np.abs(np.fft.rfft(held * np.hanning(RATE)))
    assert 438 <= spectrum[400:480].argmax() + 400 <= 442


def test_a_pedal_of_hours_is_played_as_far_as_it_is_heard():
    pedal = Composition(Track("m", Clip((Note(0, 40_000, 40),), 40_000)))
    assert render_composition(pedal, 2.0).shape == (1, 2 * RATE)


def test_drums_sound_as_drums():
    drums = Track("Drums", Clip((Note(0, 1, 36),), 4), "drums", channel=9)
    sound = render_composition(Composition(Track("m", Clip((), 4)), (drums,)), 5.0)[0]
    early, late = sound[: RATE // 4], sound[RATE // 2 : RATE]
    assert np.abs(early).max() > 10 * np.abs(late).max()
