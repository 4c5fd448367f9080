"""Autoregressive CNN: a U-Net over the piano roll that says what a damaged melody was.

After DeepComposer's AR-CNN (a U-Net over 16ths x pitches that adds or removes cells until the roll
fits), with three changes. It answers in whole notes: for every sixteenth the probability that each
pitch begins there, that the note goes on, or that there is silence. It works a beat at a time
(space to depth), which makes it small. And it knows no absolute pitch: a row of the roll sees
how the pitch classes heard lie around it.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.arcnn.roll import CELLS, PITCHES, classes

_METRE = 8


@dataclass(frozen=True)
class ArCnnConfig:
    """Sizes of the network."""

    width: int = 40
    dropout: float = 0.15


class Block(nn.Module):
    """Two convolutions, the second beside a way past it."""

    def __init__(self, inside: int, outside: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Conv2d(inside, outside, 3, padding=1)
        self.second = nn.Conv2d(outside, outside, 3, padding=1)
        self.norm = nn.GroupNorm(4, outside)
        self.drop = nn.Dropout2d(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Go over [N, channels, beats, pitches]."""
        x = F.gelu(self.norm(self.first(x)))
        out: Tensor = x + F.gelu(self.second(self.drop(x)))
        return out


class Recall(nn.Module):
    """Attention over beats: what the roll holds where the melody does the same, at its pitch."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.asks = nn.Linear(2 * width, 2 * width)
        self.values = nn.Conv2d(width, width, 1)
        self.out = nn.Conv2d(width, width, 1)
        self.apart = nn.Embedding(129, heads)

    def forward(self, x: Tensor) -> Tensor:
        """Add what is recalled to [N, width, beats, pitches]."""
        n, c, t, p = x.shape
        seen = torch.cat([x.mean(3), x.amax(3)], 1).transpose(1, 2)
        query, key = self.asks(seen).chunk(2, 2)
        query = query.view(n, t, self.heads, -1).transpose(1, 2)
        key = key.view(n, t, self.heads, -1).transpose(1, 2)
        time = torch.arange(t, device=x.device)
        lag = (time[:, None] - time[None]).clamp(-64, 64) + 64
        score = query @ key.transpose(2, 3) / (c // self.heads) ** 0.5
        weight = torch.softmax(score + self.apart(lag).permute(2, 0, 1), 3)
        value = self.values(x).view(n, self.heads, c // self.heads, t, p)
        value = value.permute(0, 1, 3, 2, 4).reshape(n, self.heads, t, -1)
        drawn = (weight @ value).view(n, self.heads, t, c // self.heads, p)
        drawn = drawn.permute(0, 1, 3, 2, 4).reshape(n, c, t, p)
        out: Tensor = x + self.out(drawn)
        return out


class ArCnn(nn.Module):
    """Reads rolls, meter and what is certain; gives the log-probabilities of tokens."""

    def __init__(self, config: ArCnnConfig | None = None) -> None:
        super().__init__()
        config = config or ArCnnConfig()
        self.cells, self.pitches = CELLS, PITCHES
        a, b, c = config.width, 2 * config.width, 3 * config.width
        self.stem = nn.Conv2d(4 * CELLS, a, (3, 5), padding=(1, 2))
        self.time = nn.Linear(4 * (_METRE + 2), a)
        self.key = nn.Linear(36, a)
        self.down0 = Block(a, a, config.dropout)
        self.down1 = Block(a, b, config.dropout)
        self.down2 = Block(b, c, config.dropout)
        self.recall1 = Recall(b)
        self.recall0 = Recall(a)
        self.up1 = Block(b + c, b, config.dropout)
        self.up0 = Block(a + b, a, config.dropout)
        self.begins = nn.Conv2d(a, 4, 1)
        self.else_ = nn.Sequential(nn.Linear(2 * a, a), nn.GELU(), nn.Linear(a, 8))

    def forward(self, rolls: Tensor, meter: Tensor, certain: Tensor, inside: Tensor) -> Tensor:
        """Give log-probabilities [N, T, TOKENS] for rolls [N, 3, T, PITCHES], T whole beats.

        `meter` is [N, T, 8], `certain` and `inside` [N, T]: steps that are known to be right, and
        steps that belong to the melody (not padding).
        """
        n, _, steps, _ = rolls.shape
        beats = steps // 4
        x = rolls.view(n, self.cells, beats, 4, self.pitches).transpose(2, 3)
        x = x.reshape(n, 4 * self.cells, beats, self.pitches)
        timing = torch.cat([meter, certain[:, :, None], inside[:, :, None]], 2)
        timing = self.time(timing.view(n, beats, -1)).transpose(1, 2)[:, :, :, None]
        sure = (rolls[:, 0] * certain[:, :, None]).sum(1)
        heard = [classes(rolls[:, 0].sum(1)), classes(rolls[:, 1].sum(1)), classes(sure)]
        key = self.key(torch.cat(heard, 2) * 6.0).transpose(1, 2)[:, :, None, :]
        x0 = self.down0(F.gelu(self.stem(x) + timing + key))
        x1 = self.down1(F.avg_pool2d(padded(x0), 2))
        x2 = self.down2(F.avg_pool2d(padded(x1), 2))
        y = self.recall1(self.up1(torch.cat([x1, grown(x2, x1)], 1)))
        y = self.recall0(self.up0(torch.cat([x0, grown(y, x0)], 1)))
        begins = self.begins(y).transpose(1, 2).reshape(n, steps, self.pitches)
        seen = torch.cat([y.mean(3), y.amax(3)], 1).transpose(1, 2)
        others = self.else_(seen).view(n, steps, 2)
        return torch.log_softmax(torch.cat([begins, others], 2), 2)


def padded(x: Tensor) -> Tensor:
    """Make time even, so that it can be halved."""
    return F.pad(x, [0, 0, 0, x.size(2) % 2])


def grown(x: Tensor, like: Tensor) -> Tensor:
    """Double time and pitch, to the size of `like`."""
    return F.interpolate(x, scale_factor=2.0, mode="nearest")[:, :, : like.size(2)]
