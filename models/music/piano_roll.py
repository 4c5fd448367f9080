"""Clip <-> PianoRoll: a grid of steps x 128 pitches, with onsets to keep repeated notes apart."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from models.music.clip import Clip, Note

PITCHES = 128
# A clip of 4.000000001 beats has no fifth beat.
EPSILON = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class PianoRoll:
    """Velocities (uint8, 0 is silence) and onsets (bool) of every step and pitch."""

    velocities: NDArray[np.uint8]
    onsets: NDArray[np.bool_]
    steps_per_beat: int = 4

    def __post_init__(self) -> None:
        _check_grid(self.steps_per_beat)
        shape = self.velocities.shape
        if len(shape) != 2 or shape[1] != PITCHES:
            raise ValueError(f"a piano roll must be steps x {PITCHES}, got {shape}")
        if self.onsets.shape != shape:
            raise ValueError(
                f"onsets must be shaped as velocities {shape}, got {self.onsets.shape}"
            )

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self.velocities.shape[0])


def _check_grid(steps_per_beat: int) -> None:
    if steps_per_beat < 1:
        raise ValueError(f"steps_per_beat must be at least 1, got {steps_per_beat}")


def to_roll(clip: Clip, steps_per_beat: int = 4) -> PianoRoll:
    """Round every note to the grid (at least one step long); of one pitch the later note wins."""
    _check_grid(steps_per_beat)
    spans = [_span(note, steps_per_beat) for note in clip.notes]
    steps = max([ceil(clip.length * steps_per_beat - EPSILON), *(end for _, end in spans)])
    velocities = np.zeros((steps, PITCHES), np.uint8)
    onsets = np.zeros((steps, PITCHES), np.bool_)
    ends = [0] * PITCHES
    for note, (begin, end) in zip(clip.notes, spans, strict=True):
        velocities[begin : ends[note.pitch], note.pitch] = 0  # what the note before left ringing
        velocities[begin:end, note.pitch] = note.velocity
        onsets[begin, note.pitch] = True
        ends[note.pitch] = end
    return PianoRoll(velocities, onsets, steps_per_beat)


def to_clip(roll: PianoRoll) -> Clip:
    """Read the notes back: one begins at each onset, and wherever sound follows silence."""
    sounding = np.pad(roll.velocities > 0, ((1, 1), (0, 0)))
    begins = sounding[1:-1] & (roll.onsets | ~sounding[:-2])
    # A note ends where the next cell is silent or struck anew.
    ends = sounding[1:-1] & (~sounding[2:] | np.pad(begins, ((0, 1), (0, 0)))[1:])
    # Transposed, both lists run pitch by pitch, so that each begin meets its own end.
    first, last = np.argwhere(begins.T), np.argwhere(ends.T)
    notes = tuple(
        Note(
            begin / roll.steps_per_beat,
            (end + 1 - begin) / roll.steps_per_beat,
            pitch,
            min(int(roll.velocities[begin, pitch]), 127),
        )
        for (pitch, begin), (_, end) in zip(first.tolist(), last.tolist(), strict=True)
    )
    return Clip(notes, roll.steps / roll.steps_per_beat)


def _span(note: Note, steps_per_beat: int) -> tuple[int, int]:
    if note.start * steps_per_beat < -0.5:
        raise ValueError(f"a piano roll begins at beat 0, got a note at beat {note.start:g}")
    # Not round(), which sends every other half step down and would limp.
    begin = floor(note.start * steps_per_beat + 0.5)
    return begin, max(floor(note.end * steps_per_beat + 0.5), begin + 1)
