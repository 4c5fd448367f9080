"""Wasserstein losses with a gradient penalty: what the critic and the generator pay."""

from collections.abc import Callable

import torch
from torch import Tensor

Score = Callable[[Tensor], Tensor]  # accompaniments [N, ...] to scores [N], the melody held fixed


def gradient_penalty(critic: Score, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Punish a critic whose slope between real and fake is not 1; `mix` [N] is where, 0..1.

    The slope is that by the accompaniment only: the melody is a condition and stays as it is.
    """
    share = mix.view(-1, *([1] * (real.dim() - 1)))
    between = torch.lerp(fake, real, share).detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    length = slope.flatten(1).square().sum(1).add(1e-12).sqrt()
    return (length - 1).square().mean()


def critic_loss(critic: Score, real: Tensor, fake: Tensor) -> Tensor:
    """The negative estimate of the Wasserstein distance."""
    return critic(fake).mean() - critic(real).mean()


def generator_loss(critic: Score, fake: Tensor) -> Tensor:
    """What a generator pays for being found out."""
    return -critic(fake).mean()
