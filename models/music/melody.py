"""How high a clip lies, and which of its notes make the tune."""

from dataclasses import replace

from models.music.clip import Clip, Note
from models.music.tempo import EPSILON

# Notes of one chord struck by hand come within a tenth of a beat of each other.
CHORD_SPREAD = 0.1
# Played legato, a note may ring this long into the next one without being a voice of its own.
LEGATO = 0.5


def mean_pitch(clip: Clip) -> float:
    """The mean pitch, each note weighed by its duration (all alike if none has any)."""
    weights = [n.duration for n in clip.notes]
    if not any(weights):
        weights = [1.0] * len(clip.notes)
    weighed = sum(n.pitch * w for n, w in zip(clip.notes, weights, strict=True))
    return weighed / sum(weights) if weights else 0.0


def skyline(clip: Clip) -> Clip:
    """Keep the highest line: never two notes at once; starts, pitches and velocities stay."""
    line: list[Note] = []
    for note in sorted(clip.notes, key=lambda n: (n.start, -n.pitch, -n.duration)):
        before = line[-1] if line else None
        if before is not None and note.start == before.start:
            continue
        if before is not None and note.start < before.end - EPSILON:
            if note.pitch < before.pitch and not _rings_over(before, note):
                continue
            line.pop()
            line += _cut(before, note)
        line.append(note)
    return replace(clip, notes=tuple(line))


def _rings_over(before: Note, note: Note) -> bool:
    """Whether `before` only rings on into `note`, instead of standing above it."""
    return before.end - note.start <= min(LEGATO, before.duration / 2, note.duration / 2)


def _cut(before: Note, note: Note) -> list[Note]:
    """What is left of `before` when `note` takes the line over: nothing if both are one chord."""
    left = note.start - before.start
    one_chord = left < min(CHORD_SPREAD, before.duration / 2) and note.pitch != before.pitch
    return [] if one_chord else [replace(before, duration=left)]
