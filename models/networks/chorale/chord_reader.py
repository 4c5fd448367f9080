"""Names the chord of frames that were played, as the planner was taught, in the TorchScript subset.

The same judgment as chord_states.slot_chords, which teaches it.
"""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.chord_states import KINDS, QUALITIES, TEMPLATES, handicaps, kind_table


class ChordReader(nn.Module):
    """Find the state of a beat from its frames."""

    kinds: Final[int] = KINDS
    templates: Tensor
    handicap: Tensor
    size: Tensor
    kind_of: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("templates", torch.tensor(TEMPLATES).flatten(0, 1).float())
        handicap = torch.tensor(handicaps()).float().expand(-1, 12).flatten()
        self.register_buffer("handicap", handicap)
        self.register_buffer("size", self.templates.sum(1))
        self.register_buffer("kind_of", torch.tensor(kind_table()))
        self.symmetric = [i for i, q in enumerate(QUALITIES) if q.is_symmetric]

    def forward(self, pitches: Tensor) -> int:
        """Name the chord of the frames [T, 4] of one beat, MIDI pitches."""
        early = torch.where(torch.arange(pitches.size(0)) < 2, 2.0, 1.0)
        ones = F.one_hot(pitches % 12, 12).float() * early[:, None, None]
        return self.named(ones.sum([0, 1]), int(ones[:, 3].sum(0).argmax()))

    def named(self, weights: Tensor, bass: int) -> int:
        """Name the chord of pitch classes that sound as long as `weights` [12] over a bass."""
        fit = torch.mv(2 * self.templates - 1, weights / weights.sum())
        there = torch.mv(self.templates, (weights > 0).float())
        fit = fit + 0.15 * there / self.size - self.handicap
        fit[bass::12] += 0.01
        best = int(fit.argmax())
        quality, root = best // 12, best % 12
        if quality in self.symmetric:
            root = bass
        return root * self.kinds + int(self.kind_of[quality, (bass - root) % 12])
