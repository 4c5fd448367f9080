"""The architectures that can be trained: every package of `models.networks` registers its own."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from models.suggestions import near_names
from models.training.architecture import Architecture
from models.training.errors import TrainingError
from models.training.options import check_options

if TYPE_CHECKING:
    from models.data.piece import Corpus
    from models.training.compute import Compute
    from models.training.learner import Learner

_NETWORKS = "models.networks"  # by name: the networks stand above the training


def _registered() -> Iterator[Architecture]:
    for package in pkgutil.iter_modules(importlib.import_module(_NETWORKS).__path__):
        module = importlib.import_module(f"{_NETWORKS}.{package.name}")
        yield from getattr(module, "ARCHITECTURES", ())


ARCHITECTURES = {architecture.name: architecture for architecture in _registered()}


def find_architecture(name: str, technique: str | None = None) -> Architecture:
    """Look an architecture up; TrainingError with near names, or if it lacks the technique."""
    if name not in ARCHITECTURES:
        raise TrainingError(f"no architecture {name!r}; {near_names(name, list(ARCHITECTURES))}")
    found = ARCHITECTURES[name]
    if technique not in (None, found.technique):
        raise TrainingError(f"{name} cannot {technique}: it can {found.technique}")
    return found


def preferred_architecture(technique: str) -> str:
    """Name the architecture that is trained for a technique when none is named; TrainingError."""
    for architecture in ARCHITECTURES.values():
        if architecture.preferred and architecture.technique == technique:
            return architecture.name
    have = ", ".join(f"{a.name} ({a.technique})" for a in ARCHITECTURES.values())
    raise TrainingError(f"no architecture learns to {technique}: there is {have}")


def fitting_architectures(corpus: "Corpus", but: str) -> list[str]:
    """Name the others that learn the same and can be made for this corpus."""
    from models.training.compute import Compute

    found = []
    for name, architecture in ARCHITECTURES.items():
        if name == but or architecture.technique != ARCHITECTURES[but].technique:
            continue
        with suppress(ValueError):
            architecture.maker()(corpus, Compute(), {})
            found.append(name)
    return found


def make_learner(
    name: str, corpus: "Corpus", compute: "Compute", options: Mapping[str, float], seed: int
) -> "Learner":
    """Make a learner whose first weights follow from the seed; TrainingError if it cannot be."""
    import torch

    architecture = find_architecture(name)
    known = architecture.options()
    check_options(options, known, name)
    size = {**known, **options}.get("batch_size", compute.count)
    if 0 < size < compute.count:
        raise TrainingError(
            f"a batch of {size:g} cannot be shared by {compute.count} processes: "
            f"use --batch-size {compute.count} or more"
        )
    torch.manual_seed(seed)
    try:
        learner = architecture.maker()(corpus, compute, options)
    except TrainingError:
        raise
    except ValueError as error:
        raise TrainingError(str(error)) from error
    if compute.count > 1:
        # All begin with the same weights, but each drops out cells of its own.
        torch.manual_seed(seed + 1000 * (compute.rank + 1))
    return learner
