"""Where and in what company a training computes: device, mixed precision, processes."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn


@dataclass(frozen=True)
class Compute:
    """One process of `count`, on one device."""

    device: torch.device = torch.device("cpu")  # noqa: RUF009 - a torch.device never changes
    rank: int = 0
    count: int = 1
    mixed: bool = False

    def autocast(self) -> AbstractContextManager[Any]:
        """Compute in bfloat16 where that is safe, if asked for; it needs no loss scaling."""
        if not self.mixed:
            return nullcontext()
        return torch.autocast(self.device.type, torch.bfloat16)

    def share(self, size: int) -> slice:
        """Say which part of a batch of `size` is this process's own."""
        return slice(size * self.rank // self.count, size * (self.rank + 1) // self.count)

    def wrap(self, module: nn.Module) -> nn.Module:
        """Let a module average its gradients over all processes.

        Wrap a module whose forward returns the loss: DistributedDataParallel hooks into backward.
        """
        if self.count == 1:
            return module
        return nn.parallel.DistributedDataParallel(module)
