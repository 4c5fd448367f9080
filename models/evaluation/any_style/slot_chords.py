"""The chords of a piece, one for each slot: half a bar, or a bar of two or three beats."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.evaluation.any_style.measures import chroma
from models.evaluation.any_style.texture import Texture

Ints = NDArray[np.int64]
SILENT = -1
MODES = 2  # a chord is root * MODES + mode: 0 major, 1 minor
_TRIADS = ((0, 4, 7), (0, 3, 7), (0, 3, 6))
_MODE_OF = (0, 1, 1)
_STRANGE = 0.7  # what a pitch outside a chord counts against it
_BASS = 0.3  # what the share of time with the root in the bass counts for it
_HALVED = (16, 12)  # steps of bars of 4/4 and 6/8
_COMPOUND = 12


@dataclass(frozen=True)
class Slots:
    """A piece's slots (first and last step, not included), and what happens in them."""

    texture: Texture

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """First and last step of each slot."""
        out = []
        for begin, end in self.texture.bars:
            size = end - begin
            is_halved = size == max(_HALVED) or (size == _COMPOUND and self._is_compound(begin))
            middle = begin + size // 2
            out += [(begin, middle), (middle, end)] if is_halved else [(begin, end)]
        return out

    def _is_compound(self, step: int) -> bool:
        return self.texture.piece.meter.meter_at(step / 4).denominator == 8

    @cached_property
    def chords(self) -> Ints:
        """The triad that each slot's accompaniment is nearest to, SILENT where there is none."""
        below = self.texture.below
        classes = np.minimum(chroma(below), 2)
        lowest = np.where(below.any(axis=1), below.argmax(axis=1) % 12, SILENT)
        out = [_nearest(classes[a:b].sum(axis=0), lowest[a:b]) for a, b in self.bounds]
        return np.array(out, np.int64)

    @cached_property
    def melody(self) -> NDArray[np.float64]:
        """How long each pitch class of the melody sounds in each slot, [slots, 12]."""
        classes = chroma(self.texture.melody)
        rows = [classes[a:b].sum(axis=0) for a, b in self.bounds]
        return np.array(rows).reshape(-1, 12)

    @cached_property
    def sung(self) -> NDArray[np.bool_]:
        """Where the melody sounds for a quarter of a slot or more."""
        lengths = np.array([b - a for a, b in self.bounds])
        sung: NDArray[np.bool_] = self.melody.sum(axis=1) >= lengths / 4
        return sung


def _nearest(weights: NDArray[np.float64], bass: Ints) -> int:
    total = weights.sum()
    if not total:
        return SILENT
    share = weights / total
    heard = bass[bass >= 0]
    low = np.bincount(heard, minlength=12) / max(len(heard), 1)
    best, chosen = -np.inf, SILENT
    for tones, mode in zip(_TRIADS, _MODE_OF, strict=True):
        for root in range(12):
            inside = share[[(root + t) % 12 for t in tones]].sum()
            score = inside - _STRANGE * (1 - inside) + _BASS * low[root]
            if score > best + 1e-9:
                best, chosen = score, root * MODES + mode
    return chosen


def as_harmonised(real: Slots, other: Slots) -> tuple[float, float]:
    """Count the slots with melody whose chord is that of the real accompaniment, of how many."""
    size = min(len(real.chords), len(other.chords))
    judged = real.sung[:size] & (real.chords[:size] >= 0)
    same = real.chords[:size] == other.chords[:size]
    return float((same & judged).sum()), float(judged.sum())


def changes(piece: Slots) -> tuple[float, float]:
    """Count the slots with another chord than the slot before, of those where both sound."""
    before, after = piece.chords[:-1], piece.chords[1:]
    both = (before >= 0) & (after >= 0)
    return float((both & (before != after)).sum()), float(both.sum())


def plan_features(piece: Slots) -> NDArray[np.float64]:
    """Describe each four slots as plain triads under their melody, alike in all keys, [N, n]."""
    rows = []
    for at in range(0, len(piece.chords) - 3, 2):
        here = piece.chords[at : at + 4]
        if (here < 0).any():
            continue
        roots, modes = here // MODES, here % MODES
        moves = np.eye(12)[np.diff(roots) % 12].ravel()
        tones = np.zeros(12)
        for root, heard in zip(roots, piece.melody[at : at + 4], strict=True):
            tones += np.roll(heard, -root)
        rows.append(np.concatenate([moves, modes, tones / max(tones.sum(), 1), [_moved(here)]]))
    return np.array(rows).reshape(len(rows), -1) if rows else np.zeros((0, 3 * 12 + 4 + 12 + 1))


def _moved(chords: Ints) -> float:
    return float((np.diff(chords) != 0).sum())
