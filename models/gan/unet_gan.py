"""DeepComposer's U-Net generator and its critic, over time with pitches as channels."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Final

import torch
from torch import Tensor, nn

from models.gan.chain import table_size
from models.gan.layout import Layout

STRIDE = 16  # steps to which the network narrows; windows are a multiple of it


@dataclass(frozen=True)
class UNetConfig:
    """Sizes of generator and critic."""

    width: int = 128
    widest: int = 256
    noise: int = 32
    dropout: float = 0.25
    critic_width: int = 128

    @classmethod
    def read(cls, options: Mapping[str, float]) -> "UNetConfig":
        """Take the sizes among the options, as the whole numbers that they are."""
        known: dict[str, Any] = {f.name: f.default for f in fields(cls)}
        return cls(**{k: type(v)(options.get(k, v)) for k, v in known.items()})

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels at one, two, four, eight and sixteen steps."""
        return tuple(min(round(self.width * s), self.widest) for s in (1, 1.5, 2, 2, 2))


class Block(nn.Module):
    """Two convolutions beside a way straight through."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Conv1d(width, width, 3, padding=1)
        self.second = nn.Conv1d(width, width, 3, padding=1)
        self.drop = nn.Dropout(dropout)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Map [N, C, T] to the same shape."""
        inner = torch.relu(self.first(torch.relu(x)))
        out: Tensor = x + self.second(self.drop(inner))
        return out


class UNetGenerator(nn.Module):
    """Melody, what is known of the tracks, and noise: to a table for every track and step."""

    tracks: Final[int]
    noise: Final[int]

    def __init__(self, layout: Layout, config: UNetConfig) -> None:
        super().__init__()
        self.tracks, self.noise = layout.tracks, config.noise
        widths = config.widths
        self.inward = nn.Conv1d(layout.inputs, widths[0], 1)
        self.level = Block(widths[0], config.dropout)
        self.down = nn.ModuleList(
            nn.Sequential(nn.ReLU(), nn.Conv1d(a, b, 4, 2, 1), Block(b, config.dropout))
            for a, b in pairwise(widths)
        )
        self.stir = nn.Conv1d(widths[-1] + config.noise, widths[-1], 1)
        self.up = nn.ModuleList(
            nn.ConvTranspose1d(b, a, 2, 2)
            for a, b in zip(widths[-2::-1], widths[:0:-1], strict=True)
        )
        self.join = nn.ModuleList(
            nn.Sequential(nn.Conv1d(2 * a, a, 1), Block(a, config.dropout)) for a in widths[-2::-1]
        )
        size = max(table_size(layout.rows, c) for c in layout.chords)
        self.size: Final[int] = size
        self.drop = nn.Dropout(config.dropout)
        self.out = nn.Conv1d(widths[0], layout.tracks * size, 1)

    def forward(self, x: Tensor, noise: Tensor) -> Tensor:
        """Give the tables [N, V, T, K] for features [N, C, T] and noise [N, Z, T / 16]."""
        x = self.level(self.inward(x))
        skips = [x]
        for step in self.down:
            x = step(x)
            skips.append(x)
        x = self.stir(torch.cat([x, noise], 1))
        i = len(skips) - 2
        for rise, join in zip(self.up, self.join):  # noqa: B905 - TorchScript knows no strict
            x = join(torch.cat([rise(x), skips[i]], 1))
            i -= 1
        out: Tensor = self.out(self.drop(torch.relu(x)))
        return out.view(x.size(0), self.tracks, self.size, -1).transpose(2, 3)


class Critic(nn.Module):
    """Scores accompaniments of a melody, one score for every stretch of sixteen steps.

    It knows no normalisation: the gradient penalty is of single samples.
    """

    def __init__(self, layout: Layout, width: int) -> None:
        super().__init__()
        tracks = layout.tracks * (layout.rows + 1)
        melody = layout.inputs - layout.tracks * (layout.rows + 2)
        widths = (width, width, round(1.5 * width), 2 * width, 2 * width)
        self.inward = nn.Conv1d(tracks + melody, width, 1)
        self.down = nn.ModuleList(nn.Conv1d(a, b, 4, 2, 1) for a, b in pairwise(widths))
        self.out = nn.Conv1d(widths[-1], 1, 1)

    def forward(self, tracks: Tensor, melody: Tensor) -> Tensor:
        """Score tracks [N, V * (rows + 1), T] under melody features [N, C, T]: [N]."""
        x = self.inward(torch.cat([tracks, melody], 1))
        for step in self.down:
            x = step(nn.functional.leaky_relu(x, 0.2))
        scores: Tensor = self.out(nn.functional.leaky_relu(x, 0.2))
        return scores.mean((1, 2))
