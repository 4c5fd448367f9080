"""The training loop: steps, validation, checkpoints that resume, and the best weights kept."""

import pickle
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, pi
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel

from models.chorale.batches import losses, random_batch, validation_loss
from models.chorale.data import Chorale
from models.chorale.net import ChoraleConfig, ChoraleNet

CHECKPOINT_FORMAT = 1
# what torch.load raises on bytes that are no checkpoint
_UNREADABLE = (OSError, RuntimeError, EOFError, ValueError, struct.error, pickle.UnpicklingError)


class TrainingError(ValueError):
    """Training cannot begin or go on, for a reason that the user can mend."""


@dataclass(frozen=True)
class TrainingPlan:
    """How long and how fast to train; exactly one of `minutes` and `epochs` is set."""

    minutes: float | None = None
    epochs: float | None = None
    batch_size: int = 32
    crop_steps: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    averaging: float = 0.99
    warmup: float = 0.03
    seed: int = 0
    validate_every: int = 50
    config: ChoraleConfig = field(default_factory=ChoraleConfig)

    def rate(self, progress: float) -> float:
        """Learning rate at `progress` 0..1: warm up, then fall along a cosine."""
        if progress < self.warmup:
            return self.learning_rate * (0.05 + 0.95 * progress / self.warmup)
        rest = min((progress - self.warmup) / (1 - self.warmup), 1.0)
        return self.learning_rate * (0.01 + 0.99 * (1 + cos(pi * rest)) / 2)


@dataclass(frozen=True)
class Progress:
    """One line of the log: losses in nats a note (or a re-strike decision)."""

    step: int
    epoch: float
    fraction: float
    seconds: float
    train_loss: float
    valid_loss: float
    valid_restrike: float
    best: bool


class Trainer:
    """Train a ChoraleNet on chorales; state lives in `folder`/checkpoint.pt and best.pt."""

    def __init__(
        self,
        train: Sequence[Chorale],
        valid: Sequence[Chorale],
        folder: Path,
        plan: TrainingPlan,
    ) -> None:
        if not any(len(p) >= plan.crop_steps for p in train):
            raise TrainingError(
                f"no training piece is {plan.crop_steps / 4:g} beats long or longer"
            )
        self.train, self.valid, self.folder, self.plan = train, valid, folder, plan
        torch.manual_seed(plan.seed)
        self.random = np.random.default_rng(plan.seed)
        self.net = ChoraleNet(plan.config)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), plan.learning_rate, weight_decay=plan.weight_decay
        )
        # The running mean of the weights generalises better than the last ones (Polyak).
        self.mean = AveragedModel(self.net, avg_fn=running_mean(plan.averaging))
        self.step, self.seconds, self.best = 0, 0.0, float("inf")
        self.steps_per_epoch = sum(len(p) for p in train) / (plan.batch_size * plan.crop_steps)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def fraction(self) -> float:
        """Share of the training that is done, 0..1."""
        if self.plan.minutes is not None:
            return min(self.seconds / (60 * self.plan.minutes), 1.0)
        return min(self.step / (self.steps_per_epoch * (self.plan.epochs or 1)), 1.0)

    def run(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Progress]:
        """Train to the end of the plan (or until `stop`), yielding at each validation."""
        self.net.train()
        total, count = 0.0, 0
        while self.fraction < 1 and not stop():
            began = time.perf_counter()
            total, count = total + self._step(), count + 1
            self.seconds += time.perf_counter() - began
            if self.step % self.plan.validate_every == 0 or self.fraction >= 1:
                yield self._validate(total / count)
                total, count = 0.0, 0
        if count:
            yield self._validate(total / count)

    def _step(self) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate(self.fraction)
        batch = random_batch(self.train, self.random, self.plan.batch_size, self.plan.crop_steps)
        notes, again = losses(self.net, batch)
        self.optimiser.zero_grad()
        (notes + 0.3 * again).backward()
        norm = torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        if not torch.isfinite(norm):
            raise TrainingError(
                f"the loss is no longer a number at step {self.step}: "
                "go on from the last checkpoint with --resume and a lower --learning-rate"
            )
        self.optimiser.step()
        self.mean.update_parameters(self.net)
        self.step += 1
        return float(notes.detach())

    def _validate(self, train_loss: float) -> Progress:
        net = cast(ChoraleNet, self.mean.module)
        notes, again = validation_loss(net, self.valid)
        best = notes < self.best
        self.best = min(self.best, notes)
        if best:
            write_atomically(self.folder / "best.pt", {"weights": net.state_dict()})
        self.save()
        epoch = self.step / self.steps_per_epoch
        return Progress(
            self.step, epoch, self.fraction, self.seconds, train_loss, notes, again, best
        )

    def save(self) -> None:
        """Write the checkpoint: weights, optimiser, random states and place in the plan."""
        state = {
            "format": CHECKPOINT_FORMAT,
            "config": self.plan.config.to_dict(),
            "weights": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "torch_random": torch.get_rng_state(),
            "numpy_random": self.random.bit_generator.state,
            "step": self.step,
            "seconds": self.seconds,
            "best": self.best,
        }
        write_atomically(self.folder / "checkpoint.pt", state)

    def resume(self) -> None:
        """Go on from the checkpoint in the folder; TrainingError if there is none that fits."""
        path = self.folder / "checkpoint.pt"
        state = read_checkpoint(path)
        try:
            self._restore(state)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise TrainingError(
                f"{path} is of another version or size of network ({error!r:.80}): "
                "begin anew under another --name"
            ) from error

    def _restore(self, state: dict[str, Any]) -> None:
        if state["format"] != CHECKPOINT_FORMAT:
            raise ValueError(f"format {state['format']}")
        self.net.load_state_dict(state["weights"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["torch_random"])
        self.random.bit_generator.state = state["numpy_random"]
        self.step, self.seconds, self.best = state["step"], state["seconds"], state["best"]

    def best_net(self) -> ChoraleNet:
        """Return the network with the weights of the lowest validation loss."""
        net = ChoraleNet(self.plan.config)
        net.load_state_dict(read_checkpoint(self.folder / "best.pt")["weights"])
        return net.eval()


def running_mean(
    decay: float,
) -> Callable[[torch.Tensor, torch.Tensor, torch.Tensor | int], torch.Tensor]:
    """Average weights over about 1 / (1 - decay) steps, and over fewer at the beginning."""

    def mix(mean: torch.Tensor, weight: torch.Tensor, averaged: torch.Tensor | int) -> torch.Tensor:
        count = float(averaged)
        kept = min(decay, (1 + count) / (10 + count))
        return torch.lerp(weight, mean, kept)

    return mix


def write_atomically(path: Path, state: dict[str, Any]) -> None:
    """Save by a temporary file and a rename, so that a crash leaves the old file whole."""
    temporary = path.with_suffix(".tmp")
    try:
        torch.save(state, temporary)
        temporary.replace(path)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        temporary.unlink(missing_ok=True)
        raise TrainingError(
            f"cannot write {path} ({_first_line(error)}): make room and go on with --resume"
        ) from error


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Load a checkpoint's plain tensors and numbers; TrainingError if that is impossible."""
    try:
        state = torch.load(path, weights_only=True)
    except FileNotFoundError:
        raise TrainingError(f"no checkpoint to resume from at {path}") from None
    except _UNREADABLE as error:
        raise TrainingError(
            f"the checkpoint {path} cannot be read ({_first_line(error)})"
        ) from error
    if not isinstance(state, dict):
        raise TrainingError(f"{path} is not a checkpoint of Continuo")
    return state


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
