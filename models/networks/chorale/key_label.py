"""The key that a chorale is in, as its planner is taught: all voices heard, and where they end."""

import numpy as np
from numpy.typing import NDArray

from models.music.key import MAJOR_PROFILE, MINOR_PROFILE

Array = NDArray[np.int64]
_HOME = 0.15  # how much a bass that ends on the tonic adds to a profile's correlation


def piece_key(pitches: Array, sounding: NDArray[np.bool_]) -> int:
    """Find the key of frames [T, voices], the bass last: the tonic, 12 more in minor."""
    heard = np.bincount(pitches[sounding] % 12, minlength=12).astype(float)
    scores = np.zeros(24)
    for mode, profile in enumerate((MAJOR_PROFILE, MINOR_PROFILE)):
        for tonic in range(12):
            scores[12 * mode + tonic] = np.corrcoef(np.roll(profile, tonic), heard)[0, 1]
    ends = np.nonzero(sounding[:, -1])[0]
    if len(ends):
        final = pitches[ends[-1], -1] % 12
        scores[[final, final + 12]] += _HOME
    return int(scores.argmax()) if heard.any() else 0
