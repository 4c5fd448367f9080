"""Measures of any accompaniment (a piano, a band) below a melody, on the sixteenth grid."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.evaluation.any_style.texture import Texture
from models.music.sixteenths import STEPS_PER_BEAT

Array = NDArray[np.float64]
Counts = dict[str, tuple[float, float]]

_DISSONANT = (1, 2, 6, 10, 11)
_WINDOW = 16  # steps


def general_figures(pieces: Sequence[Texture]) -> dict[str, float]:
    """Measure a set of pieces; all counts are summed before they are divided."""
    counts = [_count(p) for p in pieces if p.steps]
    names = counts[0] if counts else {}
    sums = {n: (sum(c[n][0] for c in counts), sum(c[n][1] for c in counts)) for n in names}
    return {n: float(a / b) if b else float("nan") for n, (a, b) in sums.items()}


def _count(piece: Texture) -> Counts:
    below, struck = piece.below, piece.onsets
    sounding = below.sum(axis=1)
    beneath = sounding[sounding > 0]
    bars = [struck[a:b] for a, b in piece.bars]
    steps = np.nonzero(struck.any(axis=1))[0]
    return {
        "note_in_chord": _note_in_chord(piece),
        "dissonance": _dissonance(piece),
        "groove": _groove(bars),
        "onsets_per_bar": (float(struck.sum()), len(bars)),
        "polyphony": (float(beneath.sum()), len(beneath)),
        "empty_bars": (sum(not below[a:b].any() for a, b in piece.bars), len(bars)),
        "on_eighths": (float((steps % 2 == 0).sum()), len(steps)),
        "chroma_to_melody": _chroma_to_melody(piece),
    }


def _note_in_chord(piece: Texture) -> tuple[float, float]:
    """Melody steps whose pitch class sounds below within the beat, of those with any chord."""
    melody = _by_beat(chroma(piece.melody)).sum(axis=1)
    chord = _by_beat(chroma(piece.below)).sum(axis=1) > 0
    judged = melody[np.any(chord, axis=1)]
    inside = (melody * chord)[np.any(chord, axis=1)]
    return float(inside.sum()), float(judged.sum())


def _dissonance(piece: Texture) -> tuple[float, float]:
    """The mean share of lower pitches that grate with the melody, over steps where both sound."""
    melody, below = chroma(piece.melody), chroma(piece.below)
    top = melody.argmax(axis=1)
    grating = np.zeros(len(below))
    for interval in _DISSONANT:
        # The intervals are the same both ways round: which lies higher does not count.
        grating += below[np.arange(len(below)), (top - interval) % 12]
    both = melody.any(axis=1) & below.any(axis=1)
    return float((grating[both] / below[both].sum(axis=1)).sum()), float(both.sum())


def _groove(bars: Sequence[NDArray[np.bool_]]) -> tuple[float, float]:
    """How alike the onset patterns of adjacent bars of one length are."""
    struck: list[NDArray[np.bool_]] = [np.any(bar, axis=1) for bar in bars]
    pairs = [(a, b) for a, b in pairwise(struck) if len(a) == len(b)]
    return float(sum((a == b).mean() for a, b in pairs)), len(pairs)


def _chroma_to_melody(piece: Texture) -> tuple[float, float]:
    melody = _by_beat(chroma(piece.melody)).sum(axis=1)
    below = _by_beat(chroma(piece.below)).sum(axis=1)
    size = np.linalg.norm(melody, axis=1) * np.linalg.norm(below, axis=1)
    likeness = (melody * below).sum(axis=1)[size > 0] / size[size > 0]
    return float(likeness.sum()), len(likeness)


def chroma(roll: NDArray[np.bool_]) -> Array:
    """Count the sounding pitches of each pitch class in each step, [steps, 12]."""
    padded = np.pad(roll, ((0, 0), (0, -roll.shape[1] % 12)))
    counts: Array = padded.reshape(len(roll), -1, 12).sum(axis=1).astype(float)
    return counts


def _by_beat(steps: Array) -> Array:
    whole = len(steps) // STEPS_PER_BEAT * STEPS_PER_BEAT
    return steps[:whole].reshape(-1, STEPS_PER_BEAT, steps.shape[1])


def window_features(piece: Texture, offset: int = 0) -> Array:
    """Describe windows of 16 steps in which melody and accompaniment sound, [N, n].

    Alike in every transposition: the accompaniment counted from the melody and from its own bass.
    """
    rows = []
    for at in range(offset, piece.steps - _WINDOW + 1, _WINDOW):
        cut = slice(at, at + _WINDOW)
        melody, below, struck = piece.melody[cut], piece.below[cut], piece.onsets[cut]
        if melody.any() and below.any():
            rows.append(_features(melody, below, struck))
    return np.array(rows).reshape(len(rows), -1) if rows else np.zeros((0, _FEATURES))


def _features(
    melody: NDArray[np.bool_], below: NDArray[np.bool_], struck: NDArray[np.bool_]
) -> Array:
    steps, pitches = np.nonzero(below)
    tops = np.where(melody.any(axis=1), 127 - melody[:, ::-1].argmax(axis=1), -1)
    bass = np.where(below.any(axis=1), below.argmax(axis=1), -1)
    heard = tops[steps] >= 0
    to_melody = np.bincount((tops[steps] - pitches)[heard] % 12, minlength=12)
    to_bass = np.bincount((pitches - bass[steps]) % 12, minlength=12)
    voices = below.sum(axis=1)
    classes = np.sort(np.bincount(pitches % 12, minlength=12))[::-1]
    level = float(tops[tops >= 0].mean())
    moves = np.abs(np.diff(bass[bass >= 0]))
    return np.array(
        [
            *np.any(struck, axis=1).tolist(),
            *(struck.sum(), voices.mean(), voices.std(), (voices == 0).mean()),
            *(level - pitches.mean(), level - pitches.min(), level - pitches.max()),
            *(pitches.std(), (moves > 0).sum(), moves.mean() if len(moves) else 0),
            *(to_melody / max(to_melody.sum(), 1)),
            *(to_bass / len(pitches)),
            *(classes / len(pitches)),
            (classes > 0).sum(),
            (np.diff(below.astype(np.int8), axis=0) != 0).any(axis=1).sum(),
        ],
        np.float64,
    )


_FEATURES = _WINDOW + 10 + 3 * 12 + 2
