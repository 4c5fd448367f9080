"""Random numbers that depend on the seed and the place only, in the TorchScript subset."""

import torch
from torch import Tensor


def uniforms(seed: int, places: Tensor, each: int) -> Tensor:
    """Hash (seed, place, cell) to numbers in (0, 1), [places, each]."""
    mask = 0xFFFFFFFF
    salt = (seed * 0x9E3779B1) & mask
    x = (places[:, None] + 0x100000) * 0x2C9277B5 + torch.arange(each)[None] * 0x5F356495
    x = (x ^ salt) & mask
    for _ in range(3):
        x = ((x >> 16) ^ x) * 0x45D9F3B & mask
    x = (x >> 16) ^ x
    return (x.double() + 0.5).div(4294967296.0).float()


def gumbels(seed: int, places: Tensor, each: int) -> Tensor:
    """Draw Gumbel noise: added to logits, the highest of them is a fair draw."""
    return -torch.log(-torch.log(uniforms(seed, places, each)))


def normals(seed: int, places: Tensor, each: int) -> Tensor:
    """Draw from the normal distribution."""
    return torch.erfinv(uniforms(seed, places, each) * 2 - 1) * 1.4142135
