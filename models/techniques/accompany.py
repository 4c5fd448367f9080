"""Asks a generator for the accompaniment of a melody, meter by meter, bar lines at their place."""

from collections.abc import Mapping
from dataclasses import replace

from models.artifact.generator import (
    MELODY,
    Generator,
    clip_from_rows,
    resolve_controls,
    rows_from_clips,
)
from models.artifact.manifest import ACCOMPANY, Manifest
from models.errors import ContinuoError
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Note, Track
from models.music.score import finer
from models.music.tempo import EPSILON, MeterMap
from models.music.whole_bars import whole_bars_end
from models.techniques.windows import Window, windows


class RangeError(ContinuoError, ValueError):
    """The stretch to accompany is empty or not on the time line: the user's mistake."""


def accompany(
    generator: Generator,
    piece: Composition,
    seed: int,
    controls: Mapping[str, float] | None = None,
    begin: float | None = None,
    end: float | None = None,
) -> Composition:
    """Give the piece with the accompaniment that the generator puts into [begin, end) beats.

    Without `begin` and `end` that is every bar of the melody. With either, what tracks of the same
    names already play outside of it stays, and the generator sees it.
    """
    manifest = generator.manifest
    manifest.require(ACCOMPANY)
    kept = _kept(piece, manifest) if not (begin is None and end is None) else {}
    begin, end = melody_range(piece, begin, end)
    clips = {i: _without(kept.get(t.name, Clip()), begin, end) for i, t in _numbered(manifest)}
    given = dict(controls or {})
    for window in windows(piece.meter, begin, end, manifest.max_beats):
        shifted = [(i, c.shifted(-window.origin)) for i, c in clips.items()]
        rows = rows_from_clips([(MELODY, piece.melody.clip.shifted(-window.origin)), *shifted])
        bpm = piece.tempo.bpm_at(window.begin)
        values = resolve_controls(manifest, given, window.meter.beats_per_bar, bpm)
        answer = generator.generate(
            rows, window.begin - window.origin, window.end - window.origin, values, seed
        )
        for i in clips:
            clips[i] = clips[i].merged(_placed(clip_from_rows(answer, i, 0.0), window))
    return replace(
        piece,
        melody=replace(piece.melody, name=piece.melody.name or "melody"),
        accompaniment=_tracks(piece, manifest, clips, end),
        ticks_per_beat=finer(piece.ticks_per_beat),
        provenance={**piece.provenance, **_provenance(manifest, seed, given)},
    )


def melody_range(
    piece: Composition, begin: float | None = None, end: float | None = None
) -> tuple[float, float]:
    """Say which beats to accompany: the melody's bars, or what was asked for; RangeError."""
    clip = piece.melody.clip
    if begin is None:
        whole = end is None and bool(clip.notes)
        begin = max(piece.meter.bar_line(clip.notes[0].start), 0.0) if whole else 0.0
    if end is None:
        end = _melody_end(clip, piece.meter)
        if not clip.notes:
            return begin, max(begin, end)
    if begin < 0:
        raise RangeError(f"begin must be at least beat 0, got {begin:g}")
    if end <= begin:
        raise RangeError(f"end must be later than begin, got {begin:g} to {end:g} beats")
    return begin, end


def _melody_end(clip: Clip, meter: MeterMap) -> float:
    if not clip.notes:
        return meter.bar_line_from(clip.length)
    return whole_bars_end(clip, meter)


def _numbered(manifest: Manifest) -> list[tuple[int, Track]]:
    empty = [Track(t.name, Clip(), t.role, t.program, t.channel) for t in manifest.tracks]
    return list(enumerate(empty, start=1))


def _kept(piece: Composition, manifest: Manifest) -> dict[str, Clip]:
    names = {t.name for t in manifest.tracks}
    return {t.name: t.clip for t in piece.accompaniment if t.name in names}


def _without(clip: Clip, begin: float, end: float) -> Clip:
    """What of a clip lies outside [begin, end), cut where it would ring into it."""
    before = tuple(
        replace(n, duration=min(n.duration, begin - n.start)) for n in clip.notes if n.start < begin
    )
    return replace(clip, notes=before + tuple(n for n in clip.notes if n.start >= end))


def _placed(clip: Clip, window: Window) -> Clip:
    """Put an answer at its place in the piece, no note outside of the window."""
    notes = []
    for note in clip.notes:
        # The float32 of an answer may fall a hair before the window.
        start = max(note.start + window.origin, window.begin)
        if start < window.end - EPSILON:
            stop = min(note.end + window.origin, window.end)
            notes.append(Note(start, max(stop - start, 0.0), note.pitch, note.velocity))
    return Clip(tuple(notes))


def _tracks(
    piece: Composition, manifest: Manifest, clips: Mapping[int, Clip], end: float
) -> tuple[Track, ...]:
    length = max(end, piece.melody.clip.length)
    tracks = [replace(t, clip=replace(clips[i], length=length)) for i, t in _numbered(manifest)]
    # Two tracks on one channel would share an instrument and cut each other's notes.
    wanted = {t.channel for t in tracks} | {piece.melody.channel, DRUM_CHANNEL}
    free = [c for c in range(16) if c not in wanted]
    return tuple(
        replace(t, channel=free.pop(0))
        if t.channel == piece.melody.channel and free and not t.is_drum
        else t
        for t in tracks
    )


def _provenance(manifest: Manifest, seed: int, controls: Mapping[str, float]) -> dict[str, object]:
    return {
        "model": manifest.name,
        "sha256": manifest.sha256,
        "seed": seed,
        "controls": dict(controls),
    }
