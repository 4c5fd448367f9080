"""Voice leading and harmony of four-part frames: each figure a ratio of two counts.

A change is a step from one frame to the next in which at least one voice takes another pitch while
all four sound in both. Held and repeated notes are the same thing on this grid.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.evaluation.four_part.chords import (
    INCOMPLETE,
    OTHER,
    SEVENTH,
    TEMPLATES,
    TRIAD,
    beat_chords,
    chord_classes,
    chroma,
    pitch_class_sets,
)
from models.evaluation.four_part.frames import PAIRS, VOICES
from models.music.sixteenths import STEPS_PER_BEAT, Frames

Counts = dict[str, tuple[float, float]]  # figure: (numerator, denominator)

# Lowest and highest pitch of each voice in the 229 training chorales of the classical split.
BACH_RANGES = ((60, 81), (52, 74), (46, 69), (36, 66))
_UNISON, _FIFTH = 0, 7
_OCTAVE = 12
# Harte's tonal space: circles of fifths, of minor thirds, of major thirds (half as wide).
_ANGLES = np.arange(12)[:, None] * np.pi * np.array([7 / 6, 7 / 6, 3 / 2, 3 / 2, 2 / 3, 2 / 3])
_TONAL = np.where(np.arange(6) % 2 == 0, np.sin(_ANGLES), np.cos(_ANGLES)) * [1, 1, 1, 1, 0.5, 0.5]
_CONSONANCE = np.array([1, -1, -1, 1, 1, 0, -1, 1, 1, 1, -1, -1])  # by interval mod 12


def rules(frames: Frames) -> dict[str, float]:
    """Measure one piece; a figure that nothing counts for is NaN."""
    return ratios(count(frames))


def corpus_rules(pieces: Sequence[Frames]) -> dict[str, float]:
    """Measure pieces together: all counts are summed before they are divided."""
    return ratios(total([count(p) for p in pieces]))


def total(counts: Sequence[Counts]) -> Counts:
    """Sum the counts of several pieces."""
    names = counts[0] if counts else {}
    return {n: (sum(c[n][0] for c in counts), sum(c[n][1] for c in counts)) for n in names}


def ratios(counts: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Divide; NaN where nothing was counted."""
    return {n: float(a / b) if b else float("nan") for n, (a, b) in counts.items()}


def count(frames: Frames) -> Counts:
    """Count all figures of one piece, [T, 4] with frame 0 on a beat and -1 for a rest."""
    counts = {
        **_parallels(frames, ""),
        **_parallels(frames[::STEPS_PER_BEAT], "_beat"),
        **_leading(frames),
        **_spacing(frames),
        **_intervals(frames),
        **_sonorities(frames),
        **_chords(frames),
        **_rhythm(frames),
    }
    return {name: (float(a), float(b)) for name, (a, b) in counts.items()}


class _Moves:
    """What happens from each frame to the next."""

    def __init__(self, frames: Frames) -> None:
        self.before, self.after = frames[:-1], frames[1:]
        sounding = frames >= 0
        self.step = self.after - self.before
        self.both = sounding[1:] & sounding[:-1]
        self.full: NDArray[np.bool_] = np.all(self.both, axis=1)
        self.moved = (self.step != 0) & self.full[:, None]
        self.changed = self.moved.any(axis=1)
        self.changes = self.changed.sum()

    def same_way(self, upper: int, lower: int) -> NDArray[np.bool_]:
        """Where two voices both move, up or down together."""
        way = np.sign(self.step[:, upper]) * np.sign(self.step[:, lower])
        together: NDArray[np.bool_] = self.full & (way > 0)
        return together


def _parallels(frames: Frames, suffix: str) -> Counts:
    moves = _Moves(frames)
    found = {_FIFTH: 0, _UNISON: 0}
    for upper, lower in PAIRS:
        before = np.abs(moves.before[:, upper] - moves.before[:, lower]) % 12
        after = np.abs(moves.after[:, upper] - moves.after[:, lower]) % 12
        parallel = moves.same_way(upper, lower) & (before == after)
        for interval in found:
            found[interval] += int((parallel & (after == interval)).sum())
    return {
        f"parallel_fifths{suffix}": (100 * found[_FIFTH], moves.changes),
        f"parallel_octaves{suffix}": (100 * found[_UNISON], moves.changes),
    }


def _leading(frames: Frames) -> Counts:
    moves = _Moves(frames)
    outer_before = (moves.before[:, 0] - moves.before[:, 3]) % 12
    outer_after = (moves.after[:, 0] - moves.after[:, 3]) % 12
    open_interval = (outer_after == _UNISON) | (outer_after == _FIFTH)
    leap = np.abs(moves.step[:, 0]) > 2
    hidden = moves.same_way(0, 3) & open_interval & leap & (outer_before != outer_after)
    overlaps = 0
    for upper in range(3):
        over = moves.after[:, upper] < moves.before[:, upper + 1]
        under = moves.after[:, upper + 1] > moves.before[:, upper]
        overlaps += (moves.full & (over | under)).sum()
    contrary = moves.changed & (np.sign(moves.step[:, 0]) * np.sign(moves.step[:, 3]) < 0)
    return {
        "hidden": (100 * hidden.sum(), moves.changes),
        "overlap": (100 * overlaps, moves.changes),
        "all4": (moves.moved.all(axis=1).sum(), moves.changes),
        "contrary": (contrary.sum(), moves.changes),
    }


def _spacing(frames: Frames) -> Counts:
    sounding = frames >= 0
    gap = frames[:, :-1] - frames[:, 1:]
    both = sounding[:, :-1] & sounding[:, 1:]
    crossed = (both & (gap < 0)).any(axis=1)
    wide = (both & (gap > _OCTAVE))[:, :2].any(axis=1)
    low, high = np.array(BACH_RANGES).T
    outside = sounding & ((frames < low) | (frames > high))
    return {
        "crossing": (100 * crossed.sum(), len(frames)),
        "spacing": (100 * wide.sum(), len(frames)),
        "range": (100 * outside.sum(), sounding.sum()),
        "rest": (100 * (~sounding).sum(), sounding.size),
    }


def _intervals(frames: Frames) -> Counts:
    moves = _Moves(frames)
    sizes = np.abs(moves.step[moves.both & (moves.step != 0)])
    return {
        "steps": ((sizes <= 2).sum(), len(sizes)),
        "odd_leaps": (100 * np.isin(sizes, (6, 10, 11)).sum(), len(sizes)),
        "wide_leaps": (100 * (sizes > _OCTAVE).sum(), len(sizes)),
    }


def _sonorities(frames: Frames) -> Counts:
    full = (frames >= 0).all(axis=1)
    kinds = chord_classes(pitch_class_sets(frames))
    beat = full & (np.arange(len(frames)) % STEPS_PER_BEAT == 0)
    named = (("triad", TRIAD), ("seventh", SEVENTH), ("incomplete", INCOMPLETE), ("other", OTHER))
    counts: Counts = {name: ((full & (kinds == kind)).sum(), full.sum()) for name, kind in named}
    counts["chordal"] = ((full & (kinds != OTHER)).sum(), full.sum())
    counts["chordal_beat"] = ((beat & (kinds != OTHER)).sum(), beat.sum())
    rough = pairs = 0
    for upper, lower in PAIRS:
        both = (frames[:, upper] >= 0) & (frames[:, lower] >= 0)
        apart = np.abs(frames[:, upper] - frames[:, lower]) % 12
        rough += (both & np.isin(np.minimum(apart, 12 - apart), (1, 2, 6))).sum()
        pairs += both.sum()
    counts["dissonance"] = (rough, pairs)
    return counts


def _chords(frames: Frames) -> Counts:
    melody, others = frames[:, 0], frames[:, 1:]
    labels = beat_chords(others)
    each = np.repeat(labels, STEPS_PER_BEAT)
    line = melody[: len(each)]
    judged = (line >= 0) & (each >= 0)
    inside = judged & (TEMPLATES[each, line % 12] > 0)
    known = labels[labels >= 0]
    centres = (TEMPLATES / TEMPLATES.sum(axis=1, keepdims=True)) @ _TONAL
    travelled = np.linalg.norm(np.diff(centres[known], axis=0), axis=1)
    shares = np.bincount(known) / max(len(known), 1)
    shares = shares[shares > 0]
    return {
        "note_in_chord": (inside.sum(), judged.sum()),
        "tonal_distance": (travelled.sum(), len(travelled)),
        "chord_entropy": (-(shares * np.log(shares)).sum(), 1),
        "chords": (len(shares), 1),
        "hr_beat": ((np.diff(known) != 0).sum(), max(len(known) - 1, 0)),
        **_melody_fit(melody, others),
    }


def _melody_fit(melody: NDArray[np.int64], others: Frames) -> Counts:
    both = (melody >= 0)[:, None] & (others >= 0)
    scores = _CONSONANCE[np.abs(melody[:, None] - others) % 12][both]
    weights = chroma(others)
    judged = (melody >= 0) & (weights.sum(axis=1) > 0)
    heard = weights[judged]
    centres = (heard / heard.sum(axis=1, keepdims=True)) @ _TONAL
    apart = np.linalg.norm(centres - _TONAL[melody[judged] % 12], axis=1)
    return {
        "consonance": (scores.sum(), len(scores)),
        "melody_distance": (apart.sum(), judged.sum()),
    }


def _rhythm(frames: Frames) -> Counts:
    moves = _Moves(frames)
    held = moves.both & (moves.step == 0)
    counts: Counts = {
        f"held_{voice}": (held[:, v].sum(), moves.both[:, v].sum())
        for v, voice in enumerate(VOICES)
    }
    counts["held"] = (held.sum(), moves.both.sum())
    sets = pitch_class_sets(frames)
    turned = moves.full & (sets[1:] != sets[:-1])
    counts["hr_frame"] = (STEPS_PER_BEAT * turned.sum(), moves.full.sum())
    return counts
