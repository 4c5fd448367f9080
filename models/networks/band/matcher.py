"""Judges which bar of an accompaniment suits a bar of melody, and which follows which.

Melody and accompaniment are laid into one space, where what belongs together is near: learnt by
telling the accompaniment that a bar really has from those of other bars (van den Oord et al. 2018,
Representation Learning with Contrastive Predictive Coding).
"""

import torch
from torch import Tensor, nn

from models.networks.band.bar_features import SIZE

SPACE = 24
_HIDDEN = 64


class Matcher(nn.Module):
    """Lays bars of melody and of accompaniment into one space of SPACE dimensions."""

    def __init__(self, texture_size: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.melody = nn.Sequential(
            nn.Linear(SIZE, _HIDDEN), nn.ReLU(), nn.Dropout(dropout), nn.Linear(_HIDDEN, SPACE)
        )
        self.texture = nn.Sequential(
            nn.Linear(texture_size, _HIDDEN),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(_HIDDEN, SPACE),
        )
        self.following = nn.Linear(SPACE, SPACE)

    def scores(self, melody: Tensor, texture: Tensor, before: Tensor, known: Tensor) -> Tensor:
        """Score all accompaniments [N, size] for each melody [N, SIZE]: [N, N].

        `before` [N, size] is what was played in the bar before, where it is `known` [N].
        """
        wanted = self.melody(melody) + self.following(self.texture(before)) * known[:, None]
        out: Tensor = torch.matmul(wanted, self.texture(texture).t()) / SPACE**0.5
        return out
