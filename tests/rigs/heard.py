"""Small MIDI files, what Continuo's sampler makes of them, and what can be measured in that."""

import mido
import numpy as np

from models.sound.audio_file import RATE
from models.sound.rendering import read_performance, render
from models.sound.shipped_bank import shipped_bank

TICKS = 480  # a beat; at 120 bpm half a second


def on(beat, pitch, velocity=90, channel=0):
    return beat, mido.Message("note_on", note=pitch, velocity=velocity, channel=channel)


def off(beat, pitch, channel=0):
    return beat, mido.Message("note_off", note=pitch, channel=channel)


def note(beat, beats, pitch, velocity=90, channel=0):
    return [on(beat, pitch, velocity, channel), off(beat + beats, pitch, channel)]


def control(beat, number, value, channel=0):
    return beat, mido.Message("control_change", control=number, value=value, channel=channel)


def program(number, channel=0):
    return 0, mido.Message("program_change", program=number, channel=channel)


def save(path, *events, bpm=120):
    track, last = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))]), 0
    for beat, message in sorted(events, key=lambda event: event[0]):
        tick = round(beat * TICKS)
        track.append(message.copy(time=tick - last))
        last = tick
    file = mido.MidiFile(ticks_per_beat=TICKS)
    file.tracks.append(track)
    file.save(path)
    return path


def hear(path, *events, bpm=120):
    """Render the events; give the wave, [channel, time], and the synthesiser."""
    synth, blocks = render(read_performance(save(path, *events, bpm=bpm)), shipped_bank())
    return np.concatenate(list(blocks), axis=1), synth


def loudness(wave, begin_seconds=0.0, end_seconds=None):
    """The root of the mean square between two instants."""
    end = wave.shape[1] if end_seconds is None else round(end_seconds * RATE)
    return float(np.sqrt((wave[:, round(begin_seconds * RATE) : end] ** 2).mean()))


def cents_from(wave, hertz, begin_seconds=0.2, end_seconds=1.0):
    """How far the partial next to `hertz` is from it, within three semitones."""
    part = wave.mean(axis=0)[round(begin_seconds * RATE) : round(end_seconds * RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 19))
    at = np.fft.rfftfreq(1 << 19, 1 / RATE)
    near = (at > hertz / 1.19) & (at < hertz * 1.19)
    return float(1200 * np.log2(at[near][spectrum[near].argmax()] / hertz))
