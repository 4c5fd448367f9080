"""Generators one after the other: edit, accompany and extend in one take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.artifact.generator import Generator
from models.artifact.manifest import EXTEND, Manifest
from models.music.clip import Composition
from models.techniques.call import provenance
from models.techniques.dispatch import technique_of
from models.techniques.extend import BARS, extension_range
from models.techniques.windows import Stretch


@dataclass(frozen=True)
class Step:
    """One generator of a chain, with its controls."""

    generator: Generator
    controls: Mapping[str, float] = field(default_factory=dict)


def chain(
    steps: Sequence[Step], piece: Composition, seed: int, stretch: Stretch | None = None
) -> list[Composition]:
    """Let each generator work on what the one before it made; give the piece after each.

    An extension in a chain goes on after the end of what was edited or accompanied, unless it is
    the first. The provenance of each piece lists all steps up to it.
    """
    stretch = stretch or Stretch()
    out: list[Composition] = []
    done: list[Mapping[str, object]] = []
    for number, step in enumerate(steps):
        begin, end = span_of(step.generator.manifest, piece, stretch, is_first=number == 0)
        perform = technique_of(step.generator)
        piece = perform(step.generator, piece, seed, step.controls, begin, end)
        done.append(provenance(step.generator, seed, step.controls))
        piece = replace(piece, provenance={**piece.provenance, "steps": list(done)})
        out.append(piece)
    return out


def span_of(
    manifest: Manifest, piece: Composition, stretch: Stretch, *, is_first: bool = True
) -> tuple[float | None, float | None]:
    """Say what part of a piece a model of a chain works on; RangeError."""
    if manifest.technique != EXTEND:
        return stretch.begin, stretch.end
    begin, end = (stretch.begin, stretch.end) if is_first else (stretch.end, None)
    return extension_range(piece, begin, end, stretch.bars or BARS)
