"""What learners of one network share: optimiser, running mean of the weights, what ships."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Generic, Protocol, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from models.networks.common.averaging import running_mean
from models.networks.common.controls import METERS
from models.networks.common.export import round_weights
from models.networks.common.schedule import warmed_cosine
from models.training.compute import Compute

_LONGEST_GRADIENT = 1.0
Net = TypeVar("Net", bound=nn.Module)


class Schedule(Protocol):
    """What every plan of a training says of its steps."""

    @property
    def learning_rate(self) -> float:
        """The highest rate of the training."""

    @property
    def warmup(self) -> float:
        """The share 0..1 of the training in which the rate goes up."""

    @property
    def weight_decay(self) -> float:
        """How much of each weight AdamW takes away, as a share of the rate."""

    @property
    def averaging(self) -> float:
        """How much of the running mean stays at a step, 0..1."""


def check_plan(plan: Schedule, *counts: str) -> None:
    """Raise ValueError unless a plan's shares lie between 0 and 1, its `counts` at 1 or above."""
    for name in counts:
        if getattr(plan, name) < 1:
            raise ValueError(f"{name} must be at least 1, got {getattr(plan, name)}")
    for name in ("averaging", "warmup"):
        if not 0 < getattr(plan, name) < 1:
            raise ValueError(f"{name} must be between 0 and 1, got {getattr(plan, name)}")


class AveragedLearner(Generic[Net]):
    """One network that learns by AdamW, judged and shipped by the running mean of its weights.

    The running mean generalises better than the last weights (Polyak & Juditsky 1992).
    """

    def __init__(
        self,
        net: Net,
        compute: Compute,
        schedule: Schedule,
        betas: tuple[float, float] = (0.9, 0.999),
    ) -> None:
        self.net = net.to(compute.device)
        self.compute = compute
        self.schedule = schedule
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), schedule.learning_rate, betas, weight_decay=schedule.weight_decay
        )
        self.mean = AveragedModel(self.net, avg_fn=running_mean(schedule.averaging))
        self.modules: Mapping[str, nn.Module] = {"net": self.net, "mean": self.mean}
        self.optimisers = {"net": self.optimiser}

    def begin_step(self, progress: float) -> None:
        """Make the network ready to learn at `progress` 0..1 of the training."""
        self.net.train()
        rate = warmed_cosine(self.schedule.learning_rate, self.schedule.warmup, progress)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def descend(self, loss: Tensor) -> bool:
        """Take one step down `loss`; False, with nothing learnt, if its gradient is not finite."""
        self.optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.net.parameters(), _LONGEST_GRADIENT)
        if not torch.isfinite(norm):
            return False
        self.optimiser.step()
        self.mean.update_parameters(self.net)
        return True

    @property
    def mean_net(self) -> Net:
        """The network with the running mean of the weights."""
        return cast(Net, self.mean.module)

    def best(self) -> Mapping[str, nn.Module]:
        """Give the running mean."""
        return {"net": self.mean_net}

    def shipped_net(self) -> Net:
        """Copy the running mean, its weights rounded as they are shipped."""
        net = deepcopy(self.mean_net).cpu().eval()
        round_weights(net)
        return net

    def meters(self) -> tuple[str, ...]:
        """List the meters that it knows: places in bars of any length are learnt."""
        return METERS
