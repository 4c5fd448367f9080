"""Chords and key as plain JSON values, and back."""

from collections.abc import Mapping
from typing import Any

from models.music.harmony import Chord, Harmony


def harmony_to_json(harmony: Harmony) -> dict[str, Any]:
    """A harmony as plain values; a chord is [start, duration, root, bass, tones]."""
    return {
        "key": harmony.key,
        "certainty": harmony.certainty,
        "chords": [[c.start, c.duration, c.root, c.bass, sorted(c.tones)] for c in harmony.chords],
    }


def harmony_from_json(data: Mapping[str, Any]) -> Harmony:
    """A harmony from plain values; ValueError, TypeError or KeyError if they do not fit."""
    chords = tuple(
        Chord(
            float(start),
            float(duration),
            int(root) % 12,
            int(bass) % 12,
            frozenset(int(tone) % 12 for tone in tones),
        )
        for start, duration, root, bass, tones in data["chords"]
    )
    return Harmony(chords, int(data["key"]) % 24, float(data["certainty"]))
