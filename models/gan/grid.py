"""Clips on the sixteenth grid: rolls of what is silent, held and struck."""

import numpy as np
from numpy.typing import NDArray

from models.clip import Clip
from models.tempo import MeterMap

STEPS_PER_BEAT = 4
HELD, STRUCK = 1, 2  # cells of a roll; 0 is silence
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


def roll_of(clip: Clip, steps: int) -> Bytes:
    """Put a clip on the grid, [steps, 128] of 0, HELD and STRUCK."""
    roll = np.zeros((steps, 128), np.uint8)
    for note in clip.notes:
        begin = round(note.start * STEPS_PER_BEAT)
        end = max(round(note.end * STEPS_PER_BEAT), begin + 1)
        if 0 <= begin < steps:
            roll[begin:end, note.pitch] = np.maximum(roll[begin:end, note.pitch], HELD)
            roll[begin, note.pitch] = STRUCK
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


def places(meter: MeterMap, steps: int) -> tuple[Ints, Ints]:
    """Find each step's place in its bar and the bar's length, in sixteenths."""
    beats = np.arange(steps) / STEPS_PER_BEAT
    place = [round((b - meter.bar_line(b)) * STEPS_PER_BEAT) for b in beats]
    bar = [round(meter.meter_at(b).beats_per_bar * STEPS_PER_BEAT) for b in beats]
    return np.array(place, np.int64), np.array(bar, np.int64)


def bridged(pitch: Ints) -> Ints:
    """Hold each pitch through the rest after it, and the first one backwards."""
    known = np.nonzero(pitch >= 0)[0]
    if len(known) == 0:
        return np.full_like(pitch, 60)
    at = np.searchsorted(known, np.arange(len(pitch)), side="right") - 1
    out: Ints = pitch[known[np.maximum(at, 0)]]
    return out
