"""The accompaniment that pieces have in common, and each piece arranged for it."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from models.artifact.manifest import TrackSpec
from models.data.role_names import PROGRAM_OF_ROLE, words_of
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Track

_MOST = 14  # sixteen channels, less the melody's and that of the drums
_CHOIR = 52  # General MIDI: choir aahs
# What programs call a track that nobody has named.
_NAMELESS = frozenset(("track", "channel", "staff", "part", "midi", "instrument", "other"))
_CHOIR_VOICES = frozenset(("alto", "tenor", "bass"))


def common_tracks(pieces: Sequence[Composition], share: float) -> tuple[TrackSpec, ...]:
    """Describe the roles that at least `share` of the pieces have, the highest first."""
    if not pieces:
        return ()
    count = Counter(track.role for piece in pieces for track in piece.accompaniment)
    roles = [role for role, n in count.most_common(_MOST) if n >= share * len(pieces)]
    roles = roles or [role for role, _ in count.most_common(1)]
    tracks: defaultdict[str, list[Track]] = defaultdict(list)
    for piece in pieces:
        for track in piece.accompaniment:
            tracks[track.role].append(track)
    is_choir = set(roles) == _CHOIR_VOICES
    order = sorted(roles, key=lambda role: (role == "drums", -_mean_pitch(tracks[role])))
    channels = iter(c for c in range(1, 16) if c != DRUM_CHANNEL)
    return tuple(
        _spec(role, tracks[role], DRUM_CHANNEL if role == "drums" else next(channels), is_choir)
        for role in order
    )


def _spec(role: str, tracks: Sequence[Track], channel: int, is_choir: bool) -> TrackSpec:
    pitches = [note.pitch for track in tracks for note in track.clip.notes]
    program = Counter(track.program for track in tracks).most_common(1)[0][0]
    if program == 0 and role != "drums":
        program = _CHOIR if is_choir else PROGRAM_OF_ROLE.get(role, 0)
    return TrackSpec(_name(role, tracks), role, program, channel, min(pitches), max(pitches))


def _name(role: str, tracks: Sequence[Track]) -> str:
    """Take the name that most files have, if it says more than an initial."""
    name, times = Counter(track.name.strip() for track in tracks).most_common(1)[0]
    if times * 2 < len(tracks) or len(name) < 3 or _NAMELESS & set(words_of(name)):
        return role.capitalize()
    words = re.sub(r"(?<=[A-Za-z])(?=\d)", " ", name)
    return words.title() if words.isupper() or words.islower() else words


def _mean_pitch(tracks: Sequence[Track]) -> float:
    pitches = [note.pitch for track in tracks for note in track.clip.notes]
    return sum(pitches) / len(pitches)


def arrange(piece: Composition, tracks: Sequence[TrackSpec]) -> tuple[Track, ...]:
    """Give the piece's accompaniment for these tracks, a role that it lacks without notes."""
    clips = {track.role: track.clip for track in piece.accompaniment}
    silence = Clip((), piece.length)
    return tuple(
        Track(t.name, clips.get(t.role, silence), t.role, t.program, t.channel) for t in tracks
    )
