"""The training loop: steps, validation, checkpoints that resume, and the best weights kept."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import inf, isfinite
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import torch

from models.music.clip import Composition
from models.training.checkpoint import (
    BEST,
    CHECKPOINT,
    CHECKPOINT_FORMAT,
    State,
    read_checkpoint,
    write_checkpoint,
)
from models.training.compute import Compute
from models.training.distributed import from_first, gathered, largest, mean
from models.training.errors import TrainingError
from models.training.learner import Learner, never

VALIDATION_SHARE = 0.25  # of the time: on many pieces a validation can take longer than 25 steps
_LAST_LOOK_SECONDS = 2.0  # of the processor's time
CHOSEN_BY = "loss"  # the validation figure that tells the best weights
_MISFITS = (KeyError, TypeError, ValueError, RuntimeError)  # what loading foreign weights raises


@dataclass(frozen=True)
class TrainingPlan:
    """How long to train: `minutes` or `epochs`, or both and then whichever is over first.

    `patience` is the number of validations without a better one after which it ends as well.
    `options` (the learner's hyperparameters) and `seed` are kept for those who resume.
    """

    minutes: float | None = None
    epochs: float | None = None
    seed: int = 0
    validate_every: int = 50
    patience: int | None = None
    options: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.minutes is None and self.epochs is None:
            raise TrainingError("say how long to train: minutes, epochs or both")
        if self.validate_every < 1:
            raise TrainingError(f"validate_every must be at least 1, got {self.validate_every}")

    def fraction(self, seconds: float, epochs: float) -> float:
        """Share of the training that is done, 0..1."""
        by_time = seconds / (60 * self.minutes) if self.minutes is not None else 0.0
        by_data = epochs / self.epochs if self.epochs is not None else 0.0
        return min(max(by_time, by_data), 1.0)


@dataclass(frozen=True)
class Progress:
    """What is known at a validation: mean losses since the last one, validation figures, rates."""

    step: int
    epoch: float
    fraction: float
    seconds: float
    losses: Mapping[str, float]
    valid: Mapping[str, float]
    rates: Mapping[str, float]
    best: bool

    @property
    def seconds_left(self) -> float:
        """How long the rest will take at the speed so far."""
        return self.seconds * (1 / self.fraction - 1) if self.fraction else inf


class Trainer:
    """Teaches a learner; its state lives in `folder`/checkpoint.pt and best.pt."""

    def __init__(
        self,
        learner: Learner,
        folder: Path,
        plan: TrainingPlan,
        compute: Compute | None = None,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.learner, self.folder, self.plan = learner, folder, plan
        self.compute = compute or Compute()
        self._now = now
        self.random = np.random.default_rng(plan.seed)
        self.step, self.seconds, self.fraction = 0, 0.0, 0.0
        self.best, self.since_best = inf, 0
        self._validating_seconds = 0.0
        self._stop: Callable[[], bool] = never
        if self.compute.rank == 0:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise TrainingError(f"cannot make the folder {folder}: {error.strerror}") from error

    @property
    def epoch(self) -> float:
        """How often it has seen the data."""
        return self.step / self.learner.steps_per_epoch

    def run(
        self,
        stop: Callable[[], bool] = lambda: False,
        each_step: Callable[[float], None] = lambda fraction: None,
    ) -> Iterator[Progress]:
        """Train to the end of the plan (or until `stop`), yielding at each validation.

        The time that the caller takes meanwhile counts too; `each_step` is given the share done.
        """
        self._stop = stop
        began = self._now() - self.seconds
        since: list[Mapping[str, float]] = []
        while self._goes_on(began, stop(), since):
            each_step(self.fraction)
            since.append(self._learn())
            self.step += 1
            if self.step % self.plan.validate_every == 0 and self._may_validate(began):
                self._require_numbers(since)
                if (progress := self._validate(began, since)) is not None:
                    yield progress
                    since = []
        if since and largest(self.compute, [float(stop())])[0] and isfinite(self.best):
            # Who stops waits for nothing: the best so far is kept, and these steps for --resume.
            self.save()
        elif since and (progress := self._validate(began, since)) is not None:
            yield progress

    def _may_validate(self, began: float) -> bool:
        """Whether validations have had no more than their share of the time so far."""
        seconds = self._now() - began
        too_long = self._validating_seconds > VALIDATION_SHARE * seconds
        return not largest(self.compute, [float(too_long and self.compute.rank == 0)])[0]

    def _learn(self) -> Mapping[str, float]:
        try:
            return self.learner.step(self.random, self.fraction)
        except torch.OutOfMemoryError as error:
            raise TrainingError(
                f"the memory of {self.compute.device} is full at step {self.step + 1}: "
                "use a smaller --batch-size, with --resume if there is a checkpoint"
            ) from error

    def _goes_on(self, began: float, stop: bool, since: Sequence[Mapping[str, float]]) -> bool:
        """Agree with the other processes: the first one's clock rules, each may ask to stop."""
        self.seconds = self._now() - began
        broken = bool(since) and not all(isfinite(v) for v in since[-1].values())
        first = self.compute.rank == 0
        fraction = self.plan.fraction(self.seconds, self.epoch) if first else 0.0
        state = [float(stop), float(broken), fraction]
        stopped, is_broken, self.fraction = largest(self.compute, state)
        if is_broken:
            raise self._not_a_number("loss")
        patience = self.plan.patience
        tired = patience is not None and self.since_best >= patience
        return self.fraction < 1 and not stopped and not tired

    def _require_numbers(self, since: Sequence[Mapping[str, float]]) -> None:
        broken = not all(isfinite(v) for v in since[-1].values())
        if largest(self.compute, [float(broken)])[0]:
            raise self._not_a_number("loss")

    def _not_a_number(self, what: str) -> TrainingError:
        return TrainingError(
            f"the {what} is no longer a number at step {self.step}: go on from the last "
            "checkpoint with --resume and a lower --learning-rate, or make a model of the best "
            "so far with --resume --export-only"
        )

    def _validate(self, began: float, since: Sequence[Mapping[str, float]]) -> Progress | None:
        names = list(dict.fromkeys(name for row in since for name in row))
        means = [float(np.mean([row[n] for row in since if n in row])) for n in names]
        losses = dict(zip(names, mean(self.compute, means), strict=True))
        started = self._now()
        with self._undisturbed():
            valid = from_first(self.compute, self._look)
        self._validating_seconds += self._now() - started
        if not valid:  # broken off
            self.save()
            return None
        if not isfinite(valid[CHOSEN_BY]):
            raise self._not_a_number("validation loss")
        best = valid[CHOSEN_BY] < self.best
        self.since_best = 0 if best else self.since_best + 1
        self.seconds = self._now() - began
        first = self.compute.rank == 0
        self.fraction = largest(
            self.compute, [self.plan.fraction(self.seconds, self.epoch) if first else 0.0]
        )[0]
        if best:
            self.best = valid[CHOSEN_BY]
            self._keep_best(valid)
        self.save()
        return Progress(
            self.step, self.epoch, self.fraction, self.seconds, losses, valid, self._rates(), best
        )

    def _look(self) -> dict[str, float]:
        """Validate, unless somebody wants to stop: then nothing, or a sample if none was yet.

        Who stops does not wait for all pieces; figures of a part of them say nothing beside those
        of all.
        """
        began_seconds, is_first = process_time(), not isfinite(self.best)

        def enough() -> bool:
            seconds = process_time() - began_seconds
            return self._stop() and (not is_first or seconds > _LAST_LOOK_SECONDS)

        valid = dict(self.learner.validate(enough))
        return {} if self._stop() and not is_first else valid

    def _undisturbed(self) -> AbstractContextManager[Any]:
        """Keep the course of training the same whether or not it is looked at in between."""
        on_card = self.compute.device.type == "cuda"
        return torch.random.fork_rng([self.compute.device] if on_card else [])

    def _rates(self) -> dict[str, float]:
        return {n: float(o.param_groups[0]["lr"]) for n, o in self.learner.optimisers.items()}

    def sample(self, count: int) -> Sequence[Composition]:
        """Accompany validation melodies as the learner would now; training goes on untouched."""
        with self._undisturbed():
            return self.learner.sample(count)

    def _keep_best(self, valid: Mapping[str, float]) -> None:
        if self.compute.rank:
            return
        state = {
            "format": CHECKPOINT_FORMAT,
            "modules": {n: m.state_dict() for n, m in self.learner.best().items()},
            "step": self.step,
            "epoch": self.epoch,
            "seconds": self.seconds,
            "valid": {n: float(v) for n, v in valid.items()},
        }
        write_checkpoint(self.folder / BEST, state)

    def save(self) -> None:
        """Write the checkpoint: weights, optimisers, random states and place in the plan."""
        torch_random = gathered(self.compute, self._torch_random())
        if self.compute.rank:
            return
        learner, plan = self.learner, self.plan
        state = {
            "format": CHECKPOINT_FORMAT,
            "architecture": learner.architecture,
            "options": dict(plan.options),
            "seed": plan.seed,
            "minutes": plan.minutes,
            "epochs": plan.epochs,
            "validate_every": plan.validate_every,
            "patience": plan.patience,
            "modules": {n: m.state_dict() for n, m in learner.modules.items()},
            "optimisers": {n: o.state_dict() for n, o in learner.optimisers.items()},
            "torch_random": torch_random,
            "numpy_random": self.random.bit_generator.state,
            "step": self.step,
            "seconds": self.seconds,
            "best": self.best,
            "since_best": self.since_best,
        }
        write_checkpoint(self.folder / CHECKPOINT, state, keep_previous=True)

    def _torch_random(self) -> list[torch.Tensor]:
        states = [torch.get_rng_state()]
        if self.compute.device.type == "cuda":
            states.append(torch.cuda.get_rng_state(self.compute.device))
        return states

    def resume(self, state: State | None = None) -> None:
        """Go on from a checkpoint (by default the folder's); TrainingError if it does not fit."""
        path = self.folder / CHECKPOINT
        state = state or read_checkpoint(path)
        if state.get("architecture") != self.learner.architecture:
            raise TrainingError(
                f"{path} is of {state.get('architecture')}, not of {self.learner.architecture}: "
                "go on with its own --architecture, or begin anew under another --name"
            )
        try:
            self._restore(state)
        except _MISFITS as error:
            raise TrainingError(
                f"{path} is of another size of network ({str(error)[:80]!r}): "
                "give the options that it was begun with, or begin anew under another --name"
            ) from error

    def _restore(self, state: State) -> None:
        for name, module in self.learner.modules.items():
            module.load_state_dict(state["modules"][name])
        for name, optimiser in self.learner.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self._restore_random(state["torch_random"])
        self.random.bit_generator.state = state["numpy_random"]
        self.step, self.seconds = state["step"], state["seconds"]
        self.best, self.since_best = state["best"], state["since_best"]
        self.fraction = self.plan.fraction(self.seconds, self.epoch)

    def _restore_random(self, states: Sequence[Sequence[torch.Tensor]]) -> None:
        own = states[self.compute.rank] if len(states) == self.compute.count else ()
        if len(own) != len(self._torch_random()):
            # Another number of processes or kind of device: random anew, but the same each time.
            torch.manual_seed(self.plan.seed + 1000 * (self.compute.rank + 1) + self.step)
            return
        torch.set_rng_state(own[0])
        if len(own) > 1:
            torch.cuda.set_rng_state(own[1], self.compute.device)

    def load_best(self) -> Mapping[str, Any]:
        """Give the learner the weights of the lowest validation loss; say when they were reached.

        The entries are step, epoch, seconds and valid (the figures of that validation).
        """
        state = read_checkpoint(self.folder / BEST)
        try:
            for name, module in self.learner.best().items():
                module.load_state_dict(state["modules"][name])
        except _MISFITS as error:
            raise TrainingError(
                f"{self.folder / BEST} is of another network ({error!r:.80})"
            ) from error
        return {n: state[n] for n in ("step", "epoch", "seconds", "valid")}
