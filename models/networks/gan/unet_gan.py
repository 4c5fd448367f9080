"""DeepComposer's U-Net generator and its critic, over time with pitches as channels."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.gan.chain import begin_quiet, table_size
from models.networks.gan.layout import Layout

STRIDE = 16  # steps to which the network narrows; windows are a multiple of it


@dataclass(frozen=True)
class UNetConfig:
    """Sizes of generator and critic."""

    width: int = 96
    widest: int = 192
    noise: int = 32
    dropout: float = 0.4  # 236 chorales are soon learnt by heart
    input_dropout: float = 0.15
    critic_width: int = 128

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


class Intervals(nn.Module):
    """Adds to a track's rows what its table says of their distances to the other voices.

    So thirds, crossings and doublings are learnt once for all pitches. A voice that is not known,
    rests, or plays chords or drums adds nothing.
    """

    far: Final[int] = 30  # greater distances count as this
    span: Final[int] = 61
    tracks: Final[int]
    rows: Final[int]
    melody_rows: Final[int]
    spoken: list[bool]
    bases: list[int]
    steps: Tensor

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.tracks, self.rows = layout.tracks, layout.rows
        self.melody_rows = layout.melody_rows
        mute = [c or d for c, d in zip(layout.chords, layout.drums, strict=True)]
        self.spoken = [True, *(not m for m in mute)]
        # the pitch of row 0 of the melody and of every track
        self.bases = [layout.melody_low, *layout.lows]
        self.first = layout.inputs - layout.tracks * (layout.rows + 2)
        self.register_buffer("steps", torch.arange(layout.rows))

    @property
    def size(self) -> int:
        """How many numbers a track's table needs: the melody and each other track have a part."""
        return self.tracks * self.span

    def forward(self, x: Tensor, track: int, table: Tensor) -> Tensor:
        """Give [N, T, rows] for the features [N, C, T] and the table [N, T, size] of a track."""
        total = torch.zeros(1, device=x.device)
        part = 0
        for voice in range(self.tracks + 1):
            if voice != track + 1:
                if self.spoken[voice] and self.spoken[track + 1]:
                    scores = table[:, :, part * self.span : (part + 1) * self.span]
                    total = total + self.heard(x, voice, track, scores)
                part += 1
        return total

    def heard(self, x: Tensor, voice: int, track: int, scores: Tensor) -> Tensor:
        """Score the rows of a track by their distance to one voice, 0 melody, 1.. the tracks."""
        if voice == 0:
            roll = x[:, : self.melody_rows]
        else:
            begin = self.first + (voice - 1) * (self.rows + 2)
            roll = x[:, begin : begin + self.rows]
        row = roll.argmax(1)[:, :, None] + (self.bases[voice] - self.bases[track + 1])
        apart = (self.steps[None, None] - row).clamp(-self.far, self.far) + self.far
        known = (roll.amax(1) > 0)[:, :, None]
        return scores.gather(2, apart) * known


class UNetGenerator(nn.Module):
    """Melody, what is known of the tracks, and noise: to a table for every track and step."""

    tracks: Final[int]
    noise: Final[int]
    size: Final[int]
    rows: Final[int]
    intervals_size: Final[int]

    def __init__(self, layout: Layout, config: UNetConfig) -> None:
        super().__init__()
        self.tracks, self.noise = layout.tracks, config.noise
        widths = config.widths
        self.input_drop = nn.Dropout(config.input_dropout)
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
        self.size = max(table_size(layout.rows, c) for c in layout.chords)
        self.rows = layout.rows
        self.drop = nn.Dropout(config.dropout)
        self.intervals = Intervals(layout)
        self.intervals_size = self.intervals.size
        self.out = nn.Linear(widths[0], layout.tracks * (self.size + self.intervals_size))
        for track in range(layout.tracks):
            if layout.chords[track]:
                begin_quiet(self.out.bias.view(layout.tracks, -1)[track], layout.rows)

    def forward(self, x: Tensor, noise: Tensor) -> Tensor:
        """Give the tables [N, V, T, K] for features [N, C, T] and noise [N, Z, T / 16]."""
        inner = self.inner(x, noise)
        return torch.stack([self.table(x, inner, t) for t in range(self.tracks)], 1)

    def one(self, x: Tensor, noise: Tensor, track: int) -> Tensor:
        """Give the tables [N, T, K] of one track only."""
        return self.table(x, self.inner(x, noise), track)

    def inner(self, x: Tensor, noise: Tensor) -> Tensor:
        """Walk down to bars, stir in the noise, and up again: [N, C, T]."""
        inner = self.level(self.inward(self.input_drop(x)))
        skips = [inner]
        for step in self.down:
            inner = step(inner)
            skips.append(inner)
        inner = self.stir(torch.cat([inner, noise], 1))
        i = len(skips) - 2
        for rise, join in zip(self.up, self.join):  # noqa: B905 - TorchScript knows no strict
            inner = join(torch.cat([rise(inner), skips[i]], 1))
            i -= 1
        out: Tensor = self.drop(torch.relu(inner))
        return out

    def table(self, x: Tensor, inner: Tensor, track: int) -> Tensor:
        """Read the tables [N, T, K] of a track off the innermost layer."""
        size = self.size + self.intervals_size
        part = slice(track * size, (track + 1) * size)
        out = F.linear(inner.transpose(1, 2), self.out.weight[part], self.out.bias[part])
        own = out[:, :, : self.rows] + self.intervals(x, track, out[:, :, self.size :])
        return torch.cat([own, out[:, :, self.rows : self.size]], 2)


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
