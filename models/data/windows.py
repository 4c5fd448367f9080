"""Pieces cut into windows of whole bars, and the keys into which they can be moved."""

from collections.abc import Sequence
from dataclasses import replace

from models.clip import Composition, Track
from models.data.piece import Piece
from models.data.timeline import bar_lines, cut
from models.manifest import TrackSpec


def windows(piece: Piece, bars: int, hop: int) -> list[Composition]:
    """Cut a piece at its bar lines into windows of `bars` bars, one every `hop` bars.

    Bars are counted from the first that is sung for at least half, so that a pick-up does not put
    every phrase into two windows. Held notes are cut at both ends; windows without melody or
    without accompaniment are left out. Meters stay as they are: choose by `meter`.
    """
    if bars < 1 or hop < 1:
        raise ValueError(f"bars and hop must be at least 1, got {bars} and {hop}")
    composition = piece.composition
    lines = bar_lines(composition.meter, composition.length)
    first = _after_pickup(composition, lines)
    cuts = (
        cut(composition, lines[i], lines[i + bars]) for i in range(first, len(lines) - bars, hop)
    )
    return [c for c in cuts if c.melody.clip.notes and any(t.clip.notes for t in c.accompaniment)]


def _after_pickup(composition: Composition, lines: Sequence[float]) -> int:
    """Find the first bar that does not begin with silence for more than half of it."""
    notes = composition.melody.clip.notes
    if not notes or len(lines) < 2:
        return 0
    return int(notes[0].start < lines[1] and notes[0].start > (lines[0] + lines[1]) / 2)


def transpositions(piece: Piece, reach: int, tracks: Sequence[TrackSpec] = ()) -> list[int]:
    """List the semitones -reach..reach by which every voice stays in its range, 0 among them.

    `tracks` give the ranges (those of the corpus); without them, and for the melody, a range is
    all of MIDI's. Drums have no key and set no limit.
    """
    ranges = {spec.role: (spec.low, spec.high) for spec in tracks}
    down, up = reach, reach
    for track in piece.composition.tracks:
        if track.is_drum or not track.clip.notes:
            continue
        low, high = ranges.get(track.role, (0, 127))
        pitches = [note.pitch for note in track.clip.notes]
        down, up = min(down, min(pitches) - low), min(up, high - max(pitches))
    # A piece of the validation side may leave the range of the training pieces as it stands.
    return list(range(-max(down, 0), max(up, 0) + 1))


def transposed(composition: Composition, semitones: int) -> Composition:
    """Move everything but drums by `semitones`; the key signatures are left out."""
    if semitones == 0:
        return composition
    melody, *others = (_moved(track, semitones) for track in composition.tracks)
    provenance = {k: v for k, v in composition.provenance.items() if k != "keys"}
    return replace(composition, melody=melody, accompaniment=tuple(others), provenance=provenance)


def _moved(track: Track, semitones: int) -> Track:
    return track if track.is_drum else replace(track, clip=track.clip.transposed(semitones))
