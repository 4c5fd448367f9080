"""Chords that lead, as they were given: the tones and the bass of each frame."""

from typing import Final

import torch
from torch import Tensor, nn

from models.music.sixteenths import STEPS_PER_BEAT


class LedChords(nn.Module):
    """Lay rows of chords out on the sixteenth grid, in the TorchScript subset."""

    steps: Final[int] = STEPS_PER_BEAT
    fewest: Final[int] = 3  # tones that tell a chord by themselves
    most: Final[int] = 6  # more of them are no chord, but everything that a hand or a bar had

    def forward(self, rows: Tensor, origin: int, size: int) -> Tensor:
        """Give the chord of each of `size` frames from frame `origin` on, [T, 13].

        `rows` [n, 5] are the notes of chords. Of a frame the first twelve say which pitch classes
        are its chord's (1, else 0: all 0 where no chord is told), the last is its bass, or -1.
        """
        out = torch.zeros(size, 13)
        out[:, 12] = -1.0
        notes: list[list[float]] = rows[torch.argsort(rows[:, 3], descending=True)].tolist()
        for note in notes:
            first = max(int(note[1] * self.steps + 0.5) - origin, 0)
            last = min(int((note[1] + note[2]) * self.steps + 0.5) - origin, size)
            if last > first:
                out[first:last, int(note[3]) % 12] = 1.0
                out[first:last, 12] = float(int(note[3]) % 12)  # the lowest comes last
        count = out[:, :12].sum(1)
        out[(count < self.fewest) | (count > self.most), :12] = 0.0
        return out
