"""The random field over plans: how likely a given one is, and the messages that sample one."""

import torch
from torch import Tensor


def path_score(
    emissions: Tensor, table: Tensor, stays: Tensor, states: Tensor, there: Tensor
) -> Tensor:
    """Score given plans [N, S] (whatever stands beyond `there` [N, S] does not count): [N]."""
    own = emissions.gather(2, states.unsqueeze(2)).squeeze(2) * there
    moved = table[states[:, :-1], states[:, 1:]]
    moved = moved + stays[:, 1:] * (states[:, 1:] == states[:, :-1])
    return own.sum(1) + (moved * there[:, 1:]).sum(1)


def log_partition(emissions: Tensor, table: Tensor, stays: Tensor, there: Tensor) -> Tensor:
    """Sum the scores of all plans, in logarithms, [N], for emissions [N, S, states]."""
    top = table.max()
    going = (table - top).exp()
    own = going.diagonal()
    alpha = emissions[:, 0]
    for s in range(1, emissions.size(1)):
        peak = alpha.max(1, keepdim=True)[0]
        weight = (alpha - peak).exp()
        staying = weight * own * (stays[:, s : s + 1].exp() - 1)
        total = (weight @ going + staying).clamp(min=1e-30).log() + peak + top + emissions[:, s]
        alpha = torch.where(there[:, s : s + 1] > 0, total, alpha)
    return alpha.logsumexp(1)
