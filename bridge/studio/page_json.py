"""Music as the page has it: a note is [pitch, start, duration, velocity], in beats."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from models.errors import ContinuoError
from models.formats.track_json import clip_from_rows
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Note, Track
from models.music.score import Score
from models.music.tempo import Meter, MeterMap, TempoMap

MOST_NOTES = 200_000
MOST_TRACKS = 64
LONGEST_TITLE = 80
LONGEST_BEATS = 100_000
_NAMES = re.compile(r"[a-z0-9][a-z0-9+_-]{0,127}")


class PageError(ContinuoError, ValueError):
    """What the page sent cannot be used; a sentence says why."""


def notes_to_page(clip: Clip) -> list[list[float]]:
    """Write a clip's notes."""
    return [[n.pitch, n.start, n.duration, n.velocity] for n in clip.notes]


def track_to_page(track: Track) -> dict[str, Any]:
    """Write a track."""
    return {
        "name": track.name,
        "role": track.role,
        "program": track.program,
        "channel": track.channel,
        "is_drum": track.is_drum,
        "notes": notes_to_page(track.clip),
    }


def score_to_page(score: Score, title: str, melody: int) -> dict[str, Any]:
    """Write what a MIDI file holds; `melody` is the index of the track that seems to be it."""
    meter = score.meter.meter_at(0.0)
    return {
        "title": title,
        "bpm": score.tempo.bpm_at(0.0),
        "meter": str(meter),
        "length": score.length,
        "bars": score.meter.bars(score.length),
        "melody": melody,
        "tracks": [track_to_page(track) for track in score.tracks],
        "warnings": list(score.notices),
    }


def title_from_page(title: object) -> str:
    """Check a title: printable, not too long, and never a path."""
    text = " ".join(str(title).split()) if isinstance(title, str) else ""
    if not text or len(text) > LONGEST_TITLE or not text.isprintable():
        raise PageError(f"a title has 1 to {LONGEST_TITLE} printable characters")
    return text


def composition_from_page(data: Mapping[str, Any]) -> Composition:
    """Read `bpm`, `meter` and `tracks`, the first of which is the melody; PageError."""
    try:
        tracks = [_track(track) for track in data["tracks"]]
        bpm, meter = float(data["bpm"]), Meter.parse(str(data["meter"]))
        if not tracks or len(tracks) > MOST_TRACKS:
            raise PageError(f"music has 1 to {MOST_TRACKS} tracks, got {len(tracks)}")
        if not isfinite(bpm) or not 1 <= bpm <= 1000:
            raise PageError(f"bpm must be in range 1..1000, got {bpm:g}")
        if sum(len(track.clip.notes) for track in tracks) > MOST_NOTES:
            raise PageError(f"music has at most {MOST_NOTES} notes")
        melody, *others = tracks
        return Composition(melody, tuple(others), TempoMap.constant(bpm), MeterMap.constant(meter))
    except PageError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PageError(f"this is no music: {error or type(error).__name__}") from None


def edited_from_page(data: Mapping[str, Any]) -> Composition:
    """Read a take that was edited: music, its `length`, and `model`, `seed` and `of` (its id)."""
    music = composition_from_page(data)
    try:
        model, seed, of = str(data["model"]), int(data["seed"]), str(data["of"])
        length = max(float(data.get("length", 0.0)), music.length)
        if not isfinite(length) or length > LONGEST_BEATS:
            raise PageError(f"a take has at most {LONGEST_BEATS} beats, got {length:g}")
    except PageError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PageError(f"this is no take: {error or type(error).__name__}") from None
    if not _NAMES.fullmatch(model):
        raise PageError(f"no model is called {model[:40]!r}")
    about = {"model": model, "seed": seed, "id": f"{of[:64]}-edited", "edited": of[:64]}
    melody = replace(music.melody, clip=Clip(music.melody.clip.notes, length))
    return replace(music, melody=melody, provenance=about)


def _track(data: Mapping[str, Any]) -> Track:
    notes = [Note(float(s), float(d), int(p), int(v)) for p, s, d, v in data["notes"]]
    if any(note.start < 0 for note in notes):
        raise PageError("a note starts before the beginning")
    channel = DRUM_CHANNEL if data.get("is_drum") else int(data.get("channel", 0))
    if not 0 <= channel <= 15 or not 0 <= int(data.get("program", 0)) <= 127:
        raise PageError("a channel is 0 to 15, a program 0 to 127")
    clip = Clip(tuple(notes))
    return Track(
        str(data.get("name", ""))[:LONGEST_TITLE],
        Clip(clip.notes, clip.end),
        str(data.get("role", "part"))[:LONGEST_TITLE],
        int(data.get("program", 0)),
        channel,
    )


def rows_to_page(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """Write notes that lie on disk as start, duration, pitch, velocity."""
    return notes_to_page(clip_from_rows(rows, 0.0))
