"""The best weights of a training become an artifact with a full manifest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from models.artifact.manifest import ACCOMPANY, MELODY_HEARD, Manifest
from models.artifact.torchscript import save
from models.training.architectures import find_architecture
from models.training.learner import Learner
from models.training.loop import Trainer
from models.training.sample_figures import sample_figures

_MEASURED_PIECES = 8
MAX_BEATS = 1024.0


@dataclass(frozen=True)
class Provenance:
    """What the manifest says of a training beside what the trainer knows."""

    name: str
    data: str
    command: str
    hardware: str
    licence: str = "unknown"
    title: str = ""


def export_best(
    trainer: Trainer, of: Provenance, path: Path, *, is_hurried: bool = False
) -> Manifest:
    """Write the weights of the lowest validation loss as an artifact, whole or not at all.

    `is_hurried`: without the figures of some accompaniments, that take a while.
    ArtifactError or TrainingError says in a sentence why it cannot.
    """
    reached = trainer.load_best()
    learner = trainer.learner
    manifest = replace(
        manifest_of(learner),
        name=of.name,
        title=of.title or of.name,
        training={
            "data": of.data,
            "licence": of.licence,
            "pieces": len(learner.corpus.train),
            "epochs": round(trainer.epoch, 2),
            "best_epoch": round(reached["epoch"], 2),
            "seed": trainer.plan.seed,
            "options": dict(trainer.plan.options),
            "command": of.command,
            "seconds": round(trainer.seconds),
            "hardware": of.hardware,
        },
        evaluation=_evaluation(trainer, reached["valid"], 0 if is_hurried else _MEASURED_PIECES),
        licence=of.licence,
    )
    return save(learner.instrument().cpu(), manifest, path)


def manifest_of(learner: Learner) -> Manifest:
    """Describe the instrument that a learner can be now, called after its architecture."""
    architecture = find_architecture(learner.architecture)
    return Manifest(
        name=architecture.name,
        title=architecture.name,
        technique=architecture.technique,
        tracks=learner.corpus.tracks if architecture.technique == ACCOMPANY else (),
        controls=learner.controls(),
        architecture=architecture.name,
        style=architecture.style,
        description=architecture.description,
        meters=learner.meters(),
        steps_per_beat=learner.corpus.steps_per_beat,
        max_beats=MAX_BEATS,
        hears=getattr(learner, "hears", (MELODY_HEARD,)),
        sections=getattr(learner, "sections", ()),
    )


def _evaluation(trainer: Trainer, valid: Mapping[str, float], count: int) -> dict[str, float]:
    """The validation's figures, and those of some accompaniments of validation melodies."""
    technique = find_architecture(trainer.learner.architecture).technique
    is_measured = count and technique == ACCOMPANY
    heard = sample_figures(trainer.sample(count)) if is_measured else {}
    found = {**{f"valid_{n}": v for n, v in valid.items()}, **heard}
    return {name: round(value, 4) for name, value in found.items() if isfinite(value)}
