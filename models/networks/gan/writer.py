"""Turns cells of rolls into rows of notes, and sees to it that no bar is silent."""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.common.sixteenth_grid import SixteenthGrid
from models.networks.gan.layout import Layout
from models.networks.gan.task import MelodyInput, Task


class Writer(nn.Module):
    """Cells [V, T, rows] of 0, 1 (held) and 2 (struck) to notes, in the TorchScript subset."""

    rows: Final[int]
    lows: list[int]
    highs: list[int]
    order: list[int]

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.grid = SixteenthGrid()
        self.rows = layout.rows
        self.lows, self.highs = list(layout.lows), list(layout.highs)
        self.order = list(layout.order)

    def forward(
        self, cells: Tensor, lowest: list[int], tune: MelodyInput, first: int, origin: int
    ) -> Tensor:
        """Join the cells from step `first` on into rows; `lowest` is the pitch of each row 0."""
        now = torch.cat([cells, torch.zeros_like(cells[:, :1])], 1).transpose(1, 2)
        before = torch.cat([torch.zeros_like(now[:, :, :1]), now[:, :, :-1]], 2)
        # Read in one order, the n-th beginning and the n-th end belong together.
        begun = ((now == 2) | ((now == 1) & (before == 0))).nonzero()
        ended = ((before > 0) & (now != 1)).nonzero()
        loud = torch.tensor(tune.velocity)[begun[:, 2] + first].float()
        out = torch.zeros(begun.size(0), 5)
        out[:, 0] = begun[:, 0] + 1
        out[:, 1] = (begun[:, 2] + first + origin) / self.grid.steps
        out[:, 2] = (ended[:, 2] + first + origin) / self.grid.steps
        out[:, 3] = (begun[:, 1] + torch.tensor(lowest)[begun[:, 0]]).clamp(0, 127)
        out[:, 4] = (0.85 * loud).floor().clamp(1, 127)
        return out

    def placed(self, rows: Tensor, begin: float, end: float) -> Tensor:
        """Cut rows (with ends in place of durations) at the borders; in order of start."""
        start, stop = rows[:, 1].clamp(min=begin), rows[:, 2].clamp(max=end)
        rows[:, 1] = start
        rows[:, 2] = stop - start
        rows = rows[(start < end) & (stop > start)]
        return rows[torch.argsort(rows[:, 1], stable=True)]

    def fill(self, cells: Tensor, tune: MelodyInput, task: Task, first: int, last: int) -> None:
        """Let no bar be silent in which the melody sounds: the notes before it ring on."""
        heard: list[bool] = (cells > 0).any(2).any(0).tolist()
        at = first
        while at < last:
            stop = min(at + task.bar - (task.origin + at) % task.bar, last)
            if any(tune.sounding[at:stop]) and not any(heard[at:stop]):
                self.ring(cells, task, at, stop)
            at = stop

    def ring(self, cells: Tensor, task: Task, at: int, stop: int) -> None:
        """Hold the last notes of the lowest track, or else the tonic, from step `at` to `stop`."""
        track = self.order[0]
        row = torch.zeros(self.rows, dtype=torch.long)
        earlier = (cells[track, :at] > 0).any(1).nonzero()
        if earlier.size(0) > 0:
            row = (cells[track, int(earlier[-1, 0])] > 0).long()
        else:
            below = (self.lows[track] + task.shift) % 12
            rise = min((12 - below) % 12, self.highs[track] - 1 - self.lows[track])
            row[rise + 6 + task.shift] = 1
        struck = True
        for t in range(at, stop):
            if task.active[t]:
                cells[track, t] = row * (2 if struck else 1)
                struck = False
