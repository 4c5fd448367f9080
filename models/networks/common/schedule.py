"""The course of a learning rate: up, then down along half a cosine."""

from math import cos, pi


def warmed_cosine(highest: float, warmup: float, progress: float) -> float:
    """Give the rate at `progress` 0..1 of a training whose first `warmup` goes up to `highest`."""
    if progress < warmup:
        return highest * (0.05 + 0.95 * progress / warmup)
    rest = min((progress - warmup) / (1 - warmup), 1.0)
    return highest * (0.01 + 0.99 * (1 + cos(pi * rest)) / 2)
