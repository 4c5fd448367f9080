"""Naive accompaniments of any melody: another piece's, and random triads."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from models.music.clip import Clip, Composition, Note, Track

_LOWEST = 48  # random triads lie in the octave from here on
_HALF_BAR = 2.0
_SHAPES = ((0, 4, 7), (0, 3, 7))


def other_piece(pieces: Sequence[Composition], *, same_key: bool = False) -> list[Composition]:
    """Put below each melody what stands below the next one, looped.

    With `same_key`, moved by the semitones that bring its pitch classes nearest to the melody's.
    """
    out = []
    for piece, other in zip(pieces, [*pieces[1:], *pieces[:1]], strict=True):
        shift = _shift(piece, other) if same_key else 0
        tracks = [
            replace(t, clip=_looped(t.clip, other.length, piece.length, 0 if t.is_drum else shift))
            for t in other.accompaniment
        ]
        out.append(piece.with_accompaniment(tracks))
    return out


def random_triads(pieces: Sequence[Composition], seed: int = 0) -> list[Composition]:
    """Strike a random triad that has the melody's first note in each half bar of 4/4."""
    out = []
    for number, piece in enumerate(pieces):
        random = np.random.default_rng((seed, number))
        notes: list[Note] = []
        for half in range(ceil(piece.length / _HALF_BAR)):
            begin, end = half * _HALF_BAR, (half + 1) * _HALF_BAR
            heard = [n for n in piece.melody.clip.notes if n.start < end and n.end > begin]
            if heard:
                shape = _SHAPES[random.integers(2)]
                root = heard[0].pitch - shape[random.integers(3)]
                pitches = (_LOWEST + (root + tone - _LOWEST) % 12 for tone in shape)
                notes += [Note(begin, _HALF_BAR, pitch) for pitch in pitches]
        track = Track("triads", Clip(tuple(notes), piece.length), "harmony", 0, 1)
        out.append(piece.with_accompaniment([track]))
    return out


def _looped(clip: Clip, period: float, length: float, shift: int) -> Clip:
    """Repeat a clip every `period` beats up to `length`, moved by `shift` semitones."""
    rounds = range(ceil(length / period)) if period > 0 else range(0)
    notes = (
        replace(n, start=n.start + i * period, pitch=min(max(n.pitch + shift, 0), 127))
        for i in rounds
        for n in clip.notes
    )
    kept = (
        replace(n, duration=min(n.duration, length - n.start)) for n in notes if n.start < length
    )
    return Clip(tuple(kept), length)


def _shift(piece: Composition, other: Composition) -> int:
    melody = _chroma([piece.melody])
    below = _chroma([t for t in other.accompaniment if not t.is_drum])
    fits = [float(melody @ np.roll(below, s)) for s in range(12)]
    best = int(np.argmax(fits))
    return best - 12 if best > 6 else best


def _chroma(tracks: Sequence[Track]) -> NDArray[np.float64]:
    weights = np.zeros(12)
    for track in tracks:
        for note in track.clip.notes:
            weights[note.pitch % 12] += note.duration
    return weights
