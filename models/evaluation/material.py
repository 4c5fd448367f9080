"""Reads the folders that an accompanist is judged by: pieces with melody and accompaniment."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np

from models.data.limits import Limits, UnfitError, check_size
from models.data.melody_choice import MelodyError, choose_melody, top_line
from models.data.piece import DatasetError
from models.data.prepare import find_sources, names_of
from models.errors import ContinuoError
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score
from models.music.clip import Clip, Composition, Note, Track
from models.music.score import Score
from models.music.sixteenths import STEPS_PER_BEAT, Frames, sample_voices
from models.music.voices import highest_first

_LEAST_BEATS = 4.0
_LABELS = "chords"  # a track that only names the harmony, beside others

_File = TypeVar("_File")


class MaterialError(ContinuoError, ValueError):
    """A folder holds nothing to judge by; the message says why."""


@dataclass(frozen=True)
class Example:
    """One real piece: the melody that a model is given, and what stands below it."""

    name: str
    piece: Composition

    @property
    def frames(self) -> Frames:
        """Its voices on the sixteenth grid."""
        return piece_frames(self.piece)


@dataclass(frozen=True)
class Material:
    """The pieces of a folder in order of their names, and why files were left out."""

    examples: Sequence[Example]
    left_out: Sequence[str] = field(default_factory=tuple)


def piece_frames(piece: Composition) -> Frames:
    """Put melody and accompaniment on the sixteenth grid, a column each."""
    return sample_voices([t.clip for t in piece.tracks])


def framed_piece(piece: Composition, frames: Frames) -> Composition:
    """Give the piece with the lower voices of `frames` in place of its accompaniment."""
    tracks = []
    for number, line in enumerate(frames.T[1:], start=1):
        cuts = [0, *(np.nonzero(np.diff(line))[0] + 1).tolist(), len(line)]
        notes = tuple(
            Note(a / STEPS_PER_BEAT, (b - a) / STEPS_PER_BEAT, int(line[a]))
            for a, b in pairwise(cuts)
            if a < b and line[a] >= 0
        )
        tracks.append(Track(f"voice {number}", Clip(notes, piece.length), "harmony", 0, number))
    return piece.with_accompaniment(tracks)


@dataclass(frozen=True)
class Wanted:
    """Which pieces can be judged by: so many voices, or a melody and tracks of these names.

    Where no track has one of the names, all that stands below the melody counts; with
    `melody_alone` nothing has to.
    """

    voices: int | None = None
    names: frozenset[str] = frozenset()
    melody_alone: bool = False


def read_material(
    folder: Path, wanted: Wanted, limit: int | None = None, only: Container[str] | None = None
) -> Material:
    """Read the MIDI files below `folder`, at most `limit` of them, spread over the folder.

    `only` names files below it, if not all count. Voices come from the top. MaterialError if no
    piece is as wanted.
    """
    try:
        sources = find_sources(folder)
    except DatasetError as error:
        raise MaterialError(str(error)) from None
    # Named by their place in the folder: two books may have a piece 1.mid each.
    files = zip(sources, names_of(sources), strict=True)
    chosen = [(s, name) for s, name in files if only is None or s.file in only]
    examples: list[Example] = []
    left_out: list[str] = []
    for source, name in _spread(chosen, limit):
        try:
            examples.append(Example(name, _piece(read_score(source.path), wanted)))
        except (MidiFileError, MelodyError, MaterialError, UnfitError) as error:
            said = str(error)
            left_out.append(said if str(source.path) in said else f"{source.file}: {said}")
    if not examples:
        why = f"; the first left out: {left_out[0]}" if left_out else ""
        raise MaterialError(f"{folder} has no piece to judge by{why}")
    return Material(examples, left_out)


def _spread(files: Sequence[_File], limit: int | None) -> list[_File]:
    if limit is None or limit >= len(files):
        return list(files)
    return [files[i * len(files) // limit] for i in range(limit)]


def _piece(score: Score, wanted: Wanted) -> Composition:
    check_size(score, Limits())
    pitched = [t for t in score.tracks if not t.is_drum]
    if wanted.voices is not None:
        if len(score.tracks) != wanted.voices or len(pitched) != wanted.voices:
            raise MaterialError(f"{wanted.voices} voices wanted, it has {len(score.tracks)} tracks")
        return _composition(score, highest_first(pitched))
    chosen = score.tracks[choose_melody(score).index]
    line, rest = top_line(chosen)
    melody = replace(chosen, clip=line)
    if wanted.melody_alone:
        return _composition(score, [melody])
    others = [t for t in score.tracks if t is not chosen]
    others += [replace(chosen, clip=rest)] if rest.notes else []
    others = [t for t in others if t.name.casefold() in wanted.names] or others
    others = [t for t in others if t.name.casefold() != _LABELS] or others
    if not others:
        raise MaterialError("nothing stands below its melody")
    return _composition(score, [melody, *others])


def _composition(score: Score, tracks: Sequence[Track]) -> Composition:
    if tracks[0].clip.end < _LEAST_BEATS:
        raise MaterialError(f"its melody ends after {tracks[0].clip.end:g} beats")
    melody = replace(tracks[0], role="melody")
    return Composition(melody, tuple(tracks[1:]), score.tempo, score.meter, score.ticks_per_beat)
