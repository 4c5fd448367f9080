"""The extender as one TorchScript instrument: a melody in, how it goes on out."""

import math
from typing import Final

import torch
from torch import Tensor, nn

from models.networks.common.voice import one_voice
from models.networks.transformer.net import Melodist
from models.networks.transformer.writer import Line, Writer


class ExtendGenerator(nn.Module):
    """Notes in, notes out (the contract of an artifact), around a trained Melodist."""

    steps: Final[int] = 4  # a beat
    joined: Final[int] = 2  # sixteenths: a shorter rest is articulation
    glimpse: Final[int] = 12  # notes after `end` that a filling must fit
    bar_limit: Final[int] = 64

    def __init__(self, net: Melodist) -> None:
        super().__init__()
        self.writer = Writer(net)

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows of the melody that it puts into [begin, end)."""
        first, last = self.frame(begin), self.frame(end)
        if last <= first:
            return torch.zeros(0, 5)
        bar = min(max(self.frame(controls["beats_per_bar"]), 1), self.bar_limit)
        unit = 4
        if "beat" in controls and controls["beat"] > 1.25:
            unit = 6
        voice, _ = one_voice(notes[notes[:, 0] == 0])
        before = voice[voice[:, 1] < begin - 1e-4]
        after = voice[voice[:, 1] >= end - 1e-4][: self.glimpse]
        oldest = (first // bar + int(first % bar > 0) - int(controls["memory"])) * bar
        known = self.rows(before, oldest, first)
        if len(known) > 0:
            oldest = max(oldest, (known[0][0] // bar) * bar)
        follows = self.rows(after, last, last + 8 * bar)
        line = Line(known, follows, first, last, oldest, bar, unit)
        made = self.writer(line, controls, seed)
        out = torch.zeros(len(made), 5)
        for i, row in enumerate(made):
            out[i, 1] = row[0] / self.steps
            out[i, 2] = (row[1] - row[0]) / self.steps
            out[i, 3] = row[2]
            out[i, 4] = self.loudness(before, row[0] % bar, bar)
        out[:, 1] = out[:, 1].clamp(min=begin)
        out[:, 2] = torch.minimum(out[:, 2], end - out[:, 1])
        return out[out[:, 2] > 1e-3]

    def frame(self, beat: float) -> int:
        """Number the sixteenth nearest to `beat`."""
        return int(math.floor(beat * self.steps + 0.5))  # noqa: RUF046 - a float in TorchScript

    def rows(self, voice: Tensor, first: int, last: int) -> list[list[int]]:
        """Put notes that begin in [first, last) on the grid, joined where a rest is short."""
        out: list[list[int]] = []
        given: list[list[float]] = voice.tolist()
        for row in given:
            start, stop = self.frame(row[1]), self.frame(row[1] + row[2])
            # A hair before the bar line is on it, but nothing that was played lies at `last`.
            start = min(start, last - 1)
            if start < first or (len(out) > 0 and out[-1][0] >= start):
                continue
            if len(out) > 0:
                ended = min(out[-1][1], start)
                out[-1][1] = start if start - ended < self.joined else ended
            out.append([start, max(stop, start + 1), int(row[3])])
        # The last note lasts to `last` likewise: what comes next could not begin there otherwise.
        if len(out) > 0 and 0 < last - out[-1][1] < self.joined:
            out[-1][1] = last
        return out

    def loudness(self, before: Tensor, place: int, bar: int) -> float:
        """Play as loudly as was played at the same place of the bar, or on the whole."""
        if before.size(0) == 0:
            return 80.0
        places = torch.floor(before[:, 1] * self.steps + 0.5) % bar
        same = before[places == place]
        loud = same[:, 4] if same.size(0) > 0 else before[:, 4]
        return float(torch.floor(loud.mean() + 0.5).clamp(1.0, 127.0))
