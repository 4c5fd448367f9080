"""Transformer over the notes of a melody, with relative attention and a memory of keys and values.

Relative attention after Huang et al. (Music Transformer, 2018), but in music's own distances:
how many notes ago, how many sixteenths ago, and whether that was whole bars ago. Each position also
hears what was played one, two, four and eight bars before the onset that comes next.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.networks.transformer.events import LENGTHS, PITCHES, RESTS, SIZES

_FAR = 192  # notes
_LONG = 512  # sixteenths
_BARS = 34


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes of the network."""

    width: int = 128
    layers: int = 4
    heads: int = 4
    dropout: float = 0.15


class Layer(nn.Module):
    """Attention and a feed-forward part, each beside a way past it, normalised before."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.norm = nn.LayerNorm(width)
        self.into = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.then = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(4 * width, width),
        )
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, bias: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Go on from the keys and values remembered, [2, N, heads, before, each]."""
        n, t, width = x.shape
        each = self.into(self.norm(x)).view(n, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        memory = torch.cat([memory, each[1:]], 3)
        score = each[0] @ memory[0].transpose(2, 3) / (width // self.heads) ** 0.5
        drawn = torch.softmax(score + bias, 3) @ memory[1]
        x = x + self.drop(self.out(drawn.transpose(1, 2).reshape(n, t, width)))
        out: Tensor = x + self.drop(self.then(x))
        return out, memory


class Melodist(nn.Module):
    """The network: features of positions in, what comes next out."""

    offsets: Tensor

    def __init__(self, config: TransformerConfig | None = None) -> None:
        super().__init__()
        config = config or TransformerConfig()
        width = config.width
        self.width, self.heads = width, config.heads
        self.pitches = PITCHES
        self.far, self.long, self.whole = _FAR, _LONG, _BARS
        self.told = nn.Embedding(sum(SIZES), width)
        nn.init.normal_(self.told.weight, std=0.25)
        starts = torch.tensor((0, *SIZES[:-1])).cumsum(0)
        self.register_buffer("offsets", starts)
        self.ago = nn.Embedding(_FAR + 1, config.heads)
        self.since = nn.Embedding(_LONG + 1, config.heads)
        self.bars = nn.Embedding(_BARS + 1, config.heads)
        for table in (self.ago, self.since, self.bars):
            nn.init.normal_(table.weight, std=0.02)
        self.drop = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList([Layer(config) for _ in range(config.layers)])
        self.norm = nn.LayerNorm(width)
        self.pitch = nn.Linear(width, PITCHES)
        self.move = nn.Linear(width, 2 * PITCHES)
        self.chosen = nn.Embedding(PITCHES + 50, width)
        self.length = nn.Sequential(
            nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, len(LENGTHS))
        )
        self.held = nn.Embedding(len(LENGTHS), width)
        self.rest = nn.Sequential(
            nn.Linear(2 * width, width // 2), nn.GELU(), nn.Linear(width // 2, len(RESTS))
        )

    def bias(self, onset: Tensor, bar: Tensor, count: int) -> Tensor:
        """Weigh the past by its distance, [N, heads, count, T]; onset, bar [N, T]."""
        here = onset[:, -count:, None]
        number = torch.arange(onset.size(1), device=onset.device)
        ago = number[-count:, None] - number[None]
        since = (here - onset[:, None]).clamp(0, self.long)
        length = bar[:, -count:, None]
        whole = torch.where(
            since % length == 0, (since // length).clamp(max=self.whole - 1), self.whole
        )
        score = self.ago(ago.clamp(0, self.far))[None] + self.since(since) + self.bars(whole)
        masked: Tensor = score.masked_fill((ago < 0)[None, :, :, None], -1e9).permute(0, 3, 1, 2)
        return masked

    def forward(
        self, features: Tensor, onset: Tensor, bar: Tensor, memory: list[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Read `features` [N, t, FEATURES], the last t of positions with `onset`, `bar` [N, T].

        Returns [N, t, width] and the memory, longer by t; `memory` is what was returned for the
        positions before (see `empty`).
        """
        x = self.drop(self.told(features + self.offsets).sum(2))
        bias = self.bias(onset, bar, features.size(1))
        out: list[Tensor] = []
        for i, layer in enumerate(self.layers):
            x, kept = layer(x, bias, memory[i])
            out.append(kept)
        return self.norm(x), out

    def empty(self, count: int) -> list[Tensor]:
        """Give the memory before the first position."""
        each = self.width // self.heads
        place = self.offsets.device
        return [torch.zeros(2, count, self.heads, 0, each, device=place) for _ in self.layers]

    def pitch_logits(self, x: Tensor, last: Tensor) -> Tensor:
        """Score the next pitch, [..., PITCHES]: by itself, and by its distance from the last."""
        where = (
            torch.arange(self.pitches, device=x.device)
            - last.clamp(max=self.pitches - 1)[..., None]
        )
        out: Tensor = self.pitch(x) + self.move(x).gather(-1, where + self.pitches)
        return out

    def length_logits(self, x: Tensor, pitch: Tensor, last: Tensor) -> Tensor:
        """Score the next note's length, given its pitch."""
        move = (pitch - last).clamp(-24, 24) + 24 + self.pitches
        move = torch.where(last >= self.pitches, self.pitches + 49, move)
        out: Tensor = self.length(torch.cat([x, self.chosen(pitch) + self.chosen(move)], -1))
        return out

    def rest_logits(self, x: Tensor, length: Tensor) -> Tensor:
        """Score the rest after it, given its length."""
        out: Tensor = self.rest(torch.cat([x, self.held(length)], -1))
        return out
