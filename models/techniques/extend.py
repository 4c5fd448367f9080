"""Asks a generator to go on from where a melody, or a whole texture, stopped."""

from collections.abc import Mapping
from dataclasses import replace

from models.artifact.generator import MELODY, Generator
from models.artifact.manifest import EXTEND
from models.music.clip import Clip, Composition
from models.music.score import finer
from models.techniques.accompany import checked_range, melody_end
from models.techniques.call import ask, provenance
from models.techniques.parts import matching_tracks
from models.techniques.surroundings import GrowingTrack
from models.techniques.windows import windows

BARS = 8


def extend(
    generator: Generator,
    piece: Composition,
    seed: int,
    controls: Mapping[str, float] | None = None,
    begin: float | None = None,
    end: float | None = None,
) -> Composition:
    """Give the piece with what the generator plays in [begin, end) beats.

    Without `begin` it goes on from the bar line at which the melody has ended, and without `end`
    for eight bars. What there is before `begin` stays untouched; what there is
    from `end` on as well, and the generator sees it: it fills the hole between.
    """
    manifest = generator.manifest
    manifest.require(EXTEND)
    begin, end = extension_range(piece, begin, end)
    given, melody = dict(controls or {}), piece.melody.clip
    parts = matching_tracks(piece, manifest)
    grown = {i: GrowingTrack(track.clip, begin, end) for i, track in parts.items()}
    grown[MELODY] = GrowingTrack(melody, begin, end)
    for window in windows(piece.meter, begin, end, manifest.max_beats):
        bpm = piece.tempo.bpm_at(window.begin)
        tracks = {i: track.around(window.begin, window.end) for i, track in grown.items()}
        answer = ask(generator, tracks, window, bpm, given, seed)
        for i, track in grown.items():
            track.add(answer.get(i, Clip()).notes)
    clips = {i: track.clip for i, track in grown.items()}
    length = max(end, melody.length if melody.end > end else end)
    longer = {i: replace(clip, length=length) for i, clip in clips.items()}
    played = {track.name: longer[i] for i, track in parts.items()}
    return replace(
        piece,
        melody=replace(piece.melody, name=piece.melody.name or "melody", clip=longer[MELODY]),
        accompaniment=tuple(
            replace(t, clip=played.get(t.name, t.clip)) for t in piece.accompaniment
        ),
        ticks_per_beat=finer(piece.ticks_per_beat),
        provenance={**piece.provenance, **provenance(generator, seed, given)},
    )


def extension_range(
    piece: Composition, begin: float | None = None, end: float | None = None, bars: int = BARS
) -> tuple[float, float]:
    """Say which beats to write: from the melody's end on, or what was asked for; RangeError."""
    if begin is None:
        begin = melody_end(piece.melody.clip, piece.meter)
    if end is None:
        end = begin
        for _ in range(bars):
            end = piece.meter.next_bar_line(end)
    return checked_range(begin, end)
