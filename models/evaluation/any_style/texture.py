"""The texture of whole pieces: DeepComposer's measures over a set, and nearness to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.evaluation.any_style import metrics
from models.evaluation.any_style.metrics import Roll
from models.evaluation.means import mean_of
from models.music.clip import Clip, Composition
from models.music.piano_roll import to_roll
from models.music.sixteenths import STEPS_PER_BEAT

_SPAN = 48  # pitches around the reference of a bar that are compared, and steps of its length
_LONGEST = 32
_MOST_BARS, _MOST_TRAINING_BARS = 1500, 4000


@dataclass(frozen=True)
class Texture:
    """One piece on the sixteenth grid, drums apart."""

    piece: Composition

    @cached_property
    def steps(self) -> int:
        """Its length in steps, whole bars."""
        return self.bars[-1][1] if self.bars else 0

    @cached_property
    def bars(self) -> list[tuple[int, int]]:
        """First and last step (not included) of each bar up to the last release."""
        end = max(t.clip.end for t in self.piece.tracks)
        lines, meter = [0.0], self.piece.meter
        while lines[-1] < end - 1e-6:
            lines.append(meter.next_bar_line(lines[-1]))
        steps = [round(line * STEPS_PER_BEAT) for line in lines]
        return list(pairwise(steps))

    @cached_property
    def melody(self) -> Roll:
        """Where the melody sounds."""
        return self._roll(self.piece.melody.clip)

    @cached_property
    def tracks(self) -> list[Roll]:
        """Where each accompanying track sounds."""
        return [self._roll(c) for c in self.clips]

    @cached_property
    def clips(self) -> list[Clip]:
        """The accompanying tracks but for the drums."""
        return [t.clip for t in self.piece.accompaniment if not t.is_drum]

    @cached_property
    def drums(self) -> list[float]:
        """Where the drums are struck, in beats."""
        return [n.start for t in self.piece.accompaniment if t.is_drum for n in t.clip.notes]

    @cached_property
    def below(self) -> Roll:
        """Where the accompaniment sounds."""
        out = np.zeros((self.steps, 128), np.bool_)
        for track in self.tracks:
            out |= track
        return out

    @cached_property
    def whole(self) -> Roll:
        """Where anything sounds."""
        return self.below | self.melody

    @cached_property
    def onsets(self) -> Roll:
        """Where the accompaniment is struck."""
        out = np.zeros((self.steps, 128), np.bool_)
        for clip in self.clips:
            struck = to_roll(clip, STEPS_PER_BEAT).onsets[: self.steps]
            out[: len(struck)] |= struck
        return out

    def _roll(self, clip: Clip) -> Roll:
        sounding = to_roll(clip, STEPS_PER_BEAT).velocities[: self.steps] > 0
        return np.pad(sounding, ((0, self.steps - len(sounding)), (0, 0)))


def texture_figures(pieces: Sequence[Texture]) -> dict[str, float]:
    """Measure a set of pieces: bars and notes are pooled, other ratios are means of the pieces."""
    tracks = [(roll, p.bars) for p in pieces for roll in p.tracks]
    starts = [s for p in pieces for s in p.drums]
    bars = [len(p.bars) for p in pieces]
    return {
        "empty_bar_rate": _pooled([metrics.empty_bar_rate(r, b) for r, b in tracks], tracks),
        "pitches_per_bar": _weighed(
            [metrics.pitches_per_bar(p.whole, p.bars) for p in pieces], bars
        ),
        "pitches_per_bar_track": _pooled(
            [metrics.pitches_per_bar(r, b) for r, b in tracks], tracks
        ),
        "in_scale_c": mean_of([metrics.in_scale_ratio(p.whole) for p in pieces]),
        "in_scale_best_key": mean_of([metrics.best_key_ratio(p.whole) for p in pieces]),
        **{
            f"polyphonic_{n}": mean_of([metrics.polyphonic_rate(p.whole, n) for p in pieces])
            for n in (1, 2, 3)
        },
        "qualified_notes": metrics.qualified_note_rate([c for p in pieces for c in p.clips]),
        "drums_in_pattern": metrics.drum_in_pattern_rate(starts),
    }


class TrainingBars:
    """Bars to compare with: how near is what is played to what was learnt?

    DeepComposer charts a "similarity index" and gives no formula; this one is our own. The nearness
    of two bars is the cells that both sound in over the cells that either sounds in (Jaccard), both
    laid so that the highest pitch of their first sounding step is the same; that of a piece is the
    mean over its bars of the nearest training bar. 1 is a copy; real music that was not in the
    training says what is usual.
    """

    def __init__(self, pieces: Sequence[Texture]) -> None:
        self._bars = _laid_bars(pieces, _MOST_TRAINING_BARS)

    def nearest(self, pieces: Sequence[Texture]) -> float:
        """Give the mean nearness of the pieces' bars to their nearest training bar."""
        bars = _laid_bars(pieces, _MOST_BARS)
        if not len(bars) or not len(self._bars):
            return float("nan")
        sizes = self._bars.sum(axis=1)
        best = []
        for bar in np.array_split(bars, max(len(bars) // 100, 1)):
            common = bar @ self._bars.T
            either = np.maximum(bar.sum(axis=1)[:, None] + sizes - common, 1)
            best.append((common / either).max(axis=1))
        return float(np.concatenate(best).mean())


def _laid_bars(pieces: Sequence[Texture], most: int) -> NDArray[np.float32]:
    """Give bars of all voices as rows of cells, the same register for each; none that is silent."""
    every = [(p.whole, a, b) for p in pieces for a, b in p.bars if p.whole[a:b].any()]
    if len(every) > most:
        every = [every[i * len(every) // most] for i in range(most)]
    out = np.zeros((len(every), _LONGEST, 2 * _SPAN), np.float32)
    for row, (roll, a, b) in zip(out, every, strict=True):
        steps, pitches = np.nonzero(roll[a : min(b, a + _LONGEST)])
        if len(steps):
            level = pitches - pitches[steps == steps.min()].max() + _SPAN
            known = (level >= 0) & (level < 2 * _SPAN)
            row[steps[known], level[known]] = 1
    return out.reshape(len(every), _LONGEST * 2 * _SPAN)


def _pooled(values: Sequence[float], tracks: Sequence[tuple[Roll, Sequence[object]]]) -> float:
    return _weighed(values, [len(bars) for _, bars in tracks])


def _weighed(values: Sequence[float], weights: Sequence[int]) -> float:
    known = [(v, w) for v, w in zip(values, weights, strict=True) if w]
    total = sum(w for _, w in known)
    return sum(v * w for v, w in known) / total if total else float("nan")
