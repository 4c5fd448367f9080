"""Tells a model where the phrases of a whole melody end: its harmony comes to rest there."""

from collections.abc import Mapping

from models.artifact.generator import PHRASES
from models.artifact.manifest import HEARD, PHRASES_HEARD, Manifest
from models.music.clip import Clip, Composition
from models.music.melody import skyline
from models.music.phrase_ends import phrase_ends
from models.music.written_ends import written_ends


def told_ends(
    manifest: Manifest, piece: Composition, controls: Mapping[str, float]
) -> dict[int, Clip]:
    """Give the notes on which phrases end, but for the last, to a model that hears them.

    Not while somebody plays: nobody knows yet how long a note will be.
    """
    if PHRASES_HEARD not in manifest.hears or HEARD in controls:
        return {}
    line = Clip(skyline(piece.melody.clip).notes)
    ends = phrase_ends(line, piece.meter, written_ends(piece))
    return {PHRASES: Clip(tuple(ends[:-1]))}
