"""A piece's other tracks kept beside a new accompaniment, each on a channel of its own."""

from collections.abc import Iterable
from dataclasses import replace

from models.music.clip import DRUM_CHANNEL, Composition, Track


def with_others(made: Composition, others: Iterable[Track]) -> Composition:
    """Add tracks that keep their channels; the new ones move to free channels where they meet."""
    kept = tuple(others)
    taken = {track.channel for track in (made.melody, *kept)} | {DRUM_CHANNEL}
    wanted = {track.channel for track in made.accompaniment}
    free = [c for c in range(16) if c not in taken and c not in wanted]
    new = []
    for track in made.accompaniment:
        if track.channel in taken and not track.is_drum and free:
            track = replace(track, channel=free.pop(0))
        new.append(track)
    return made.with_accompaniment((*new, *kept))
