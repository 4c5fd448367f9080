"""What a teacher of counterpoint forbids, as prices of candidate pitches."""

import torch
from torch import Tensor, nn

from models.networks.chorale.layout import PITCHES

_FORBIDDEN = 1.0e4
_OCTAVE, _FIFTH = 0, 7  # intervals in semitones, octaves apart being the same


class VoiceLeading(nn.Module):
    """Price the candidates that would make parallels or go out of range.

    Views are made by unsqueeze and select: in TorchScript `x[:, None]` is twice as dear.
    """

    limits: Tensor
    candidates: Tensor
    frame_prices: Tensor
    beat_prices: Tensor

    def __init__(self, ranges: list[tuple[int, int]], lowest: int) -> None:
        super().__init__()
        candidates = torch.arange(PITCHES)
        pitches = candidates + lowest
        allowed = torch.stack([(pitches >= low) & (pitches <= high) for low, high in ranges])
        self.register_buffer("limits", (~allowed).float().unsqueeze(1) * -_FORBIDDEN)
        self.register_buffer("candidates", candidates.view(1, 1, -1))
        # What parallel motion costs in nats, by interval. From beat to beat Bach's
        # chorales have some.
        self.register_buffer("frame_prices", _prices(_FORBIDDEN, _FORBIDDEN))
        self.register_buffer("beat_prices", _prices(1.5, 0.6))

    def parallels(self, own: Tensor, now: Tensor, before: Tensor, prices: Tensor) -> Tensor:
        """Price each candidate's parallels, [N, 64].

        `own` [N, 1] is where the voice comes from, `before` and `now` [N, others] where the other
        voices come from and have gone to; `prices` [12] are those of the intervals.
        """
        apart = (own - before).abs() % 12
        step = self.candidates - own.unsqueeze(2)
        interval = (self.candidates - now.unsqueeze(2)).abs() % 12
        moved = (now - before).unsqueeze(2)
        alike = (interval == apart.unsqueeze(2)) & (step * moved > 0)
        return (alike * prices[apart].unsqueeze(2)).sum(1)

    def forward(
        self,
        voice: int,
        own: tuple[Tensor, Tensor],
        others: tuple[Tensor, Tensor, Tensor],
        on_beat: bool,
    ) -> Tensor:
        """Score the candidates of voice 0..2 (alto, tenor, bass), [N, 64]: 0 is free.

        `own` [N, 1] is the voice in the frame and on the beat before; `others` are the other
        voices now, in the frame before and on the beat before, [N, others].
        """
        price = self.parallels(own[0], others[0], others[1], self.frame_prices)
        if on_beat:
            price = price + self.parallels(own[1], others[0], others[2], self.beat_prices)
        return self.limits[voice] - price


def _prices(octave: float, fifth: float) -> Tensor:
    out = torch.zeros(12)
    out[_OCTAVE], out[_FIFTH] = octave, fifth
    return out
