"""Generators one after the other: edit, accompany and extend in one take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.artifact.generator import Generator
from models.artifact.manifest import ACCOMPANY, ENDS, EXTEND
from models.music.clip import Composition
from models.techniques.call import provenance
from models.techniques.dispatch import technique_of
from models.techniques.extend import BARS, extension_range
from models.techniques.parts import matching_tracks
from models.techniques.windows import Stretch


@dataclass(frozen=True)
class Step:
    """One generator of a chain, with its controls."""

    generator: Generator
    controls: Mapping[str, float] = field(default_factory=dict)

    @property
    def extends(self) -> bool:
        """Whether it goes on with the piece."""
        return self.generator.manifest.technique == EXTEND


def chain(
    steps: Sequence[Step], piece: Composition, seed: int, stretch: Stretch | None = None
) -> list[Composition]:
    """Let each generator work on what the one before it made; give the piece after each.

    An extension in a chain goes on after the end of what was edited or accompanied, unless it is
    the first. Who accompanies after it adds to what is new if the piece had such voices before,
    and else to all. The provenance of each piece lists all steps up to it.
    """
    here = stretch = stretch or Stretch()
    ended = stretch.end  # from where an extension goes on; None: where the melody has ended
    out: list[Composition] = []
    done: list[Mapping[str, object]] = []
    for number, step in enumerate(steps):
        manifest = step.generator.manifest
        begin, end = here.begin, here.end
        if manifest.technique == EXTEND:
            if number:
                begin, end = ended, None
            begin, end = extension_range(piece, begin, end, stretch.bars or BARS)
            here, ended = Stretch(begin, end), end
        elif manifest.technique == ACCOMPANY and not matching_tracks(piece, manifest):
            begin, end = stretch.begin, stretch.end
        perform = technique_of(step.generator)
        controls = dict(step.controls)
        if manifest.technique == ACCOMPANY and any(s.extends for s in steps[number + 1 :]):
            controls[ENDS] = 0.0  # the piece goes on
        piece = perform(step.generator, piece, seed, controls, begin, end)
        done.append(provenance(step.generator, seed, step.controls))
        piece = replace(piece, provenance={**piece.provenance, "steps": list(done)})
        out.append(piece)
    return out
