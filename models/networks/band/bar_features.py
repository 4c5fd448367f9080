"""What a band hears of each bar of a melody, in the TorchScript subset."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

CELLS = 8  # of a bar in which onsets are counted
_METERS = (8, 12, 16)  # steps of bars that are told apart
OWN = 4  # numbers that neighbours are told of too
SIZE = CELLS + 3 * OWN + len(_METERS) + 1 + 4


class MelodyBars(nn.Module):
    """Describes the melody of each bar: where it strikes, how high and how full it is."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = CELLS
        self.register_buffer("meters", torch.tensor(_METERS))

    meters: Tensor

    def forward(self, pitch: Tensor, onset: Tensor, place: Tensor, bar: Tensor) -> Tensor:
        """Read frames [T]: pitch (-1 a rest), onset, place in the bar, length of the bar.

        Returns [B, SIZE]; frames before the first bar line belong to the first bar.
        """
        number = (torch.cumsum((place == 0).long(), 0) - 1).clamp(min=0)
        count = int(number[-1]) + 1
        sounds = (pitch >= 0).float()
        frames = torch.zeros(count).index_add(0, number, torch.ones_like(sounds))
        cell = torch.div(place * self.cells, bar, rounding_mode="floor").clamp(0, self.cells - 1)
        struck = torch.zeros(count * self.cells).index_add(0, number * self.cells + cell, onset)
        struck = struck.view(count, self.cells)
        share = torch.zeros(count).index_add(0, number, sounds)
        height = torch.zeros(count).index_add(0, number, sounds * (pitch.float() - 66) / 12)
        highest = torch.full([count], -1).scatter_reduce(0, number, pitch, "amax")
        lowest = torch.full([count], 127).scatter_reduce(
            0, number, torch.where(pitch >= 0, pitch, 127), "amin"
        )
        width = (highest - lowest).clamp(min=0).float() / 12
        own = torch.stack(
            [share / frames, 4 * struck.sum(1) / frames, height / share.clamp(min=1), width], 1
        )
        first = torch.full([count], pitch.size(0)).scatter_reduce(
            0, number, torch.arange(pitch.size(0)), "amin"
        )
        meter = (bar[first][:, None] == self.meters[None]).float()
        other = 1 - meter.sum(1, keepdim=True)
        phrase = F.one_hot(torch.arange(count) % 4, 4).float()
        none = torch.zeros_like(own[:1])
        before, after = torch.cat([none, own[:-1]]), torch.cat([own[1:], none])
        return torch.cat([struck, own, before, after, meter, other, phrase], 1)
