"""Measures of bands: their plan, bass and drums, bars that come again, bars that are copied."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.evaluation.any_style.measures import chroma
from models.evaluation.any_style.slot_chords import (
    MODES,
    Slots,
    as_harmonised,
    changes,
    plan_features,
)
from models.evaluation.any_style.texture import Texture
from models.evaluation.means import mean_rows
from models.evaluation.two_sample_test import two_sample_accuracy
from models.music.clip import Composition

Pieces = Sequence[Composition]
Values = dict[str, float]
Array = NDArray[np.float64]
_KICK, _SNARE, _CYMBALS = (35, 36), (37, 38, 39, 40), (42, 44, 46, 51, 53, 59)
_TOMS = (41, 43, 45, 47, 48, 50)
_STEPS = 16
_LEAST_NOTES, _LEAST_PITCHES = 4, 3  # of a bar that can be called a copy
_BASSES = ("bass", "left hand", "cello")


def band_sets(
    real: Pieces, takes: Sequence[Pieces], baselines: Mapping[str, Pieces], training: Pieces
) -> dict[str, Values]:
    """Measure the model's takes ("model", their mean), "real" music and naive accompaniments."""
    there = [Slots(Texture(p)) for p in real]
    learnt = {bar for p in training for bar in _bars_of(Texture(p))} if training else set()
    halves = {name: told(there[0::2], there[1::2], f) for name, f in FEATURES.items()}
    out = {
        "model": mean_rows([_measured(there, take, learnt) for take in takes]),
        "real": {**_figures(there, there, learnt), **halves},
    }
    for name, pieces in baselines.items():
        out[name] = _measured(there, pieces, learnt)
    return out


def _measured(real: Sequence[Slots], pieces: Pieces, learnt: set[bytes]) -> Values:
    made = [Slots(Texture(p)) for p in pieces]
    classified = {name: told(real, made, f) for name, f in FEATURES.items()}
    return {**_figures(real, made, learnt), **classified}


def _figures(real: Sequence[Slots], made: Sequence[Slots], learnt: set[bytes]) -> Values:
    counts: dict[str, list[tuple[float, float]]] = {
        "as_harmonised": [as_harmonised(a, b) for a, b in zip(real, made, strict=True)],
        "chord_changes": [changes(p) for p in made],
        "semitone_beside": [_semitones(p.texture) for p in made],
        "bass_on_root": [_bass_on_root(p) for p in made],
        "bars_repeat": [_repeats(p.texture) for p in made],
        "backbeat": [_backbeat(p.texture) for p in made],
    }
    if learnt:
        counts["copied_bars"] = [_copied(p.texture, learnt) for p in made]
    sums = {n: (sum(a for a, _ in c), sum(b for _, b in c)) for n, c in counts.items()}
    return {n: a / b if b else float("nan") for n, (a, b) in sums.items()}


def told(a: Sequence[Slots], b: Sequence[Slots], features: Callable[[Slots], Array]) -> float:
    """Tell two sets apart by some features; NaN where one of them has none."""
    first, second = [features(p) for p in a], [features(p) for p in b]
    if not sum(map(len, first)) or not sum(map(len, second)):
        return float("nan")
    return two_sample_accuracy(first, second)


def _semitones(piece: Texture) -> tuple[float, float]:
    """The mean share of lower pitches a semitone beside the melody, where both sound."""
    melody, below = chroma(piece.melody), chroma(piece.below)
    both = melody.any(axis=1) & below.any(axis=1)
    top = melody.argmax(axis=1)
    rows = np.arange(len(below))
    beside = below[rows, (top - 1) % 12] + below[rows, (top + 1) % 12]
    return float((beside[both] / below[both].sum(axis=1)).sum()), float(both.sum())


def _bass_notes(piece: Texture) -> list[tuple[int, int]]:
    """Give (step, pitch) of the track that is called the bass."""
    return [
        (round(n.start * 4), n.pitch)
        for t in piece.piece.accompaniment
        if not t.is_drum and (t.role in _BASSES or any(w in t.name.casefold() for w in _BASSES))
        for n in t.clip.notes
    ]


def _bass_on_root(piece: Slots) -> tuple[float, float]:
    """Count the basses struck at the start of a slot that are the chord's root or fifth."""
    chord = {a: c for (a, _), c in zip(piece.bounds, piece.chords.tolist(), strict=True)}
    struck = [(chord[s], p) for s, p in _bass_notes(piece.texture) if chord.get(s, -1) >= 0]
    return float(sum((p - c // MODES) % 12 in (0, 7) for c, p in struck)), float(len(struck))


def _repeats(piece: Texture) -> tuple[float, float]:
    """How alike bars are whose melody is the same, note for note (cells struck, Jaccard)."""
    seen: dict[bytes, int] = {}
    total, count = 0.0, 0
    for a, b in piece.bars:
        melody = piece.melody[a:b]
        if not melody.any():
            continue
        code = melody.tobytes()
        if code in seen:
            before = piece.onsets[seen[code] : seen[code] + b - a]
            either = (before | piece.onsets[a:b]).sum()
            total += float((before & piece.onsets[a:b]).sum() / either) if either else 1.0
            count += 1
        else:
            seen[code] = a
    return total, float(count)


def _backbeat(piece: Texture) -> tuple[float, float]:
    """Count the bars of 4/4 with drums that have a snare on the second and the fourth beat."""
    cells = _drum_cells(piece)
    bars = [cells[a:b] for a, b in piece.bars if b - a == _STEPS and cells[a:b].any()]
    return float(sum(bool(bar[4, 1] and bar[12, 1]) for bar in bars)), float(len(bars))


def _drum_cells(piece: Texture) -> Array:
    """Where kick, snare, cymbals and toms are struck, [steps, 4]."""
    cells = np.zeros((piece.steps, 4))
    for track in piece.piece.accompaniment:
        for note in track.clip.notes if track.is_drum else ():
            step = round(note.start * 4)
            for i, group in enumerate((_KICK, _SNARE, _CYMBALS, _TOMS)):
                if note.pitch in group and 0 <= step < piece.steps:
                    cells[step, i] = 1.0
    return cells


def drum_features(piece: Slots) -> Array:
    """Describe the drums of each bar of sixteen steps and how it differs from the one before."""
    cells = _drum_cells(piece.texture)
    bars = [(cells[a:b], a) for a, b in piece.texture.bars if b - a == _STEPS and cells[a:b].any()]
    rows = []
    for (before, _), (bar, _) in pairwise([bars[0], *bars] if bars else []):
        rows.append(np.concatenate([bar.ravel(), bar.sum(axis=0), [(bar != before).mean()]]))
    return np.array(rows).reshape(len(rows), 4 * _STEPS + 5)


def bass_features(piece: Slots) -> Array:
    """Describe the bass of each bar: rhythm, register, moves, what it is in the chord."""
    notes = sorted(_bass_notes(piece.texture))
    starts = np.array([s for s, _ in notes])
    edges = [a for a, _ in piece.bounds]
    rows = []
    for a, b in piece.texture.bars:
        here = notes[int(np.searchsorted(starts, a)) : int(np.searchsorted(starts, b))]
        if not here:
            continue
        struck, tones = np.zeros(_STEPS), np.zeros(12)
        for step, pitch in here:
            struck[min((step - a) * _STEPS // (b - a), _STEPS - 1)] = 1.0
            chord = piece.chords[int(np.searchsorted(edges, step, side="right")) - 1]
            tones[(pitch - max(int(chord), 0) // MODES) % 12] += 1.0
        moves = np.abs(np.diff([p for _, p in here])) if len(here) > 1 else np.zeros(1)
        kinds = [(moves == 0).mean(), ((moves > 0) & (moves <= 2)).mean(), moves.mean()]
        level = np.mean([p for _, p in here])
        rows.append(np.concatenate([struck, tones / len(here), kinds, [level, len(here)]]))
    return np.array(rows).reshape(len(rows), _STEPS + 12 + 5)


def _bars_of(piece: Texture) -> list[bytes]:
    """Name what is struck in each bar but for the drums, alike in every transposition."""
    out = []
    for a, b in piece.bars:
        steps, pitches = np.nonzero(piece.onsets[a:b])
        if len(steps) >= _LEAST_NOTES and len(set(pitches.tolist())) >= _LEAST_PITCHES:
            order = np.stack([steps, pitches - pitches.min()]).astype(np.int16)
            out.append(order.tobytes())
    return out


def _copied(piece: Texture, learnt: set[bytes]) -> tuple[float, float]:
    bars = _bars_of(piece)
    return float(sum(bar in learnt for bar in bars)), float(len(bars))


FEATURES: Mapping[str, Callable[[Slots], Array]] = {
    "c2st_plan": plan_features,
    "c2st_bass": bass_features,
    "c2st_drums": drum_features,
}
