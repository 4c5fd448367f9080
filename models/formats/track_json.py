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
            "notes": _rows(track.clip),
        }
        for track in tracks
    ]


def tracks_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Track, ...]:
    """Tracks from plain values; ValueError, TypeError or KeyError if they do not fit."""
    return tuple(
        Track(
            name=str(track["name"]),
            clip=_clip(track["notes"], track["length"]),
            role=str(track["role"]),
            program=int(track["program"]),
            channel=int(track["channel"]),
        )
        for track in data
    )


def _rows(clip: Clip) -> list[list[float]]:
    return [[n.start, n.duration, n.pitch, n.velocity] for n in clip.notes]


def _clip(rows: Sequence[Sequence[float]], length: float) -> Clip:
    notes = tuple(Note(float(s), float(d), int(pitch), int(v)) for s, d, pitch, v in rows)
    return Clip(notes, float(length))
