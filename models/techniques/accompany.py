"""Asks a generator for the accompaniment of a melody, meter by meter, bar lines at their place."""

from collections.abc import Mapping
from dataclasses import replace

from models.artifact.generator import CHORDS, MELODY, Generator
from models.artifact.manifest import ACCOMPANY, ENDS, HEARD, Manifest
from models.errors import ContinuoError
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Track
from models.music.score import finer
from models.music.tempo import EPSILON, MeterMap
from models.music.whole_bars import whole_bars_end
from models.techniques.call import ask, provenance
from models.techniques.fill import best_filling
from models.techniques.known_key import with_key
from models.techniques.parts import LEADING, matching_tracks
from models.techniques.phrases import told_ends
from models.techniques.surroundings import GrowingTrack, Timeline
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
    names already play outside of it stays, and the generator sees it; where music follows, the
    answer is the one of several that leads into it best. Without them it is a whole piece, which
    may close in its last bar: the control ENDS says so, and 0 that it goes on.
    """
    manifest = generator.manifest
    manifest.require(ACCOMPANY)
    is_piece = begin is None and end is None and HEARD not in (controls or {})
    kept = own_tracks(piece, manifest) if not (begin is None and end is None) else {}
    begin, end = melody_range(piece, begin, end)
    voices = {i: GrowingTrack(kept.get(i, Clip()), begin, end) for i, _ in _numbered(manifest)}
    heard = heard_notes(manifest, piece, controls or {})
    given = {ENDS: float(is_piece), **with_key(manifest, piece, controls or {})}
    for window in windows(piece.meter, begin, end, manifest.max_beats):
        here = (window.begin, window.end)
        written = {i: voice.around(*here) for i, voice in voices.items()}
        tracks = {**{i: line.around(*here) for i, line in heard.items()}, **written}
        bpm = piece.tempo.bpm_at(window.begin)

        def answer(
            seed: int, window: Window = window, tracks: dict[int, Clip] = tracks, bpm: float = bpm
        ) -> dict[int, Clip]:
            told = given if window.end > end - EPSILON else {**given, ENDS: 0.0}
            return ask(generator, tracks, window, bpm, told, seed)

        found = best_filling(answer, written, window.end, seed)
        for i, voice in voices.items():
            voice.add(found[i].notes)
    clips = {i: voice.clip for i, voice in voices.items()}
    return replace(
        piece,
        melody=replace(piece.melody, name=piece.melody.name or "melody"),
        accompaniment=_tracks(piece, manifest, clips, end),
        ticks_per_beat=finer(piece.ticks_per_beat),
        provenance={**piece.provenance, **provenance(generator, seed, controls or {})},
    )


def chord_track(chords: Clip | None) -> tuple[Track, ...]:
    """Make the track of chords that lead; none without notes."""
    return (Track("Chords", chords, LEADING, channel=15),) if chords and chords.notes else ()


def heard_notes(
    manifest: Manifest, piece: Composition, controls: Mapping[str, float]
) -> dict[int, Timeline]:
    """Give what a model is shown of a piece, by the numbers of its rows."""
    shown = _heard_clips(piece) | told_ends(manifest, piece, controls)
    return {number: Timeline(clip.notes) for number, clip in shown.items()}


def _heard_clips(piece: Composition) -> dict[int, Clip]:
    """Give what leads, by number: the melody, and the chords to be followed if there are any."""
    lead = [t.clip for t in piece.accompaniment if t.role == LEADING]
    return {MELODY: piece.melody.clip} | ({CHORDS: lead[0]} if lead else {})


def with_leading(made: Composition, piece: Composition) -> Composition:
    """Give what was made of a piece with the chords that led it, for whoever asks about it."""
    lead = (t for t in piece.accompaniment if t.role == LEADING)
    return made.with_accompaniment((*made.accompaniment, *lead))


def melody_range(
    piece: Composition, begin: float | None = None, end: float | None = None
) -> tuple[float, float]:
    """Say which beats to accompany: the melody's bars, or what was asked for; RangeError."""
    clip = piece.melody.clip
    if begin is None:
        whole = end is None and bool(clip.notes)
        begin = max(piece.meter.bar_line(clip.notes[0].start), 0.0) if whole else 0.0
    if end is None:
        end = melody_end(clip, piece.meter)
        if not clip.notes:
            return begin, max(begin, end)
    return checked_range(begin, end)


def checked_range(begin: float, end: float) -> tuple[float, float]:
    """Give [begin, end) beats back; RangeError if it is empty or not on the time line."""
    if begin < 0:
        raise RangeError(f"begin must be at least beat 0, got {begin:g}")
    if end <= begin:
        raise RangeError(f"end must be later than begin, got {begin:g} to {end:g} beats")
    return begin, end


def melody_end(clip: Clip, meter: MeterMap) -> float:
    """Give the bar line at which a melody has ended, however long its piece is."""
    if not clip.notes:
        return meter.bar_line_from(clip.length)
    return whole_bars_end(clip, meter)


def _numbered(manifest: Manifest) -> list[tuple[int, Track]]:
    empty = [Track(t.name, Clip(), t.role, t.program, t.channel) for t in manifest.tracks]
    return list(enumerate(empty, start=1))


def own_tracks(piece: Composition, manifest: Manifest) -> dict[int, Clip]:
    """Find what the tracks of a model already play in a piece, by their number."""
    there = {t.name: t.clip for t in piece.accompaniment if t.role != LEADING}
    kept = {i: there[t.name] for i, t in _numbered(manifest) if t.name in there}
    return kept or {i: track.clip for i, track in matching_tracks(piece, manifest).items()}


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
