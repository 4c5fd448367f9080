"""A melody that swings in its file: bands read it as straight, and swing as it does."""

from collections.abc import Sequence
from dataclasses import replace

from models.artifact.manifest import ACCOMPANY
from models.music.clip import Composition
from models.music.swing import found_swing, straightened
from models.techniques.chain import Step
from models.techniques.compound import is_compound

_SWING = "swing"  # the control of those that can


def swinging(steps: Sequence[Step], piece: Composition) -> tuple[list[Step], Composition]:
    """Give the steps with the swing that the melody has, and the piece as it is to be read.

    Both are as they were where no model can swing, or one changes the melody, or it is straight.
    """
    melody = piece.melody.clip
    able = [any(c.name == _SWING for c in s.generator.manifest.controls) for s in steps]
    only_accompany = all(s.generator.manifest.technique == ACCOMPANY for s in steps)
    meters = {meter for _, _, meter in piece.meter.segments(piece.length)}
    if not (any(able) and only_accompany) or any(map(is_compound, meters)):
        return list(steps), piece
    swing = found_swing(melody, 0.0, melody.end)
    if not swing:
        return list(steps), piece
    both = zip(steps, able, strict=True)
    # One that was set is played, whatever the melody does.
    told = [replace(s, controls={_SWING: swing, **s.controls}) if can else s for s, can in both]
    straight = replace(piece.melody, clip=straightened(melody, swing))
    return told, replace(piece, melody=straight)


def as_played(made: Composition, piece: Composition) -> Composition:
    """Give what was made of a straight melody with the melody as it was."""
    return replace(made, melody=replace(made.melody, clip=piece.melody.clip))
