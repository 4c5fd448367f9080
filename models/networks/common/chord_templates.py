"""Chords as templates of pitch classes: what is looked for in music to name its harmony."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.int64]
# Sounding time inside a chord counts for it, outside against it; of two that fit as well, the one
# of which more tones are there, then the one in root position, then the smaller, the commoner.
COMPLETENESS, ROOTED = 0.15, 0.01
_SIZE, _RARITY = 0.02, 0.001


class Kind(NamedTuple):
    """A quality by its tones above the root, and the interval that the bass plays above it."""

    tones: tuple[int, ...]
    bass: int
    name: str


class Quality(NamedTuple):
    """A quality that is looked for: its tones, and the kinds that it is by its bass's interval.

    `otherwise` is the kind with any other bass, `doubt` how much more must sound inside to
    believe it: a passing tone makes a seventh of many a triad.
    """

    tones: tuple[int, ...]
    by_bass: dict[int, int]
    otherwise: int
    doubt: float = 0.0

    @property
    def is_symmetric(self) -> bool:
        """Whether its tones divide the octave alike, so that only the bass shows a root."""
        return self.tones in ((0, 4, 8), (0, 3, 6, 9))


def templates(qualities: tuple[Quality, ...]) -> NDArray[np.float64]:
    """Lay the tones of each quality out on each root, [qualities, roots, 12]."""
    rows = np.zeros((len(qualities), 12, 12))
    for q, quality in enumerate(qualities):
        for root in range(12):
            rows[q, root, [(root + tone) % 12 for tone in quality.tones]] = 1
    return rows


def handicaps(qualities: tuple[Quality, ...]) -> NDArray[np.float64]:
    """Say how much worse than its tones each quality is taken to fit, [qualities, 1]."""
    rank = np.arange(len(qualities))
    doubt = np.array([q.doubt for q in qualities])
    size = np.array([len(q.tones) for q in qualities])
    out: NDArray[np.float64] = _SIZE * size + _RARITY * rank + doubt
    return out[:, None]


def kind_table(qualities: tuple[Quality, ...]) -> Array:
    """Say which kind a quality is by the interval of its bass above the root, [qualities, 12]."""
    rows = [[q.by_bass.get(interval, q.otherwise) for interval in range(12)] for q in qualities]
    return np.array(rows)
