"""Melodies as the networks learn from them: one voice on the sixteenth grid, with its meter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.data.piece import Piece
from models.music.sixteenths import STEPS_PER_BEAT


@dataclass(frozen=True)
class MelodyLine:
    """One melody, one voice: notes [N, 3] (start, end in sixteenths, pitch), in order of start.

    For each sixteenth: its `place` in the bar, the length of that `bar`, and the meter's beat
    (`unit`: 6 in 6/8, 9/8 and 12/8, else 4).
    """

    notes: NDArray[np.float64]
    place: NDArray[np.int64]
    bar: NDArray[np.int64]
    unit: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.place)

    def bar_lines(self) -> NDArray[np.int64]:
        """List the sixteenths on which a bar begins."""
        return np.nonzero(self.place == 0)[0]

    def window(self, begin: int, steps: int) -> "MelodyLine":
        """Cut a stretch out: the notes that begin in it, cut at its end."""
        end = min(begin + steps, len(self))
        inside = (self.notes[:, 0] >= begin) & (self.notes[:, 0] < end)
        notes = self.notes[inside] - [begin, begin, 0]
        notes[:, 1] = np.minimum(notes[:, 1], end - begin)
        cut = slice(begin, end)
        return MelodyLine(notes, self.place[cut], self.bar[cut], self.unit[cut])


def melody_line(piece: Piece) -> MelodyLine:
    """Take a piece's melody as one voice: of notes begun together the highest, cut at the next."""
    whole = piece.composition
    steps = round(whole.length * STEPS_PER_BEAT)
    top = {n.start: n for n in sorted(whole.melody.clip.notes, key=lambda n: n.pitch)}
    order = [top[start] for start in sorted(top)]
    nexts = [n.start for n in order[1:]] + [whole.length]
    rows = [
        (n.start * STEPS_PER_BEAT, min(n.end, later) * STEPS_PER_BEAT, n.pitch)
        for n, later in zip(order, nexts, strict=True)
    ]
    beats = np.arange(steps) / STEPS_PER_BEAT
    here = [whole.meter.meter_at(b) for b in beats]
    place = [round((b - whole.meter.bar_line(b)) * STEPS_PER_BEAT) for b in beats]
    bar = [round(m.beats_per_bar * STEPS_PER_BEAT) for m in here]
    unit = [6 if m.denominator == 8 and m.numerator % 3 == 0 else 4 for m in here]
    return MelodyLine(
        np.array(rows, float).reshape(-1, 3), np.array(place), np.array(bar), np.array(unit)
    )
