"""Chance that can be repeated: numbers from a seed and a place, whatever was drawn before."""

import torch
from torch import Tensor


def uniforms(seed: int, frames: Tensor, each: int) -> Tensor:
    """Hash (seed, frame, cell) to numbers in (0, 1), [frames, each]: a counter-based generator."""
    mask = 0xFFFFFFFF
    salt = (seed * 0x9E3779B1) & mask
    x = (frames[:, None] + 0x100000) * 0x2C9277B5 + torch.arange(each)[None] * 0x5F356495
    x = (x ^ salt) & mask
    for _ in range(3):
        x = ((x >> 16) ^ x) * 0x45D9F3B & mask
    x = (x >> 16) ^ x
    # rounded to single precision the highest would be 1, whose Gumbel noise is infinite
    return (x.double() + 0.5).div(4294967296.0).float().clamp(max=0.9999999)


def gumbels(seed: int, frames: Tensor, each: int) -> Tensor:
    """Draw the noise that turns an argmax over logits into a draw from their distribution."""
    drawn: list[Tensor] = []
    for some in frames.split(64):  # the hash needs ten times the memory of what it gives
        drawn.append(-torch.log(-torch.log(uniforms(seed, some, each))))  # noqa: PERF401
    return torch.cat(drawn)


def normals(seed: int, places: Tensor, each: int) -> Tensor:
    """Draw from the normal distribution."""
    return torch.erfinv(uniforms(seed, places, each) * 2 - 1) * 1.4142135
