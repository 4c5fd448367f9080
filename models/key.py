"""The key that notes suggest, after Krumhansl and Kessler's ratings of the twelve tones."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.clip import Clip

Weights = Sequence[float] | NDArray[np.float64] | NDArray[np.int64]

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
# How well each tone fits a major and a minor key, the tonic first (1982).
MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_NAMES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


def find_key(weights: Weights) -> tuple[int, bool]:
    """Give (tonic's pitch class, whether minor) for the weights of the twelve pitch classes."""
    heard = np.asarray(weights, float)
    heard = heard - heard.mean()
    profiles = np.array(
        [np.roll(p, tonic) for p in (MAJOR_PROFILE, MINOR_PROFILE) for tonic in range(12)]
    )
    profiles -= profiles.mean(axis=1, keepdims=True)
    fit = profiles @ heard / np.linalg.norm(profiles, axis=1)
    best = int(fit.argmax())
    return best % 12, best >= 12


def key_name(clips: Iterable[Clip]) -> str:
    """Name the key that the sounding time of the pitch classes suggests; empty if silent."""
    time = np.zeros(12)
    for clip in clips:
        for note in clip.notes:
            time[note.pitch % 12] += note.duration
    if not time.any():
        return ""
    tonic, is_minor = find_key(time)
    return (_MINOR_NAMES if is_minor else _MAJOR_NAMES)[tonic]
