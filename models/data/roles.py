"""Which track is the melody and what role each other one has: by name, program or register."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.data.role_names import melody_rank, role_by_name, role_by_program, voice_of_name
from models.errors import ContinuoError
from models.music.clip import Clip, Track
from models.music.melody import mean_pitch, skyline
from models.music.score import Score

VOICES = ("melody", "alto", "tenor", "bass")
# Never the melody, unless a name says so.
_NEVER = frozenset(("bass", "drums", "percussion", "chords", "pad", "effects"))
# How much an instrument's family is given to melodies, in the points of `_tunefulness`.
_FAMILY_POINTS = {
    "winds": 0.5, "voices": 0.6, "counter": 1.0, "brass": 0.2, "strings": -0.1, "guitar": -0.2,
}  # fmt: skip
_LEGATO = 0.125  # so long may a note of one voice ring into the next, in beats
_DOUBLE_STOPS = 0.75  # a quartet's parts are voices, though some of their notes are chords
_LOWEST_TUNE = 50.0  # a mean pitch below this (D3) is a bass
_PLAYED = 0.2  # a melody found by its shape plays in so many of the piece's four-beat spans


class RoleError(ContinuoError, ValueError):
    """A piece has no melody or no accompaniment, said in one sentence."""


@dataclass(frozen=True)
class Roles:
    """A piece's melody, why it is that one, and the other tracks with their roles."""

    melody: Track
    others: tuple[Track, ...]
    reason: str


@dataclass(frozen=True)
class _TrackShape:
    """What a track looks like from outside: all that the choice by shape depends on."""

    track: Track
    single: float  # share of notes that begin when no other of the track sounds
    played: float  # share of four-beat spans with an onset
    pitch: float

    @property
    def is_line(self) -> bool:
        return self.single >= 0.9


def assign_roles(score: Score) -> Roles:
    """Give every track of the score its role; RoleError if no melody or nothing else is there."""
    spans = max(score.length / 4, 1.0)
    looks = [_look(track, spans) for track in score.tracks]
    pitched = [look for look in looks if not look.track.is_drum]
    if not pitched:
        raise RoleError("no melody: only drums have notes")
    four = _four_voices(looks)
    if four is not None:
        return four
    chosen, reason = _choose(pitched)
    others = [_with_role(look, looks) for look in looks if look is not chosen]
    return _finish(chosen, others, reason)


def _look(track: Track, spans: float) -> _TrackShape:
    single, sounding_until = 0, float("-inf")
    begun = float("-inf")
    for note in track.clip.notes:
        overlap = sounding_until - note.start
        single += overlap <= min(_LEGATO, note.duration / 2) and note.start > begun
        sounding_until, begun = max(sounding_until, note.end), note.start
    played = len({note.start // 4 for note in track.clip.notes}) / spans
    return _TrackShape(track, single / len(track.clip.notes), played, mean_pitch(track.clip))


def _four_voices(looks: Sequence[_TrackShape]) -> Roles | None:
    """Cast soprano, alto, tenor and bass, if the piece is four lines or names them."""
    if len(looks) != 4 or any(look.track.is_drum for look in looks):
        return None
    named = [voice_of_name(look.track.name) for look in looks]
    if sorted(v for v in named if v is not None) == [0, 1, 2, 3]:
        order = sorted(range(4), key=lambda i: named[i] or 0)
        reason = "by the voices' names"
    elif all(look.single >= _DOUBLE_STOPS for look in looks) and not _contradicted(looks):
        order = sorted(range(4), key=lambda i: -looks[i].pitch)
        reason = "the highest of four voices"
    else:
        return None
    tracks = [replace(looks[i].track, role=r) for i, r in zip(order, VOICES, strict=True)]
    if not looks[order[0]].is_line:
        tracks[0] = replace(tracks[0], clip=skyline(tracks[0].clip))
    return Roles(tracks[0], tuple(tracks[1:]), reason)


def _contradicted(looks: Sequence[_TrackShape]) -> bool:
    """Whether names speak against four voices: a melody that is not on top, or a band."""
    top = max(looks, key=lambda look: look.pitch)
    named = [look for look in looks if melody_rank(look.track.name) is not None]
    band = {"piano", "guitar", "chords", "drums", "pad", "organ", "percussion", "effects"}
    return any(look is not top for look in named) or any(
        role_by_name(look.track.name) in band for look in looks
    )


# -- the melody --------------------------------------------------------------------------------
def _choose(pitched: Sequence[_TrackShape]) -> tuple[_TrackShape, str]:
    ranks = {i: melody_rank(look.track.name) for i, look in enumerate(pitched)}
    named = [(rank, i) for i, rank in ranks.items() if rank is not None]
    if named:
        best = min(rank for rank, _ in named)
        chosen = max(
            (pitched[i] for rank, i in named if rank == best), key=lambda look: _tunefulness(look)
        )
        return chosen, "by its name"
    likely = [look for look in pitched if _role_said(look.track) not in _NEVER]
    if not likely:
        raise RoleError("no melody: only bass, chords and the like have notes")
    sung = [look for look in likely if not _unsung(look)]
    if not sung:
        nearest = max(likely, key=_tunefulness)
        reason = f"the likeliest track, {_label(nearest.track)}, {_unsung(nearest)}"
        raise RoleError(f"no melody: {reason}")
    alone = "the only track that can be one"
    return max(sung, key=_tunefulness), alone if len(sung) == 1 else "by register and movement"


def _role_said(track: Track) -> str | None:
    return role_by_name(track.name) or role_by_program(track)


def _unsung(look: _TrackShape) -> str:
    """Say why a track cannot be a melody; empty if it can."""
    if look.pitch < _LOWEST_TUNE and look.is_line:
        return "is a bass line"
    return f"plays in {100 * look.played:.0f} % of the piece" if look.played < _PLAYED else ""


def _tunefulness(look: _TrackShape) -> float:
    """Points for a single line, played throughout, in the register of singers and flutes."""
    register = min(max((look.pitch - 60) / 12, -2.0), 0.8)  # above E5 it is no more a tune
    family = _FAMILY_POINTS.get(role_by_program(look.track) or "", 0.0)
    rate = len(look.track.clip.notes) / max(look.played, 0.01)
    thin = -1.0 if rate < 8 else 0.0  # some long tones are a pad, not a tune
    line = 1.5 * look.single + 0.75 * look.is_line
    return line + 2.0 * min(look.played, 0.6) + register + family + thin


def _label(track: Track) -> str:
    return repr(track.name) if track.name else f"that on channel {track.channel + 1}"


# -- the others --------------------------------------------------------------------------------
def _with_role(look: _TrackShape, looks: Sequence[_TrackShape]) -> Track:
    track = look.track
    role = "drums" if track.is_drum else role_by_name(track.name) or role_by_program(track)
    if role == "drums" and not track.is_drum:
        role = "percussion"  # its pitches are not General MIDI drums
    return replace(track, role=role or _role_by_shape(look, looks))


def _role_by_shape(look: _TrackShape, looks: Sequence[_TrackShape]) -> str:
    lowest = min((x.pitch for x in looks if not x.track.is_drum), default=look.pitch)
    if not look.is_line:
        return "piano"
    return "bass" if look.pitch == lowest and look.pitch < 55 else "counter"


def _finish(chosen: _TrackShape, others: list[Track], reason: str) -> Roles:
    """Take the top line of a melody in chords, and leave out what only doubles the melody."""
    track = chosen.track
    line = track.clip
    if not chosen.is_line:
        line = skyline(track.clip)
        rest = _without(track.clip, line)
        if rest.notes:
            role = role_by_program(track) or "piano"
            others.append(replace(track, clip=rest, role=role))
            reason += ", its highest line"
    tune = {(note.start, note.pitch) for note in line.notes}
    heard = tuple(other for other in others if not _doubles(other.clip, tune))
    if not heard:
        why = "the other tracks only double the melody" if others else "there is one line only"
        raise RoleError(f"no accompaniment: {why}")
    return Roles(replace(track, clip=line, role="melody"), heard, reason)


def _without(clip: Clip, line: Clip) -> Clip:
    taken = {(note.start, note.pitch) for note in line.notes}
    rest = tuple(n for n in clip.notes if (n.start, n.pitch) not in taken)
    return replace(clip, notes=rest)


def _doubles(clip: Clip, tune: set[tuple[float, int]]) -> bool:
    same = sum((note.start, note.pitch) in tune for note in clip.notes)
    return same >= 0.95 * len(clip.notes)
