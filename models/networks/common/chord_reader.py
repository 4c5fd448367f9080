"""Names the chord that sounds, in the TorchScript subset: the state of a vocabulary of chords."""

import torch
from torch import Tensor, nn

from models.networks.common.chord_templates import (
    COMPLETENESS,
    ROOTED,
    Quality,
    handicaps,
    kind_table,
    templates,
)


class ChordReader(nn.Module):
    """Find the state, `root * kinds + kind`, that fits what sounds."""

    templates: Tensor
    handicap: Tensor
    size: Tensor
    kind_of: Tensor
    symmetric: Tensor

    def __init__(self, qualities: tuple[Quality, ...], kinds: int) -> None:
        super().__init__()
        self.kinds = kinds
        self.completeness, self.rooted = COMPLETENESS, ROOTED
        self.register_buffer("templates", torch.tensor(templates(qualities)).flatten(0, 1).float())
        handicap = torch.tensor(handicaps(qualities)).float().expand(-1, 12).flatten()
        self.register_buffer("handicap", handicap)
        self.register_buffer("size", self.templates.sum(1))
        self.register_buffer("kind_of", torch.tensor(kind_table(qualities)))
        self.register_buffer("symmetric", torch.tensor([q.is_symmetric for q in qualities]))

    def forward(self, weights: Tensor, bass: Tensor) -> Tensor:
        """Name the chords of pitch classes that sound as long as `weights` [S, 12] over basses [S].

        Returns states [S], -1 where nothing sounds.
        """
        total = weights.sum(1, keepdim=True)
        fit = torch.matmul(weights / total.clamp(min=1e-6), (2 * self.templates - 1).t())
        there = torch.matmul((weights > 0).float(), self.templates.t())
        fit = fit + self.completeness * there / self.size - self.handicap
        root_of = torch.arange(fit.size(1), device=fit.device) % 12
        fit = fit + self.rooted * (root_of == bass.unsqueeze(1)).float()
        best = fit.argmax(1)
        quality = torch.div(best, 12, rounding_mode="floor")
        root = torch.where(self.symmetric[quality], bass, best % 12)
        states = root * self.kinds + self.kind_of[quality, (bass - root) % 12]
        return torch.where(total[:, 0] > 0, states, -1)
