"""MuseGAN's track-conditional generator: shared and private latents through time, then bars.

A latent for the whole window and one that moves from bar to bar, each shared by all tracks and
private to every one, make a code for every bar of every track; the track's own bar generator grows
it into sixteenths, joined at every size by the melody's encoder. The melody itself is never made.
"""

from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn

from models.networks.gan.chain import begin_quiet, table_size
from models.networks.gan.layout import Layout


@dataclass(frozen=True)
class MuseConfig:
    """Sizes; MuseGAN's latent of 128 is shared out in four."""

    latent: int = 128
    width: int = 96
    dropout: float = 0.4
    critic_width: int = 128


class TemporalGenerator(nn.Module):
    """Turns a latent for each bar into a path through the bars, by looking at the neighbours."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(size, size, 3, padding=1)
        self.second = nn.Conv1d(size, size, 3, padding=1)

    def forward(self, noise: Tensor) -> Tensor:
        """Map [N, Z, bars] to [N, Z, bars]."""
        out: Tensor = self.second(torch.relu(self.first(noise)))
        return out


class MuseMelodyEncoder(nn.Module):
    """Reads the condition track at five sizes, from sixteenths to bars."""

    def __init__(self, channels: int, width: int, dropout: float) -> None:
        super().__init__()
        self.input_drop = nn.Dropout(dropout / 2)
        self.inward = nn.Conv1d(channels, width, 5, padding=2)
        self.drop = nn.Dropout(dropout)
        self.down = nn.ModuleList(nn.Conv1d(width, width, 4, 2, 1) for _ in range(4))

    def forward(self, melody: Tensor) -> list[Tensor]:
        """Give [N, C, T], [N, C, T / 2] ... [N, C, T / 16]."""
        x = torch.relu(self.inward(self.input_drop(melody)))
        sizes = [x]
        for step in self.down:
            x = torch.relu(step(self.drop(x)))
            sizes.append(x)
        return sizes


class BarGenerator(nn.Module):
    """Grows the code of each bar of one track into sixteenths, beside the encoded melody."""

    def __init__(self, latent: int, width: int, size: int, dropout: float) -> None:
        super().__init__()
        self.inward = nn.Conv1d(latent + width, width, 3, padding=1)
        self.up = nn.ModuleList(nn.ConvTranspose1d(width, width, 2, 2) for _ in range(4))
        self.join = nn.ModuleList(nn.Conv1d(2 * width, width, 3, padding=1) for _ in range(4))
        self.drop = nn.Dropout(dropout)
        self.out = nn.Conv1d(width, size, 1)

    def forward(self, code: Tensor, sizes: list[Tensor]) -> Tensor:
        """Map codes [N, Z, bars] to tables [N, K, T]."""
        x = torch.relu(self.inward(torch.cat([code, sizes[4]], 1)))
        i = 3
        for up, join in zip(self.up, self.join):  # noqa: B905 - TorchScript knows no strict
            x = torch.relu(join(torch.cat([up(x), sizes[i]], 1)))
            i -= 1
        out: Tensor = self.out(self.drop(x))
        return out


class MuseGenerator(nn.Module):
    """Melody and noise to a table for every track and step; what else is known it cannot hear."""

    noise: Final[int]
    heard: Final[int]
    part: Final[int]

    def __init__(self, layout: Layout, config: MuseConfig) -> None:
        super().__init__()
        self.part = config.latent // 4
        # per bar: shared and private latents, still and moving
        self.noise = 2 * self.part * (1 + layout.tracks)
        self.heard = layout.inputs - layout.tracks * (layout.rows + 2)
        size = max(table_size(layout.rows, c) for c in layout.chords)
        self.shared = TemporalGenerator(self.part)
        self.private = nn.ModuleList(TemporalGenerator(self.part) for _ in range(layout.tracks))
        self.encoder = MuseMelodyEncoder(self.heard, config.width, config.dropout)
        self.bars = nn.ModuleList(
            BarGenerator(4 * self.part, config.width, size, config.dropout)
            for _ in range(layout.tracks)
        )
        for bar, chords in zip(self.bars, layout.chords, strict=True):
            bias = cast(BarGenerator, bar).out.bias
            if chords and bias is not None:
                begin_quiet(bias, layout.rows)

    def forward(self, x: Tensor, noise: Tensor) -> Tensor:
        """Give the tables [N, V, T, K] for features [N, C, T] and noise [N, Z, T / 16]."""
        sizes = self.encoder(x[:, : self.heard])
        parts = noise.split(self.part, 1)
        still = parts[0][:, :, :1].expand(-1, -1, noise.size(2))
        shared = torch.cat([still, self.shared(parts[1])], 1)
        out: list[Tensor] = []
        i = 2
        for private, bar in zip(self.private, self.bars):  # noqa: B905 - TorchScript
            own = parts[i][:, :, :1].expand(-1, -1, noise.size(2))
            code = torch.cat([shared, own, private(parts[i + 1])], 1)
            out.append(bar(code, sizes))
            i += 2
        return torch.stack(out, 1).transpose(2, 3)

    def one(self, x: Tensor, noise: Tensor, track: int) -> Tensor:
        """Give the tables [N, T, K] of one track only."""
        return self.forward(x, noise)[:, track]
