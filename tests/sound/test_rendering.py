"""What a musician hears of a MIDI file: pitch, time, pedal, bends, balance, silence."""

import mido
import numpy as np
import pytest
from heard import cents_from, control, hear, loudness, note, off, on, program, save

from models.formats.midi_bytes import MidiFileError
from models.sound.audio_file import RATE
from models.sound.rendering import read_performance
from models.sound.room import CEILING, Limiter

FLUTE, ORGAN = 73, 16


def onset(wave, threshold=0.01):
    return float(np.flatnonzero(np.abs(wave).max(axis=0) > threshold)[0]) / RATE


def test_a_note_begins_when_the_tempo_says(tmp_path):
    half = hear(tmp_path / "a.mid", program(0), *note(2, 1, 60), bpm=60)[0]
    assert onset(half) == pytest.approx(2.0, abs=0.01)
    quick = hear(tmp_path / "a.mid", program(0), *note(2, 1, 60), bpm=120)[0]
    assert onset(quick) == pytest.approx(1.0, abs=0.01)


def test_a_change_of_tempo_is_heeded(tmp_path):
    slower = (2, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(60)))
    wave = hear(tmp_path / "a.mid", program(0), slower, *note(4, 1, 60))[0]
    assert onset(wave) == pytest.approx(1.0 + 2.0, abs=0.01)


def test_the_sustain_pedal_holds_what_is_released(tmp_path):
    released = hear(tmp_path / "a.mid", program(ORGAN), *note(0, 1, 60), *note(6, 1, 72, 1))[0]
    pedal = [control(0, 64, 127), control(4, 64, 0)]
    held = hear(tmp_path / "a.mid", program(ORGAN), *pedal, *note(0, 1, 60), *note(6, 1, 72, 1))[0]
    assert loudness(released, 1.5, 1.9) < 0.002
    assert loudness(held, 1.5, 1.9) > 0.01
    assert loudness(held, 2.5, 2.9) < 0.002


def test_a_bend_bends_by_two_semitones_or_as_far_as_the_file_says(tmp_path):
    up = (0, mido.Message("pitchwheel", pitch=8191))
    wave = hear(tmp_path / "a.mid", program(FLUTE), up, *note(0.01, 3, 69))[0]
    assert cents_from(wave, 440 * 2 ** (2 / 12)) == pytest.approx(0, abs=8)
    wide = [control(0, 101, 0), control(0, 100, 0), control(0, 6, 12)]
    wave = hear(tmp_path / "a.mid", program(FLUTE), *wide, up, *note(0.01, 3, 69))[0]
    assert cents_from(wave, 880) == pytest.approx(0, abs=8)


@pytest.mark.parametrize("number", [7, 11])
def test_volume_and_expression_turn_a_channel_down(tmp_path, number):
    loud = hear(tmp_path / "a.mid", program(ORGAN), *note(0, 2, 60))[0]
    soft = hear(tmp_path / "a.mid", program(ORGAN), control(0, number, 40), *note(0, 2, 60))[0]
    assert loudness(soft, 0, 1) < 0.5 * loudness(loud, 0, 1)


def test_pan_moves_a_channel_to_a_side(tmp_path):
    wave = hear(tmp_path / "a.mid", program(FLUTE), control(0, 10, 0), *note(0, 2, 72))[0]
    left, right = (loudness(wave[i : i + 1], 0.1, 0.9) for i in (0, 1))
    assert left > 5 * right


def test_two_strikes_of_one_key_need_two_releases(tmp_path):
    both = [on(0, 60), on(1, 60), off(2, 60), off(6, 60)]
    wave = hear(tmp_path / "a.mid", program(ORGAN), *both)[0]
    assert loudness(wave, 2.0, 2.8) > 0.01
    assert loudness(wave, 3.5) < 0.002


def test_a_note_that_is_never_released_ends_with_the_file(tmp_path):
    wave = hear(tmp_path / "a.mid", program(ORGAN), on(0, 60), *note(3, 1, 72))[0]
    assert wave.shape[1] / RATE < 5


def test_a_closed_hi_hat_ends_an_open_one(tmp_path):
    alone = hear(tmp_path / "a.mid", *note(0, 0.2, 46, 110, 9))[0]
    closed = hear(tmp_path / "a.mid", *note(0, 0.2, 46, 110, 9), *note(0.5, 0.2, 42, 1, 9))[0]
    assert loudness(closed, 0.35, 0.5) < 0.5 * loudness(alone, 0.35, 0.5)


def test_a_hundred_loud_notes_do_not_clip_and_are_still_heard(tmp_path):
    chord = [e for pitch in range(30, 100) for e in note(0, 4, pitch, 127)]
    wave = hear(tmp_path / "a.mid", program(48), *chord)[0]
    assert abs(wave).max() <= 1.0
    assert loudness(wave, 0.5, 1.5) > 0.1


def test_the_limiter_never_lets_a_peak_through_and_leaves_the_rest(tmp_path):
    quiet = np.full((2, 8192), 0.1, np.float32)
    loud = quiet.copy()
    loud[:, 5000] = 3.0
    limiter = Limiter()
    limiter(quiet)
    out = [limiter(loud), limiter(quiet), limiter(None)]
    assert (out[0] == quiet).all()
    assert abs(out[1]).max() <= CEILING + 1e-6
    assert out[1][0, 0] == pytest.approx(0.1)


def test_a_program_that_is_not_there_is_played_by_its_neighbour_and_said(tmp_path):
    _, synth = hear(tmp_path / "a.mid", program(30), *note(0, 1, 60))
    assert synth.replaced == {(False, 30): "Clean Guitar"}


def test_what_cannot_be_heard_is_counted(tmp_path):
    _, synth = hear(tmp_path / "a.mid", *note(0, 1, 2, 100, 9), *note(1, 1, 38, 100, 9))
    assert synth.unheard == 1


def test_the_same_file_gives_the_same_sound(tmp_path):
    once, again = (hear(tmp_path / "a.mid", program(52), *note(0, 1, 60))[0] for _ in range(2))
    assert (once == again).all()


def test_hours_of_silence_are_refused_at_once(tmp_path):
    path = save(tmp_path / "a.mid", *note(0, 1, 60), *note(60 * 60 * 8, 1, 60))
    with pytest.raises(MidiFileError, match=r"lasts 4\.0 hours"):
        read_performance(path)


def test_a_file_without_notes_is_refused_in_a_sentence(tmp_path):
    path = save(tmp_path / "a.mid", program(3))
    with pytest.raises(MidiFileError, match="has no notes: there is nothing to hear"):
        read_performance(path)


def test_the_last_event_behind_the_notes_costs_no_sound(tmp_path):
    wave = hear(tmp_path / "a.mid", program(0), *note(0, 1, 60), control(4000, 7, 100))[0]
    assert wave.shape[1] / RATE < 10
