"""DeepComposer's measures by their documented definitions, on binary rolls [steps, 128].

Bars are (first, last) steps, last not included. Drums have a measure of their own and stay out of
the others.
"""

from collections.abc import Sequence
from math import floor

import numpy as np
from numpy.typing import NDArray

from models.music.clip import Clip
from models.music.key import MAJOR_SCALE

Roll = NDArray[np.bool_]  # [steps, 128 pitches], whether it sounds
Bars = Sequence[tuple[int, int]]

NAN = float("nan")
PATTERN_TOLERANCE = 0.1
QUALIFIED_BEATS = 0.5  # two steps of the sixteenth grid
_SCALES = np.array([np.isin((np.arange(12) - key) % 12, MAJOR_SCALE) for key in range(12)])


def empty_bar_rate(roll: Roll, bars: Bars) -> float:
    """Give the share of bars in which nothing sounds."""
    return _mean([not roll[a:b].any() for a, b in bars])


def pitches_per_bar(roll: Roll, bars: Bars) -> float:
    """Give how many different pitches sound in a bar, in the mean."""
    return _mean([roll[a:b].any(axis=0).sum() for a, b in bars])


def in_scale_ratio(roll: Roll, key: int = 0) -> float:
    """Give the share of sounding cells in the major scale on pitch class `key` (0: C)."""
    weights = pitch_class_weights(roll)
    return float((weights * _SCALES[key]).sum() / weights.sum()) if weights.any() else NAN


def best_key_ratio(roll: Roll) -> float:
    """Give the share of sounding cells in that major scale which holds most of them."""
    weights = pitch_class_weights(roll)
    return float((_SCALES @ weights).max() / weights.sum()) if weights.any() else NAN


def polyphonic_rate(roll: Roll, threshold: int = 2) -> float:
    """Give the share of steps in which more than `threshold` pitches sound."""
    return _mean(roll.sum(axis=1) > threshold)


def qualified_note_rate(clips: Sequence[Clip], shortest: float = QUALIFIED_BEATS) -> float:
    """Give the share of notes that last `shortest` beats or more."""
    # A little less is as long: tracks played by hand, and times kept in 32 bits.
    return _mean([n.duration >= 0.95 * shortest for clip in clips for n in clip.notes])


def drum_in_pattern_rate(starts: Sequence[float], steps_per_beat: int = 16) -> float:
    """Weigh each drum note, starting at a beat, by its place in the pattern of sixteenths; mean.

    On a sixteenth a note counts 1, a step of the grid beside it 0.1, elsewhere 0. A grid of fewer
    than 8 steps a beat has the pattern of eighths, as sixteenths would be everywhere on it.
    """
    mask = pattern_mask(steps_per_beat)
    steps = [floor(start * steps_per_beat + 0.5) for start in starts]
    return _mean([float(mask[step % len(mask)]) for step in steps])


def pattern_mask(steps_per_beat: int) -> NDArray[np.float64]:
    """Give the pattern's weights from one of its places up to the next."""
    unit = steps_per_beat // (4 if steps_per_beat >= 8 else 2)
    if unit < 1:
        raise ValueError(f"steps_per_beat must be at least 2 for drums, got {steps_per_beat}")
    mask = np.zeros(unit)
    mask[[-1, 1 % unit]] = PATTERN_TOLERANCE
    mask[0] = 1
    return mask


def pitch_class_weights(roll: Roll) -> NDArray[np.float64]:
    """Count the sounding cells of each pitch class."""
    cells = roll.sum(axis=0).astype(float)
    return np.asarray(np.bincount(np.arange(roll.shape[1]) % 12, weights=cells), np.float64)


def _mean(values: Sequence[float] | Sequence[bool] | NDArray[np.float64] | Roll) -> float:
    return float(np.mean(values)) if len(values) else NAN
