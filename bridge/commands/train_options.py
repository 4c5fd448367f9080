"""The options of `continuo train`, as click reads them."""

from pathlib import Path
from typing import TypedDict

VALIDATE_EVERY = 25


class Options(TypedDict):
    """The command line, as click reads it."""

    data: Path
    name: str
    technique: str | None
    architecture: str | None
    minutes: float | None
    epochs: float | None
    patience: int | None
    resume: bool
    export_only: bool
    device: str
    seed: int | None
    learning_rate: float | None
    batch_size: int | None
    settings: tuple[str, ...]
    validate_every: int | None
    log: bool
    title: str
    licence: str
    out: Path | None
    pickup: float
    force: bool


def goes_on(options: Options) -> bool:
    """Whether a training that was begun before is taken up."""
    return options["resume"] or options["export_only"]
