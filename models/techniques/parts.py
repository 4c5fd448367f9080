"""Which tracks of a piece are those that a model plays, whatever they are called."""

from models.artifact.manifest import Manifest
from models.music.clip import Composition, Track
from models.music.melody import mean_pitch

LEADING = "leading chords"  # the role of a track whose chords the harmony has to follow


def matching_tracks(piece: Composition, manifest: Manifest) -> dict[int, Track]:
    """Find the track of a piece for each track of a model: by name, by role, or by register.

    Where that leaves one out, there is none at all.
    """
    wanted = list(enumerate(manifest.tracks, start=1))
    there = [t for t in piece.accompaniment if t.clip.notes and not t.is_drum and t.role != LEADING]
    if not wanted or not there:
        return {}
    for known in ({t.name: t for t in there}, {t.role: t for t in there}):
        found = {i: known.get(w.name) or known.get(w.role) for i, w in wanted}
        if all(found.values()):
            return {i: t for i, t in found.items() if t is not None}
    if len(there) != len(wanted):
        return {}
    by_pitch = sorted(there, key=lambda t: -mean_pitch(t.clip))
    return {i: t for (i, _), t in zip(wanted, by_pitch, strict=True)}
