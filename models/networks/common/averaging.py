"""The running mean of weights that is exported instead of the last ones."""

from collections.abc import Callable

import torch
from torch import Tensor


def running_mean(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """Average weights over about 1 / (1 - decay) steps, and over fewer at the beginning."""

    def mix(mean: Tensor, weight: Tensor, averaged: Tensor | int) -> Tensor:
        count = float(averaged)
        kept = min(decay, (1 + count) / (10 + count))
        return torch.lerp(weight, mean, kept)

    return mix
