"""The key that notes suggest, after Krumhansl and Kessler's ratings of the twelve tones."""

import re
from collections.abc import Iterable
from operator import mul
from typing import SupportsFloat

from models.music.clip import Clip

Weights = Iterable[SupportsFloat]

KEY_CONTROL = "key"  # 0 finds it, 1 to 12 are C to B major, 13 to 24 C to B minor
MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
# How well each tone fits a major and a minor key, the tonic first: Krumhansl & Kessler (1982).
MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
NATURAL_MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 9, 10, 11)  # with both sixths and sevenths


def _rated(profile: tuple[float, ...], tonic: int) -> list[float]:
    """Turn a profile to a tonic, with mean 0 and length 1: major and minor weigh alike."""
    mean = sum(profile) / 12
    size = sum((rating - mean) ** 2 for rating in profile) ** 0.5
    return [(profile[(pitch - tonic) % 12] - mean) / size for pitch in range(12)]


_RATINGS = {
    (tonic, is_minor): _rated(MINOR_PROFILE if is_minor else MAJOR_PROFILE, tonic)
    for is_minor in (False, True)
    for tonic in range(12)
}
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KEY = re.compile(r"([A-Ga-g])(#{0,2}|b{0,2})((?:| ?m| ?min| ?minor| ?maj| ?major))", re.ASCII)
_MAJOR_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_NAMES = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


def find_key(weights: Weights) -> tuple[int, bool]:
    """Give (tonic's pitch class, whether minor) for the weights of the twelve pitch classes."""
    heard = [float(w) for w in weights]
    return max(
        ((tonic, is_minor) for is_minor in (False, True) for tonic in range(12)),
        key=lambda key: sum(map(mul, _RATINGS[key], heard)),
    )


def key_name(clips: Iterable[Clip]) -> str:
    """Name the key that the sounding time of the pitch classes suggests; empty if silent."""
    time = [0.0] * 12
    for clip in clips:
        for note in clip.notes:
            time[note.pitch % 12] += note.duration
    if not any(time):
        return ""
    return key_label(*find_key(time))


def key_of_control(value: float) -> tuple[int, bool] | None:
    """Read a model's control `key`: (tonic's pitch class, whether minor); None: it is found."""
    number = round(value)
    return ((number - 1) % 12, number > 12) if 1 <= number <= 24 else None


def control_of_key(tonic: int, is_minor: bool) -> float:
    """Give the value of the control `key` for a key; 0 has the model find it."""
    return 1.0 + tonic + 12 * is_minor


def key_label(tonic: int, is_minor: bool) -> str:
    """Name a key by its tonic's pitch class: G or Em."""
    return (_MINOR_NAMES if is_minor else _MAJOR_NAMES)[tonic]


def not_a_key(name: str) -> str:
    """Say what a key's name must be, where `name` is none."""
    german = " (the German H is B)" if name.strip()[:1] in ("H", "h") else ""
    return (
        "must be a note from A to G, with # or b if need be, and m for minor, such as G, F#m or "
        f"Bb: got {name!r}{german}"
    )


def read_key(name: str) -> tuple[int, bool] | None:
    """Read a key's name (G, f#m, Bb major, E minor): (tonic's pitch class, whether minor)."""
    found = _KEY.fullmatch(name.strip())
    if not found:
        return None
    letter, accidentals, mode = found.groups()
    tonic = _LETTERS[letter.upper()] + accidentals.count("#") - accidentals.count("b")
    return tonic % 12, mode.strip().lower().startswith("m") and mode.strip().lower()[:3] != "maj"
