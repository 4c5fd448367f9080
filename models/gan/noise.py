"""Random numbers that depend on the seed and the place only, in the TorchScript subset."""

import torch
from torch import Tensor

from models.chance import gumbels, uniforms

__all__ = ["gumbels", "normals", "uniforms"]


def normals(seed: int, places: Tensor, each: int) -> Tensor:
    """Draw from the normal distribution."""
    return torch.erfinv(uniforms(seed, places, each) * 2 - 1) * 1.4142135
