"""What `continuo generate` is asked for: which models, with which controls, on which stretch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from bridge.commands.errors import UserError
from bridge.commands.generate_melody import MelodyOptions
from bridge.commands.model_choice import check_controls, usable_model
from models.artifact.manifest import EXTEND
from models.music.clip import Composition
from models.music.key import KEY_CONTROL
from models.techniques.accompany import RangeError, melody_end, melody_range
from models.techniques.extend import BARS, extension_range
from models.techniques.windows import Stretch


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """What is asked of the generators, the same for every file.

    `controls` and `techniques` are those of each of the `models`, which work one after the other;
    `steps` is how many stages of an edit are written as well, `chords` the chords that lead.
    """

    models: tuple[str, ...]
    controls: tuple[dict[str, float], ...]
    techniques: tuple[str, ...]
    stretch: Stretch
    melody: MelodyOptions
    steps: int | None
    chords: str | None = None
    chords_track: bool = False

    @property
    def name(self) -> str:
        """Name all models, in their order."""
        return "+".join(self.models)

    def span(self, piece: Composition) -> tuple[float, float]:
        """Say which beats the first model works on; RangeError."""
        begin, end = self.stretch.begin, self.stretch.end
        if self.techniques[0] == EXTEND:
            return extension_range(piece, begin, end, self.stretch.bars or BARS)
        last = piece.meter.bar_line_from(piece.length)
        if begin is not None and piece.melody.clip.notes and begin >= last:
            raise RangeError(f"--begin {begin:g} is past the melody, which ends at beat {last:g}")
        return melody_range(piece, begin, end)

    @property
    def is_key_told(self) -> bool:
        """Whether the key was set, by `--key` or the control."""
        return any(controls.get(KEY_CONTROL) for controls in self.controls)

    def reach(self, piece: Composition) -> float:
        """Say up to which beat the models work, one after the other; RangeError."""
        _, end = self.span(piece)
        for technique in self.techniques[1:]:
            if technique == EXTEND:
                _, end = extension_range(piece, end, None, self.stretch.bars or BARS)
        return end

    def bars(self, piece: Composition, made: Composition) -> int:
        """Count the bars of what was made of a piece, rests at the end of new ones too."""
        ends = (melody_end(made.melody.clip, made.meter), self.reach(piece))
        return made.meter.bars(max(ends))


def check_stretch(stretch: Stretch) -> None:
    """Say what is wrong with the beats that were asked for."""
    begin, end = stretch.begin, stretch.end
    for name, beat in (("--begin", begin), ("--end", end)):
        if beat is not None and not (isfinite(beat) and beat >= 0):
            raise UserError(f"{name} must be a beat from 0 on, got {beat:g}")
    if end is not None and end <= (begin or 0):
        raise UserError(f"--end {end:g} must be later than --begin {begin or 0:g}")
    if end is not None and stretch.bars is not None:
        raise UserError("give --end or --bars, not both")


def find_models(
    names: Sequence[str], given: Mapping[str, float]
) -> tuple[tuple[str, ...], tuple[dict[str, float], ...]]:
    """Find the techniques of models and which of the controls go to each; UserError."""
    manifests = [usable_model(name).require() for name in names]
    known = [{c.name for c in m.controls} for m in manifests]
    for name, value in given.items():
        owners = [m for m, controls in zip(manifests, known, strict=True) if name in controls]
        # One that none has is refused in the words of the first.
        for manifest in owners or manifests[:1]:
            check_controls(manifest, {name: value})
    shared = tuple({n: v for n, v in given.items() if n in controls} for controls in known)
    return tuple(m.technique for m in manifests), shared
