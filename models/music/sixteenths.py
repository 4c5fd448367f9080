"""Clips on the sixteenth grid: rolls, single voices, and where each step stands in its bar."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from models.music.clip import Clip, Note
from models.music.tempo import MeterMap

STEPS_PER_BEAT = 4
REST = -1  # instead of a pitch
HELD, STRUCK = 1, 2  # cells of a roll; 0 is silence
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Frames = NDArray[np.int64]  # [T, voices], MIDI pitch or REST
_EPSILON = 1e-6


def roll_of(clip: Clip, steps: int) -> Bytes:
    """Put a clip on the grid, [steps, 128] of 0, HELD and STRUCK."""
    roll = np.zeros((steps, 128), np.uint8)
    for pitch, begin, end in _cells(clip, steps):
        roll[begin:end, pitch] = np.maximum(roll[begin:end, pitch], HELD)
        roll[begin, pitch] = STRUCK
    return roll


def one_voice(roll: Bytes) -> Bytes:
    """Keep of each step the note begun last, of those the highest."""
    out = np.zeros_like(roll)
    last = -1
    for t, row in enumerate(roll):
        struck = np.nonzero(row == STRUCK)[0]
        if len(struck):
            last = int(struck[-1])
        elif last >= 0 and row[last] == 0:
            held = np.nonzero(row)[0]
            last = int(held[-1]) if len(held) else -1
        if last >= 0:
            out[t, last] = row[last]
    return out


def voice_frames(clip: Clip, steps: int) -> tuple[Ints, Bools]:
    """Put one voice on the grid: (pitch or REST, onset), each frame the note latest begun."""
    pitches = np.full(steps, REST, np.int64)
    onset = np.zeros(steps, np.bool_)
    for pitch, begin, end in _cells(clip, steps):
        pitches[begin:end] = pitch
        onset[begin] = True
    return pitches, onset


def sample_voice(clip: Clip, steps: int) -> Frames:
    """Put one voice on the grid: each frame takes the note at its middle, the latest begun.

    A note that no middle falls into is not heard here; repeated notes become one.
    """
    line = np.full(steps, REST, np.int64)
    for note in clip.notes:
        begin, end = (ceil(beat * STEPS_PER_BEAT - 0.5) for beat in (note.start, note.end))
        line[max(begin, 0) : max(end, 0)] = note.pitch
    return line


def sample_voices(clips: Sequence[Clip]) -> Frames:
    """Put voices side by side on the grid, from beat 0 to the last release of any of them."""
    steps = ceil(max((c.end for c in clips), default=0.0) * STEPS_PER_BEAT - _EPSILON)
    return np.stack([sample_voice(c, steps) for c in clips], axis=1)


def bridge_gaps(pitch: Ints) -> Ints:
    """Hold each pitch through the rest after it, and the first one backwards."""
    known = np.nonzero(pitch >= 0)[0]
    if len(known) == 0:
        return np.full_like(pitch, 60)
    at = np.searchsorted(known, np.arange(len(pitch)), side="right") - 1
    out: Ints = pitch[known[np.maximum(at, 0)]]
    return out


def places(meter: MeterMap, steps: int) -> tuple[Ints, Ints]:
    """Find each step's place in its bar and the bar's length, in sixteenths."""
    beats = np.arange(steps) / STEPS_PER_BEAT
    place = [round((b - meter.bar_line(b)) * STEPS_PER_BEAT) for b in beats]
    bar = [round(meter.meter_at(b).beats_per_bar * STEPS_PER_BEAT) for b in beats]
    return np.array(place, np.int64), np.array(bar, np.int64)


def nearest_steps(note: Note, steps_per_beat: int) -> tuple[int, int]:
    """Round a note to the grid, at least one step long: its first step, and the one it ends on."""
    begin = round(note.start * steps_per_beat)
    return begin, max(round(note.end * steps_per_beat), begin + 1)


def _cells(clip: Clip, steps: int) -> list[tuple[int, int, int]]:
    """Give (pitch, first step, step of the release) of each note that begins on the grid."""
    out = []
    for note in clip.notes:
        begin, end = nearest_steps(note, STEPS_PER_BEAT)
        if 0 <= begin < steps:
            out.append((note.pitch, begin, end))
    return out
