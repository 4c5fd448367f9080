"""What a teacher of counterpoint forbids, as masks over candidate pitches."""

from typing import Final

import torch
from torch import Tensor, nn

from models.chorale.layout import PITCHES

_FORBIDDEN = -1.0e4


class VoiceLeading(nn.Module):
    """Lower the candidates that would make parallels, go out of range, or both."""

    forbidden: Final[float] = _FORBIDDEN
    limits: Tensor
    candidates: Tensor

    def __init__(self, ranges: list[tuple[int, int]], lowest: int) -> None:
        super().__init__()
        candidates = torch.arange(PITCHES)
        allowed = torch.stack(
            [(candidates + lowest >= low) & (candidates + lowest <= high) for low, high in ranges]
        )
        self.register_buffer("limits", (~allowed).float()[:, None] * _FORBIDDEN)
        self.register_buffer("candidates", candidates[None, :])
        # From beat to beat Bach allows himself some: nats, for fifths and for octaves.
        self.beat_fifths, self.beat_octaves = 0.6, 1.5

    def parallels(self, own: Tensor, now: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
        """Say which candidates make parallel (fifths, octaves or unisons), each [N, 64].

        `own` [N] is where the voice comes from, `before` and `now` [N, others] where the other
        voices come from and have gone to.
        """
        apart = (own[:, None] - before).abs() % 12
        moved = now - before
        step = (self.candidates - own[:, None])[:, None]
        interval = (self.candidates[:, None] - now[:, :, None]).abs() % 12
        alike = (interval == apart[:, :, None]) & (step * moved[:, :, None] > 0)
        fifths = alike & (apart == 7)[:, :, None]
        octaves = alike & (apart == 0)[:, :, None]
        return fifths.any(1), octaves.any(1)

    def forward(
        self, voice: int, own: Tensor, others: tuple[Tensor, Tensor, Tensor], on_beat: bool
    ) -> Tensor:
        """Score the candidates of voice 0..2 (alto, tenor, bass), [N, 64]: 0 is free.

        `own` [N, 2] is the voice in the frame and on the beat before; `others` are the other
        voices now, in the frame before and on the beat before, [N, others].
        """
        fifths, octaves = self.parallels(own[:, 0], others[0], others[1])
        score = (fifths | octaves) * self.forbidden + self.limits[voice]
        if on_beat:
            fifths, octaves = self.parallels(own[:, 1], others[0], others[2])
            score = score - fifths * self.beat_fifths - octaves * self.beat_octaves
        return score
