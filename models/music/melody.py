"""Which track is the melody, and which of its notes make the tune."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.errors import ContinuoError
from models.music.clip import Clip, Note, Track
from models.music.score import Score
from models.music.tempo import EPSILON

# In order of trust; the exact name beats a name that merely contains the word.
NAMES = (
    "melody",
    "melodie",
    "melodia",
    "soprano",
    "sopran",
    "s",
    "vocals",
    "vocal",
    "voice",
    "lead",
)
# Notes of one chord struck by hand come within a tenth of a beat of each other.
CHORD_SPREAD = 0.1
# Played legato, a note may ring this long into the next one without being a voice of its own.
LEGATO = 0.5


class MelodyError(ContinuoError, ValueError):
    """No track can be the melody, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen track's index in the score, and the reason in words for people."""

    index: int
    reason: str


def choose_melody(score: Score, wanted: str | None = None) -> Choice:
    """Find the melody: the track wanted (number from 1, or name), by name, or the highest."""
    tracks = score.tracks
    if not tracks:
        raise MelodyError("no track has notes, so there is no melody")
    if wanted is not None:
        return _wanted(tracks, wanted)
    pitched = [i for i, track in enumerate(tracks) if not track.is_drum]
    if not pitched:
        raise MelodyError(
            "only drum tracks have notes, so there is no melody: add a track of pitches"
        )
    named = _best_named(tracks, pitched)
    if named is not None:
        return Choice(named, f"{_label(tracks, named)}, by its name")
    if len(pitched) == 1:
        return Choice(pitched[0], f"{_label(tracks, pitched[0])}, the only one with pitches")
    highest = _highest(tracks, pitched)
    return Choice(highest, f"{_label(tracks, highest)}, the highest by mean pitch")


def _wanted(tracks: Sequence[Track], wanted: str) -> Choice:
    text = wanted.strip().casefold()
    if text.isdecimal() and 1 <= int(text) <= len(tracks):
        return Choice(int(text) - 1, f"{_label(tracks, int(text) - 1)}, as asked")
    names = [track.name.casefold() for track in tracks]
    found = [i for i, name in enumerate(names) if name == text]
    found += [i for i, name in enumerate(names) if text and text in name]
    if not found:
        have = ", ".join(_label(tracks, i) for i in range(len(tracks)))
        raise MelodyError(f"no track with notes is number or name {wanted!r}: there is {have}")
    return Choice(found[0], f"{_label(tracks, found[0])}, as asked")


def _label(tracks: Sequence[Track], index: int) -> str:
    name = tracks[index].name
    return f"track {index + 1} {name!r}" if name else f"track {index + 1} (no name)"


def _best_named(tracks: Sequence[Track], pitched: Sequence[int]) -> int | None:
    names = {i: tracks[i].name.casefold().strip() for i in pitched}
    words = {
        i: set("".join(c if c.isalpha() else " " for c in n).split()) for i, n in names.items()
    }
    for candidates in (
        *([i for i in pitched if names[i] == name] for name in NAMES),
        *([i for i in pitched if name in words[i]] for name in NAMES),
    ):
        if candidates:
            return _highest(tracks, candidates)
    return None


def _highest(tracks: Sequence[Track], indices: Sequence[int]) -> int:
    return max(indices, key=lambda i: (mean_pitch(tracks[i].clip), -i))


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
