"""Which function does what a model is made for: its manifest's technique says."""

from collections.abc import Mapping
from typing import Protocol

from models.artifact.generator import Generator
from models.artifact.manifest import ACCOMPANY, EDIT, EXTEND, ArtifactError
from models.music.clip import Composition
from models.techniques.accompany import accompany
from models.techniques.edit import edit
from models.techniques.extend import extend


class Technique(Protocol):
    """Does something with [begin, end) beats of a piece; without either, with what is usual."""

    def __call__(
        self,
        generator: Generator,
        piece: Composition,
        seed: int,
        controls: Mapping[str, float] | None = None,
        begin: float | None = None,
        end: float | None = None,
    ) -> Composition:
        """Give the piece as the generator leaves it; ArtifactError if it cannot."""


_FUNCTIONS: Mapping[str, Technique] = {ACCOMPANY: accompany, EDIT: edit, EXTEND: extend}


def technique_of(generator: Generator) -> Technique:
    """Find what to call a generator with; ArtifactError if this version knows no such thing."""
    manifest = generator.manifest
    if manifest.technique not in _FUNCTIONS:
        raise ArtifactError(f"{manifest.name} can {manifest.technique}, which needs a new Continuo")
    return _FUNCTIONS[manifest.technique]
