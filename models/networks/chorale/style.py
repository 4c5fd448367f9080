"""What the music learnt from allows: the defaults of controls follow its style."""

from collections.abc import Sequence
from dataclasses import replace
from math import nan

import numpy as np

from models.artifact.manifest import ControlSpec
from models.evaluation.four_part.rules import corpus_rules
from models.networks.chorale.controls import CONTROLS
from models.networks.chorale.data import Chorale
from models.networks.common.controls import VOICE_LEADING

# Parallel fifths and octaves in a hundred changes: chorales have fewer than one, hymns and organum
# that use them freely many more.
FREE_PARALLELS = 2.0
_PIECES = 64


def controls_for(train: Sequence[Chorale]) -> tuple[ControlSpec, ...]:
    """The controls; strict voice leading is off by default where the music has parallels itself."""
    frames = [np.where(piece.sounding, piece.pitches, -1) for piece in train[:_PIECES]]
    found = corpus_rules(frames)
    parallels = sum(found.get(f"parallel_{name}", nan) for name in ("fifths", "octaves"))
    free = replace(VOICE_LEADING, default=0.0)
    if not parallels >= FREE_PARALLELS:  # no change at all is not a number
        return CONTROLS
    return tuple(free if control is VOICE_LEADING else control for control in CONTROLS)
