"""The table of architectures: what can be taught, each imported only when it is."""

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import torch

from models.data.piece import Corpus
from models.suggestions import near_names
from models.training.checkpoint import TrainingError
from models.training.compute import Compute
from models.training.learner import Learner, MakeLearner
from models.training.options import check_options, declared


class Architecture(NamedTuple):
    """Where an architecture lives (module:name), and what the user is told of it.

    `plans` are the dataclasses whose number fields are its options.
    """

    make: str
    plans: tuple[str, ...]
    description: str
    style: str = ""
    techniques: tuple[str, ...] = ("accompany",)

    def maker(self) -> MakeLearner:
        """Import what makes a learner."""
        return cast(MakeLearner, _import(self.make))

    def options(self) -> dict[str, float]:
        """List its options with their defaults."""
        return declared([_import(plan) for plan in self.plans])


DEFAULT = "chorale"
ARCHITECTURES = {
    "chorale": Architecture(
        "models.networks.chorale.learner:make",
        (
            "models.networks.chorale.learner:ChoralePlan",
            "models.networks.chorale.net:ChoraleConfig",
        ),
        "Adds alto, tenor and bass to a melody, as in a four-part chorale.",
        "chorale",
    ),
    "unet-gan": Architecture(
        "models.networks.gan.learner:make_unet",
        ("models.networks.gan.learner:GanPlan", "models.networks.gan.unet_gan:UNetConfig"),
        "Adds tracks to a melody: a U-Net taught by a critic, after DeepComposer's U-Net GAN.",
    ),
    "muse-gan": Architecture(
        "models.networks.gan.learner:make_muse",
        ("models.networks.gan.learner:GanPlan", "models.networks.gan.muse_gan:MuseConfig"),
        "Adds tracks to a melody: a generator for each track, after DeepComposer's MuseGAN.",
    ),
}


def find_architecture(name: str, technique: str = "accompany") -> Architecture:
    """Look an architecture up; TrainingError with near names, or if it lacks the technique."""
    if name not in ARCHITECTURES:
        raise TrainingError(f"no architecture {name!r}; {near_names(name, list(ARCHITECTURES))}")
    found = ARCHITECTURES[name]
    if technique not in found.techniques:
        raise TrainingError(f"{name} cannot {technique}: it can {', '.join(found.techniques)}")
    return found


def make_learner(
    name: str, corpus: Corpus, compute: Compute, options: Mapping[str, float], seed: int
) -> Learner:
    """Make a learner whose first weights follow from the seed; TrainingError if it cannot be."""
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


def _import(path: str) -> Any:  # noqa: ANN401 - whatever stands there
    module, name = path.split(":")
    return getattr(importlib.import_module(module), name)
