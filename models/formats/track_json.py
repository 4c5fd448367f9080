"""Tracks as plain JSON values, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.music.clip import Clip, Note, Track


def tracks_to_json(tracks: Sequence[Track]) -> list[dict[str, Any]]:
    """Tracks as plain values."""
    return [
        {
            "name": track.name,
            "role": track.role,
            "program": track.program,
            "channel": track.channel,
            "length": track.clip.length,
            "notes": clip_to_rows(track.clip),
        }
        for track in tracks
    ]


def tracks_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Track, ...]:
    """Tracks from plain values; ValueError, TypeError or KeyError if they do not fit."""
    return tuple(
        Track(
            name=str(track["name"]),
            clip=clip_from_rows(track["notes"], track["length"]),
            role=str(track["role"]),
            program=int(track["program"]),
            channel=int(track["channel"]),
        )
        for track in data
    )


def clip_to_rows(clip: Clip) -> list[list[float]]:
    """A clip's notes as plain values: start, duration, pitch, velocity."""
    return [[n.start, n.duration, n.pitch, n.velocity] for n in clip.notes]


def clip_from_rows(rows: Sequence[Sequence[float]], length: float) -> Clip:
    """A clip from plain values; ValueError or TypeError if they do not fit."""
    notes = tuple(Note(float(s), float(d), int(pitch), int(v)) for s, d, pitch, v in rows)
    return Clip(notes, float(length))
