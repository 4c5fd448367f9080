"""Where chords may change, and which chords rows of notes make there; in the TorchScript subset."""

import torch
from torch import Tensor, nn

from models.networks.common.chord_reader import ChordReader
from models.networks.harmoniser.vocabulary import KINDS, QUALITIES

_HALF = 8  # frames of half a bar of 4/4
_ENOUGH = 0.25  # share of a slot in which a note has to sound to be its bass


class Slots(nn.Module):
    """Divides bars into slots: halves of 4/4 and 2/4, whole bars of 3/4; or beats."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self.beat = _HALF, _HALF // 2

    def forward(self, place: Tensor, bar: Tensor, fine: bool) -> Tensor:
        """Number the slots of frames, [T], from 0 on, by their places in bars of `bar` frames."""
        unit = torch.full_like(bar, self.longest)
        unit = torch.where(bar == 12, 12, unit)
        unit = torch.where(bar <= self.longest, self.beat, unit)
        # a bar of three eighths has one chord
        unit = torch.where((bar < self.longest) & (bar % self.beat != 0), bar, unit)
        if fine:
            unit = torch.full_like(bar, self.beat)
        begins = (place % unit == 0).long()
        begins[:1] = 1
        return torch.cumsum(begins, 0) - 1


class SlotChords(nn.Module):
    """Reads the chords that rows of notes make in slots."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = ChordReader(QUALITIES, KINDS)
        self.enough = _ENOUGH

    def forward(self, rows: Tensor, bounds: Tensor) -> Tensor:
        """Name the chord of each slot, [S], -1 where nothing sounds.

        `rows` [R, 3] are (start, end, pitch), `bounds` [S + 1] where slots begin, in beats.
        """
        count = bounds.size(0) - 1
        if rows.size(0) == 0 or count == 0:
            return torch.full([count], -1, dtype=torch.long)
        start, end, pitch = rows[:, 0:1], rows[:, 1:2], rows[:, 2]
        shared = torch.minimum(end, bounds[None, 1:]) - torch.maximum(start, bounds[None, :-1])
        shared = shared.clamp(min=0.0)
        shared = shared * (shared > 0.02).float()
        classes = (pitch.long() % 12)[:, None] == torch.arange(12)
        weights = torch.matmul(shared.t(), classes.float())
        sounds = shared > self.enough * (bounds[1:] - bounds[:-1])
        sounds = torch.where(sounds.any(0), sounds, shared > 0)
        low = torch.where(sounds, pitch[:, None], 1.0e3).min(0)[0]
        states: Tensor = self.reader(weights, low.long() % 12)
        return states
