"""The key that a piece's notes suggest, after Krumhansl and Kessler's profiles."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from models.clip import Clip

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_NAMES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


def estimate_key(clips: Iterable[Clip]) -> str:
    """Name the key whose profile the pitch classes' sounding time follows; empty if silent."""
    time = np.zeros(12)
    for clip in clips:
        for note in clip.notes:
            time[note.pitch % 12] += note.duration
    if not time.any():
        return ""
    time = time - time.mean()
    score = [_likeness(time, profile, key) for profile in (_MAJOR, _MINOR) for key in range(12)]
    return (_MAJOR_NAMES + _MINOR_NAMES)[int(np.argmax(score))]


def _likeness(time: NDArray[np.float64], profile: tuple[float, ...], key: int) -> float:
    turned = np.roll(np.array(profile) - np.mean(profile), key)
    return float(time @ turned / np.sqrt((turned @ turned) * max(time @ time, 1e-12)))
