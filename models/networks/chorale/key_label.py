"""The key that a chorale is in, as its planner is taught: all voices heard, and where they end."""

import numpy as np
from numpy.typing import NDArray

from models.evaluation.four_part.harmony import HOME_BONUS, key_scores

Array = NDArray[np.int64]


def piece_key(pitches: Array, sounding: NDArray[np.bool_]) -> int:
    """Find the key of frames [T, voices], the bass last: the tonic, 12 more in minor."""
    heard = np.bincount(pitches[sounding] % 12, minlength=12).astype(float)
    if not heard.any():
        return 0
    scores = key_scores(heard)
    ends = np.nonzero(sounding[:, -1])[0]
    if len(ends):
        final = pitches[ends[-1], -1] % 12
        scores[[final, final + 12]] += HOME_BONUS
    return int(scores.argmax())
