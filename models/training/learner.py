"""What the training loop asks of an architecture: steps, validation, samples, an instrument."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np
from torch import nn
from torch.optim import Optimizer

from models.artifact.manifest import ControlSpec
from models.data.piece import Corpus
from models.music.clip import Composition
from models.training.compute import Compute

_Item = TypeVar("_Item")


def never() -> bool:
    """It is never enough: all of it is wanted."""
    return False


def until(items: Iterable[_Item], enough: Callable[[], bool]) -> Iterator[_Item]:
    """Give the first item, and the others as long as they are wanted."""
    for number, item in enumerate(items):
        if number and enough():
            return
        yield item


class Learner(Protocol):
    """What trains one architecture.

    The loop owns time, files and random states; a learner owns its networks and what a step is. It
    draws all randomness of its batches from the generator that it is given (every process the same
    one) and that of its layers from torch, so that a resumed training goes on bit for bit.
    """

    architecture: str
    corpus: Corpus
    steps_per_epoch: float

    @property
    def modules(self) -> Mapping[str, nn.Module]:
        """Everything that a checkpoint must hold, by name."""

    @property
    def optimisers(self) -> Mapping[str, Optimizer]:
        """The optimisers, by name: a checkpoint holds their states too."""

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Learn from one batch; `progress` 0..1 of the training sets the learning rates.

        Returns the losses by name. With several processes each takes its share of the same batch
        and returns its share's losses, whose mean over the processes is the batch's. A loss that is
        not a finite number ends the training; the weights of such a step are never kept.
        """

    def validate(self, enough: Callable[[], bool] = never) -> Mapping[str, float]:
        """Score the validation pieces; the figure "loss" chooses the best (lower is better).

        Asked between pieces, `enough` may say that those so far have to do (`until` helps).

        Only the first process validates and samples: nothing in there may wait for the others.
        """

    def best(self) -> Mapping[str, nn.Module]:
        """Give the modules whose weights are worth keeping now (a running mean, for instance)."""

    def sample(self, count: int) -> Sequence[Composition]:
        """Accompany the first `count` validation melodies as it would now, always seed 0."""

    def instrument(self) -> nn.Module:
        """Build the scriptable generator (the artifact's contract) from the weights of `best`."""

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe the instrument's controls for the manifest."""

    def meters(self) -> tuple[str, ...]:
        """Say which meters the instrument was taught, for the manifest."""


class MakeLearner(Protocol):
    """How an architecture makes one; `options` are the hyperparameters by name."""

    def __call__(self, corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> Learner:
        """Make a learner; ValueError, in a sentence, for an option or a corpus it cannot use."""
