"""Which track is the melody and what role each other one has: by name, program or register."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.data.melody_choice import (
    MelodyError,
    TrackShape,
    choose_melody,
    top_line,
    track_shapes,
)
from models.data.role_names import role_by_name, role_by_program
from models.errors import ContinuoError
from models.music.clip import Clip, Track
from models.music.score import Score

VOICES = ("melody", "alto", "tenor", "bass")


class RoleError(ContinuoError, ValueError):
    """A piece has no melody or no accompaniment, said in one sentence."""


@dataclass(frozen=True)
class Roles:
    """A piece's melody, why it is that one, and the other tracks with their roles."""

    melody: Track
    others: tuple[Track, ...]
    reason: str


def assign_roles(score: Score) -> Roles:
    """Give every track of the score its role; RoleError if no melody or nothing else is there."""
    try:
        choice = choose_melody(score)
    except MelodyError as error:
        raise RoleError(f"no melody: {str(error).partition(',')[0]}") from None
    if choice.doubt:
        raise RoleError(f"no melody: {choice.doubt}")
    if choice.voices:
        tracks = [
            replace(score.tracks[i], role=r) for i, r in zip(choice.voices, VOICES, strict=True)
        ]
        line, _ = top_line(tracks[0])
        return Roles(replace(tracks[0], clip=line), tuple(tracks[1:]), choice.how)
    shapes = track_shapes(score)
    chosen = shapes[choice.index]
    others = [_with_role(shape, shapes) for shape in shapes if shape is not chosen]
    return _finish(chosen.track, others, choice.how)


def _with_role(shape: TrackShape, shapes: Sequence[TrackShape]) -> Track:
    track = shape.track
    role = "drums" if track.is_drum else role_by_name(track.name) or role_by_program(track)
    if role == "drums" and not track.is_drum:
        role = "percussion"  # its pitches are not General MIDI drums
    return replace(track, role=role or _role_by_shape(shape, shapes))


def _role_by_shape(shape: TrackShape, shapes: Sequence[TrackShape]) -> str:
    lowest = min((x.pitch for x in shapes if not x.track.is_drum), default=shape.pitch)
    if not shape.is_line:
        return "piano"
    return "bass" if shape.pitch == lowest and shape.pitch < 55 else "counter"


def _finish(track: Track, others: list[Track], reason: str) -> Roles:
    """Take the top line of a melody in chords, and leave out what only doubles the melody."""
    line, rest = top_line(track)
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


def _doubles(clip: Clip, tune: set[tuple[float, int]]) -> bool:
    same = sum((note.start, note.pitch) in tune for note in clip.notes)
    return same >= 0.95 * len(clip.notes)
