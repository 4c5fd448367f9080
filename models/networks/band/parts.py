"""Which tracks a band has: a piano's two hands, a guitar that only plays chords."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.artifact.manifest import TrackSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Clip, Track
from models.music.instrument_ranges import playable
from models.music.tempo import MeterMap
from models.networks.harmoniser.songs import LABELS

_PIANO = "piano"
_LOWEST, _MIDDLE, _HIGHEST = 48, 58, 67  # where hands part
_LEAST_GAP = 3
_OCTAVE, _BESIDE = 12, 5
_GUITARS = range(24, 32)
RIGHT, LEFT = "right hand", "left hand"
_BASS_ROLES = ("bass", LEFT)


def as_band(corpus: Corpus) -> Corpus:
    """Give a corpus with the tracks that a band has for it, and those that only name chords."""
    return in_range(with_rhythm_guitar(with_hands(corpus)))


def in_range(corpus: Corpus) -> Corpus:
    """Bound the tracks by what their instruments can play, whatever the files ask of them.

    Other chords than those of the files may need a little more than is played there.
    """
    return replace(corpus, tracks=tuple(map(_bounded, corpus.tracks)))


def _bounded(track: TrackSpec) -> TrackSpec:
    if track.role == "drums":
        return track
    lowest, highest = playable(track.program)
    low, high = max(track.low - _BESIDE, lowest), min(track.high + _BESIDE, highest)
    if high - low < _OCTAVE:  # the files play it elsewhere: where the instrument does
        low, high = lowest, highest
    return replace(track, low=low, high=high)


def with_rhythm_guitar(corpus: Corpus) -> Corpus:
    """Call a guitar's chords a part of its own: elsewhere such a track only names the harmony."""

    def named(track: TrackSpec) -> TrackSpec:
        if track.role != "chords" or track.program not in _GUITARS:
            return track
        return replace(track, name="Rhythm guitar", role="rhythm guitar")

    def renamed(piece: Piece) -> Piece:
        parts = [
            replace(t, name=spec.name, role=spec.role)
            for t, spec in zip(piece.composition.accompaniment, tracks, strict=True)
        ]
        return replace(piece, composition=piece.composition.with_accompaniment(parts))

    tracks = tuple(named(t) for t in corpus.tracks)
    if tracks == corpus.tracks:
        return corpus
    train, valid = (tuple(map(renamed, side)) for side in (corpus.train, corpus.valid))
    return replace(corpus, tracks=tracks, train=train, valid=valid)


def with_hands(corpus: Corpus) -> Corpus:
    """Give the only accompaniment that a corpus has, if it is a piano, as two hands."""
    if [t.role for t in corpus.tracks] != [_PIANO]:
        return corpus
    piano = corpus.tracks[0]
    tracks = (
        TrackSpec("Right hand", RIGHT, piano.program, 1, min(_LOWEST, piano.high), piano.high),
        TrackSpec("Left hand", LEFT, piano.program, 2, piano.low, max(_HIGHEST, piano.low)),
    )
    train = tuple(_divided(p, tracks) for p in corpus.train)
    valid = tuple(_divided(p, tracks) for p in corpus.valid)
    return replace(corpus, tracks=tracks, train=train, valid=valid)


def _divided(piece: Piece, tracks: tuple[TrackSpec, TrackSpec]) -> Piece:
    whole = piece.composition
    clip = whole.accompaniment[0].clip
    clips = hands(clip, whole.meter)
    others = tuple(
        Track(t.name, c, t.role, t.program, t.channel) for t, c in zip(tracks, clips, strict=True)
    )
    return replace(piece, composition=whole.with_accompaniment(others))


def hands(clip: Clip, meter: MeterMap) -> tuple[Clip, Clip]:
    """Divide a piano's notes bar by bar, where they lie farthest apart: (right, left)."""
    bars = [meter.bar_line(n.start) for n in clip.notes]
    by_bar: dict[float, list[int]] = {}
    for bar, note in zip(bars, clip.notes, strict=True):
        by_bar.setdefault(bar, []).append(note.pitch)
    parts = {bar: parting(pitches) for bar, pitches in by_bar.items()}
    high = tuple(n for b, n in zip(bars, clip.notes, strict=True) if n.pitch >= parts[b])
    low = tuple(n for b, n in zip(bars, clip.notes, strict=True) if n.pitch < parts[b])
    return Clip(high, clip.length), Clip(low, clip.length)


def parting(pitches: list[int]) -> int:
    """Say from which pitch on the right hand plays: above the widest gap near the middle."""
    there = np.unique(np.array(pitches))
    between = (there[:-1] + there[1:]) / 2
    gaps = np.where((between >= _LOWEST) & (between <= _HIGHEST), np.diff(there), 0)
    if not len(gaps) or gaps.max() < _LEAST_GAP:
        return _MIDDLE
    gap = int(gaps.argmax())
    return int(there[gap]) + 1


def bass_of(tracks: Sequence[TrackSpec]) -> int:
    """Say which track has the bass: by its role, else the lowest; -1 where all are drums."""
    for i, track in enumerate(tracks):
        if track.role in _BASS_ROLES:
            return i
    pitched = [(t.low, i) for i, t in enumerate(tracks) if t.role != "drums"]
    return min(pitched)[1] if pitched else -1


def without_labels(corpus: Corpus) -> Corpus:
    """Leave out a track that only names the chords, where others play."""
    pitched = [t for t in corpus.tracks if t.role != "drums"]
    if len(pitched) < 2 or all(t.role != LABELS for t in pitched):
        return corpus

    def cut(piece: Piece) -> Piece:
        others = [t for t in piece.composition.accompaniment if t.role != LABELS]
        return replace(piece, composition=piece.composition.with_accompaniment(others))

    tracks = tuple(t for t in corpus.tracks if t.role != LABELS)
    train, valid = (tuple(map(cut, side)) for side in (corpus.train, corpus.valid))
    return replace(corpus, tracks=tracks, train=train, valid=valid)


def labels_of(piece: Piece) -> Clip | None:
    """Give the chords that are named in a piece; None where none are."""
    named = [t.clip for t in piece.composition.accompaniment if t.role == LABELS]
    return named[0] if named and named[0].notes else None


def is_lead_sheet(piece: Piece) -> bool:
    """Whether a piece has nothing but a melody and named chords."""
    return all(t.role == LABELS or not t.clip.notes for t in piece.composition.accompaniment)
