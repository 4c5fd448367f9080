"""Reads a melody and what plays already into the channels that a generator was taught with."""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.common.sixteenth_grid import SixteenthGrid
from models.networks.gan.layout import PLACES, REACH, Layout
from models.networks.gan.task import MelodyInput, Task
from models.networks.gan.white_keys import WhiteKeys


class Reader(nn.Module):
    """Notes to tensors; the mirror image of `WindowSampler`, in the TorchScript subset."""

    places: Final[int] = PLACES
    reach: Final[int] = REACH
    rows: Final[int]
    tracks: Final[int]
    melody_rows: Final[int]
    lows: list[int]
    chords: list[bool]
    drums: list[bool]

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.grid = SixteenthGrid()
        self.key = WhiteKeys()
        self.rows, self.tracks, self.melody_rows = layout.rows, layout.tracks, layout.melody_rows
        self.melody_low, self.melody_high = layout.melody_low, layout.melody_high
        self.lows, self.chords, self.drums = (
            list(layout.lows),
            list(layout.chords),
            list(layout.drums),
        )

    def shift(self, melody: Tensor) -> int:
        """Find the shift that brings a melody into the white keys, each note by its length."""
        classes = melody[:, 3].long() % 12
        shift: int = self.key(torch.zeros(12).index_add(0, classes, melody[:, 2].clamp(min=0.05)))
        return shift

    def register(self, pitch: Tensor) -> int:
        """Find the octaves (in semitones) that bring a tune into the register that was learnt.

        A few low notes do not move a tune: an octave must save a semitone and a half a step.
        """
        heard = pitch[pitch >= 0]
        octaves = torch.arange(-11, 12)
        moved = heard[None, :] + 12 * octaves[:, None]
        outside = (self.melody_low - moved).clamp(min=0)
        outside = outside + (moved - self.melody_high + 1).clamp(min=0)
        cost = outside.float().mean(1) + 1.5 * octaves.abs()
        return 12 * (int(cost.argmin()) - 11)

    def tune(self, melody: Tensor, origin: int, horizon: int, bar: int, shift: int) -> MelodyInput:
        """Read the melody in the steps [origin, horizon)."""
        pitch, sounding, onset, velocity = self.grid.melody_frames(melody, origin, horizon)
        bridged = torch.tensor(self.grid.bridge(pitch))
        row = bridged + self.register(torch.tensor(pitch)) + shift + self.reach - self.melody_low
        # what still lies outside goes by octaves to the nearest row
        row = torch.where(row < 0, row % 12, row)
        above = (row - self.melody_rows).div(12, rounding_mode="floor") + 1
        row = (row - 12 * above.clamp(min=0)).clamp(min=0)
        time = torch.arange(horizon - origin)
        out = torch.zeros(self.melody_rows + 3 + self.places, horizon - origin)
        out[row, time] = 1.0
        out[self.melody_rows] = torch.tensor(sounding).float()
        out[self.melody_rows + 1] = torch.tensor(onset).float()
        out[self.melody_rows + 2] = min(bar, self.places) / 16
        place = ((time + origin) % bar).clamp(max=self.places - 1)
        out[place + self.melody_rows + 3, time] = 1.0
        return MelodyInput(pitch, sounding, velocity, out)

    def lowest(self, track: int, shift: int) -> int:
        """Tell the pitch of a track's row 0."""
        return self.lows[track] - self.reach - (0 if self.drums[track] else shift)

    def context(self, notes: Tensor, begin: float, end: float, task: Task) -> tuple[Tensor, Tensor]:
        """Read what the tracks play outside [begin, end): cells [V, T, rows], known [V, T]."""
        size = len(task.active)
        cells = torch.zeros(self.tracks, size, self.rows, dtype=torch.long)
        known = torch.zeros(self.tracks, size, dtype=torch.bool)
        table: list[list[float]] = notes[(notes[:, 0] > 0) & (notes[:, 0] <= self.tracks)].tolist()
        for note in table:
            track = int(note[0]) - 1
            start = self.grid.frame(note[1]) - task.origin
            stop = max(self.grid.frame(note[1] + note[2]) - task.origin, start + 1)
            if note[1] < begin - 1e-3:
                stop = min(stop, self.grid.frame(begin) - task.origin)
            elif note[1] < end - 1e-3:
                stop = start
            stop = min(stop, size)
            row = int(note[3]) - self.lowest(track, task.shift)
            first = max(start, 0)
            if first < stop and row >= 0 and row < self.rows:
                if not self.chords[track]:
                    cells[track, first:stop] = 0
                cells[track, first:stop, row] = 1
                known[track, first:stop] = True
                if start >= 0:
                    cells[track, start, row] = 2
        return cells, known
