"""A sense of key for the four-part network: pitch classes counted, keys guessed, all relative.

Everything is relative to the soprano's pitch class, so that a chorale teaches the same in any
key: what would need every transposition to be learnt is learnt once.
"""

import torch
from torch import Tensor, nn

from models.music.key import MAJOR_PROFILE, MINOR_PROFILE

CLASSES = 12
KEYS = 24  # twelve major, then twelve minor


class KeySense(nn.Module):
    """Guess the key from several counts of pitch classes, such as near and far."""

    shifts: Tensor

    def __init__(self, sources: int) -> None:
        super().__init__()
        # where it begins: the network changes them as it likes
        profiles = torch.tensor([MAJOR_PROFILE, MINOR_PROFILE])
        profiles = profiles - profiles.mean(1, keepdim=True)
        self.profiles = nn.Parameter(profiles / profiles.std(1, keepdim=True))
        self.weights = nn.Parameter(torch.ones(sources))
        self.certainty = nn.Parameter(torch.tensor(3.0))
        classes = torch.arange(CLASSES)
        self.register_buffer("shifts", (classes[None] - classes[:, None]) % CLASSES)

    def table(self) -> Tensor:
        """Lay the profiles out for every tonic, [12 classes, 24 keys], scaled by certainty."""
        keys: Tensor = self.profiles[:, self.shifts].flatten(0, 1)
        table: Tensor = keys.t() * self.certainty
        return table

    def forward(self, shares: Tensor, table: Tensor) -> Tensor:
        """Say how likely each key is, [..., 24], from shares [..., sources, 12]."""
        mixed: Tensor = (shares * self.weights.unsqueeze(1)).sum(-2)
        likely: Tensor = torch.softmax(torch.matmul(mixed, table), -1)
        return likely


def rolled(values: Tensor, by: Tensor) -> Tensor:
    """Roll each group of 12 in the last dimension so that class `by` [...] comes first."""
    # TorchScript's functions see no constants of the module
    groups = values.size(-1) // 12
    index = (by.unsqueeze(-1) + torch.arange(12, device=by.device)) % 12
    parts: Tensor = values.unflatten(-1, [groups, 12])
    return parts.gather(-1, index.unsqueeze(-2).expand(parts.shape)).flatten(-2)


def shares(counts: Tensor) -> Tensor:
    """Turn counts of pitch classes [..., 12] into shares; next to nothing heard stays near 0."""
    return counts / (counts.sum(-1, keepdim=True) + 1.0)
