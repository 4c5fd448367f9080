"""Where clips can go: tracks by their names, and the next scene in which they are all empty."""

from __future__ import annotations

from collections.abc import Sequence

from .types import Song, Steps, Track

# So many objects of Live are asked in one step: the largest set must not hold up its own screen.
TRACKS_AT_ONCE = 16
SLOTS_AT_ONCE = 32


def find_tracks(
    song: Song,
    names: Sequence[str],
) -> Steps:
    """Find a MIDI track for each name, for equal names several; None where there is none."""
    by_name: dict[str, list[Track]] = {name: [] for name in names}
    tracks = song.tracks
    for index in range(len(tracks)):
        if index % TRACKS_AT_ONCE == TRACKS_AT_ONCE - 1:
            yield
            tracks = song.tracks  # a track may have gone meanwhile
        if index >= len(tracks):
            break
        track = tracks[index]
        name = track.name
        if name in by_name and takes_clips(track):
            by_name[name].append(track)
    return [by_name[name].pop(0) if by_name[name] else None for name in names]


def takes_clips(track: Track) -> bool:
    """Whether MIDI clips can be made in it: no audio, group or frozen track."""
    return track.has_midi_input and not track.is_foldable and not track.is_frozen


def free_scene(
    song: Song,
    tracks: Sequence[Track],
    first: int,
) -> Steps:
    """Find the next scene from `first` on in which none of the tracks has a clip; None: none."""
    count = len(song.scenes)
    for begin in range(max(first, 0), count, SLOTS_AT_ONCE):
        free = list(range(begin, min(begin + SLOTS_AT_ONCE, count)))
        for track in tracks:
            yield
            slots = track.clip_slots
            free = [row for row in free if not slots[row].has_clip]
            if not free:
                break
        if free:
            return free[0]
    return None
