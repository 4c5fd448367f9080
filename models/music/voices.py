"""Four voices in their order."""

from collections.abc import Sequence

from models.music.clip import Track
from models.music.melody import mean_pitch


def highest_first(tracks: Sequence[Track]) -> list[Track]:
    """Order four voices soprano, alto, tenor, bass: by name if all are named so, else by pitch."""
    initials = [t.name.strip()[:1].upper() for t in tracks]
    if sorted(initials) == sorted("SATB"):
        return sorted(tracks, key=lambda t: "SATB".index(t.name.strip()[0].upper()))
    return sorted(tracks, key=lambda t: -mean_pitch(t.clip))
