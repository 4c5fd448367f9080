"""Finds where a melody comes again: real songs and chorales nearly always repeat their chords."""

import torch
from torch import Tensor, nn


class MelodyRepeats(nn.Module):
    """Finds for each slot the earlier one of the same melody, in the TorchScript subset."""

    def __init__(self, short: int = 4) -> None:
        super().__init__()
        self.short = short  # slots that make a melody the same

    def same(self, pitch: Tensor, onset: Tensor, slot: Tensor, count: int) -> Tensor:
        """Say which slots have the same melody, [S, S], from frames [T]."""
        size = pitch.size(0)
        time = torch.arange(size)
        first = torch.full([count], size).scatter_reduce(0, slot, time, "amin")
        within = time - first[slot]
        # one number for what is sung in a slot: pitches and onsets at their places
        mixed = (pitch * 2 + onset.long() + 1) * (
            (within * within * 7919 + within * 104729 + 31) % 1000003
        )
        signs = torch.zeros(count, dtype=torch.long).scatter_add(0, slot, mixed)
        return (signs[:, None] == signs[None]).long()

    def runs(self, same: Tensor) -> Tensor:
        """Count for each pair of slots how many before them, and they, agree in a row, [S, S]."""
        count = same.size(0)
        out = torch.zeros(count, count, dtype=torch.long)
        row = torch.zeros(count, dtype=torch.long)
        zero = torch.zeros(1, dtype=torch.long)
        for s in range(count):
            row = (torch.cat([zero, row[:-1]]) + 1) * same[s]
            out[s] = row
        return out

    def forward(
        self, pitch: Tensor, onset: Tensor, slot: Tensor, count: int, known: Tensor | None = None
    ) -> list[tuple[int, int]]:
        """Give for each slot the earlier one, and how long the melodies agree around them.

        Slots that never sounded before have (-1, 0), and those with a frame that is not `known`
        (1, else 0): a guess is often made of what was played before, and proves nothing.
        """
        same = self.same(pitch, onset, slot, count)
        if known is not None:
            sure = torch.ones(count).scatter_reduce(0, slot, known, "amin")
            same = same * (sure[:, None] * sure[None]).long()
        back = self.runs(same)
        ahead = self.runs(same.flip([0, 1])).flip([0, 1])
        total = torch.tril((back + ahead - 1) * same, -1)
        length, source = total.max(1)
        lengths: list[int] = length.tolist()
        sources: list[int] = source.tolist()
        return [
            (sources[s], lengths[s]) if lengths[s] >= self.short else (-1, 0) for s in range(count)
        ]
