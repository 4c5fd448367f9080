"""Finds the shift that brings music into the white keys, so that networks learn one key, not 12."""

import torch
from torch import Tensor, nn


class WhiteKeys(nn.Module):
    """Scores the twelve transpositions of a pitch-class histogram, in the TorchScript subset."""

    log_share: Tensor

    def __init__(self) -> None:
        super().__init__()
        # Shares of C, C#, ... in music in C major and A minor; the melody alone decides, so that
        # training and playing see the same key.
        share = torch.tensor(
            [0.15, 0.012, 0.15, 0.01, 0.16, 0.1, 0.022, 0.15, 0.032, 0.15, 0.012, 0.11]
        )
        self.register_buffer("log_share", torch.log(share / share.sum()))

    def forward(self, histogram: Tensor) -> int:
        """Give the shift in -6..5 semitones after which the histogram [12] fits best."""
        best, most = 0, -1.0e30
        counts: list[float] = histogram.tolist()
        shares: list[float] = self.log_share.tolist()
        # the smallest shift first: a tie, such as silence, moves nothing
        for i in range(12):
            shift = (i + 1) // 2 if i % 2 == 1 else -(i // 2)
            if shift == 6:
                shift = -6
            score = 0.0
            for pitch in range(12):
                score += counts[pitch] * shares[(pitch + shift) % 12]
            if score > most + 1e-6:
                best, most = shift, score
        return best
