"""Asks a generator to edit a melody: what is out of place goes, what is missing comes."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace

from models.artifact.generator import MELODY, Generator
from models.artifact.manifest import EDIT
from models.music.clip import Clip, Composition, Note
from models.music.score import finer
from models.techniques.accompany import melody_range
from models.techniques.call import ask, provenance, without
from models.techniques.surroundings import Timeline
from models.techniques.windows import windows

# The control that says how many of its edits a generator makes, the surest first.
EXTENT = "extent"
_SAME = 1e-3  # beats; float32 rows are as near to the notes they came from


def edit(
    generator: Generator,
    piece: Composition,
    seed: int,
    controls: Mapping[str, float] | None = None,
    begin: float | None = None,
    end: float | None = None,
) -> Composition:
    """Give the piece with its melody edited in [begin, end) beats, by default in all its bars.

    What of the melody lies outside stays as it is, and the generator sees it.
    """
    manifest = generator.manifest
    manifest.require(EDIT)
    begin, end = melody_range(piece, begin, end)
    given, clip = dict(controls or {}), piece.melody.clip
    if not clip.notes and end <= begin:
        return piece
    given_notes = Timeline(clip.notes)
    done = Timeline(n for n in clip.notes if n.start < begin)  # and what is edited
    edited: list[Note] = []
    for window in windows(piece.meter, begin, end, manifest.max_beats):
        bpm = piece.tempo.bpm_at(window.begin)
        before, after = (t.around(window.begin, window.end) for t in (done, given_notes))
        left = tuple(n for n in after.notes if n.start >= window.begin)
        tracks = {MELODY: Clip(before.notes + left)}
        answer = ask(generator, tracks, window, bpm, given, seed)[MELODY]
        new = _restored(answer, [n for n in left if n.start < window.end])
        done.add(new.notes)
        edited += new.notes
    clip = without(clip, begin, end).merged(Clip(tuple(edited)))
    return replace(
        piece,
        melody=replace(piece.melody, name=piece.melody.name or "melody", clip=clip),
        ticks_per_beat=finer(piece.ticks_per_beat),
        provenance={**piece.provenance, **provenance(generator, seed, given)},
    )


def stages(
    generator: Generator,
    piece: Composition,
    seed: int,
    count: int,
    controls: Mapping[str, float] | None = None,
    span: tuple[float | None, float | None] = (None, None),
) -> list[Composition]:
    """Give the piece after each of `count` steps of an edit, the surest edits first."""
    given = dict(controls or {})
    whole = float(given.get(EXTENT, 100.0))
    return [
        edit(generator, piece, seed, {**given, EXTENT: whole * (k + 1) / count}, *span)
        for k in range(count)
    ]


def _restored(answer: Clip, inside: list[Note]) -> Clip:
    """Give notes that were not edited back as they were, not as float32 tells them."""
    by_pitch: dict[int, list[Note]] = {}
    for note in inside:
        by_pitch.setdefault(note.pitch, []).append(note)
    notes = []
    for note in answer.notes:
        same_pitch = by_pitch.get(note.pitch, [])
        at = bisect_right(same_pitch, note.start - _SAME, key=lambda n: n.start)
        twin = next((n for n in same_pitch[at : at + 1] if n.start < note.start + _SAME), None)
        if twin is not None:
            same = abs(twin.duration - note.duration) < _SAME
            note = replace(
                note,
                start=twin.start,
                duration=twin.duration if same else note.duration,
                velocity=twin.velocity,
            )
        notes.append(note)
    return Clip(tuple(notes))
