"""The plan behind four-part settings: endings, keys, repeats, and phrases told apart by harmony."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.evaluation.four_part.chords import TEMPLATES, beat_chords, chroma
from models.evaluation.means import mean_of
from models.evaluation.two_sample_test import two_sample_accuracy
from models.music.key import MAJOR_PROFILE, MAJOR_SCALE, MINOR_PROFILE, MINOR_SCALE
from models.music.sixteenths import STEPS_PER_BEAT, Frames

Array = NDArray[np.float64]

_HALF_BAR = 2 * STEPS_PER_BEAT
_SAME = 4  # half bars that make a melody the same as an earlier one
_PHRASE_BEATS, _HOP_BEATS = 16, 8  # windows of four bars, each half over the one before
HOME_BONUS = 0.15  # what a bass that ends on the tonic adds to a key's correlation


def harmony_figures(real: Sequence[Frames], other: Sequence[Frames]) -> dict[str, float]:
    """Measure how settings of the same melodies end, keep to their key and come round again.

    Each figure is a mean over pieces, but for the classifier's accuracy on windows of four bars.
    """
    pairs = list(zip(real, other, strict=True))
    repeats = [repeats_agree(b) for _, b in pairs]
    return {
        "c2st_phrases": phrases_told_apart(real, other),
        "last_root": mean_of([float(last_root(a) == last_root(b)) for a, b in pairs]),
        "ends_at_home": mean_of([float(ends_at_home(b)) for _, b in pairs]),
        "outside_key": mean_of([outside(b, key_of(a)) for a, b in pairs]),
        "repeats_agree": sum(n for n, _ in repeats) / max(sum(n for _, n in repeats), 1),
    }


def phrases_told_apart(real: Sequence[Frames], other: Sequence[Frames]) -> float:
    """Tell windows of four bars apart by their harmony alone; 0.5 is not at all."""
    return two_sample_accuracy(
        [phrase_features(p) for p in real], [phrase_features(p) for p in other]
    )


def last_chord(frames: Frames) -> NDArray[np.int64]:
    """Give the last frame in which all voices sound; the last of all if there is none."""
    full = np.flatnonzero((frames >= 0).all(axis=1))
    found: NDArray[np.int64] = frames[full[-1]] if len(full) else frames[-1]
    return found


def last_root(frames: Frames) -> int:
    """Give the pitch class of the root of the last chord."""
    return int(beat_chords(np.repeat(last_chord(frames)[None], STEPS_PER_BEAT, 0))[0]) % 12


def ends_at_home(frames: Frames) -> bool:
    """Say whether a piece ends on a triad of its own tonic, the root in the bass."""
    chord = last_chord(frames)
    tonic = key_of(frames) % 12
    tones = {int(p - tonic) % 12 for p in chord if p >= 0}
    return int(chord[-1]) % 12 == tonic and tones <= {0, 3, 4, 7} and bool(tones & {3, 4})


def key_scores(heard: Array) -> Array:
    """Correlate how long each pitch class is heard, [12], with every key's profile, [24]."""
    return np.array(
        [
            np.corrcoef(np.roll(profile, tonic), heard)[0, 1]
            for profile in (MAJOR_PROFILE, MINOR_PROFILE)
            for tonic in range(12)
        ]
    )


def key_of(frames: Frames) -> int:
    """Find the key that all voices suggest and the last bass confirms: tonic, 12 more in minor."""
    heard = chroma(frames).sum(axis=0)
    if not heard.any():
        return 0
    scores = key_scores(heard)
    final = int(last_chord(frames)[-1])
    if final >= 0:
        scores[[final % 12, final % 12 + 12]] += HOME_BONUS
    return int(scores.argmax())


def outside(frames: Frames, key: int) -> float:
    """Give the share of the lower voices' time on pitches outside a key's scale."""
    tones = MAJOR_SCALE if key < 12 else MINOR_SCALE
    scale = [(key + tone) % 12 for tone in tones]
    below = frames[:, 1:]
    sounding = below >= 0
    if not sounding.any():
        return float("nan")
    return float((~np.isin(below[sounding] % 12, scale)).mean())


def repeats_agree(frames: Frames) -> tuple[int, int]:
    """Count half bars whose melody came before: (those with the same root as then, all of them).

    A melody comes again where at least two bars of it are the same.
    """
    count = len(frames) // _HALF_BAR
    if count < 2 * _SAME:
        return 0, 0
    cut = frames[: count * _HALF_BAR]
    roots = _half_bar_roots(cut)
    melody = cut[:, 0].reshape(count, _HALF_BAR)
    same = (melody[:, None] == melody[None]).all(axis=2)
    length = _run_lengths(same)
    agreed = total = 0
    for now in range(1, count):
        before = int(length[now, :now].argmax())
        if length[now, before] >= _SAME:
            agreed, total = agreed + int(roots[now] == roots[before]), total + 1
    return agreed, total


def _half_bar_roots(frames: Frames) -> NDArray[np.int64]:
    weights = chroma(frames).reshape(-1, _HALF_BAR, 12).sum(axis=1)
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1)
    found: NDArray[np.int64] = (shares @ (2 * TEMPLATES - 1).T).argmax(axis=1) % 12
    return found


def _run_lengths(same: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Say how long the run of agreement through each pair of places is, both ways."""
    count = len(same)
    back = np.zeros((count + 1, count + 1), np.int64)
    ahead = np.zeros((count + 1, count + 1), np.int64)
    for i in range(count):
        back[i + 1, 1:] = (back[i, :-1] + 1) * same[i]
    for i in range(count - 1, -1, -1):
        ahead[i, :-1] = (ahead[i + 1, 1:] + 1) * same[i]
    return (back[1:, 1:] + ahead[:-1, :-1] - 1) * same


def phrase_features(frames: Frames) -> Array:
    """Describe windows of four bars by their harmony, alike in every transposition, [N, n].

    Chords by quality, what they are to the window's key, how their roots move and how often, how
    often the bass is the root, how many different ones there are, and how the window ends.
    """
    chords = beat_chords(frames)
    bass = frames[::STEPS_PER_BEAT, -1][: len(chords)]
    rows = [
        _phrase(chords[at : at + _PHRASE_BEATS], bass[at : at + _PHRASE_BEATS], frames, at)
        for at in range(0, len(chords) - _PHRASE_BEATS + 1, _HOP_BEATS)
        if (chords[at : at + _PHRASE_BEATS] >= 0).all()
    ]
    return np.array(rows) if rows else np.zeros((0, _phrase_size()))


def _phrase_size() -> int:
    return 9 + 24 + 12 + 12 + 6


def _phrase(chords: NDArray[np.int64], bass: NDArray[np.int64], frames: Frames, at: int) -> Array:
    part = frames[at * STEPS_PER_BEAT : (at + _PHRASE_BEATS) * STEPS_PER_BEAT]
    key = key_of(part)
    roots, qualities = chords % 12, chords // 12
    moved = np.flatnonzero(np.diff(chords))
    motion = np.bincount((roots[moved + 1] - roots[moved]) % 12, minlength=12)
    degrees = (roots - key) % 12
    held = np.diff(np.flatnonzero(np.r_[True, np.diff(chords) != 0, True]))
    strong = np.mean(moved % 2 == 1) if len(moved) else 0.0
    return np.concatenate(
        [
            np.bincount(qualities, minlength=9) / len(chords),
            np.bincount(degrees + 12 * (qualities % 2), minlength=24) / len(chords),
            motion / max(len(moved), 1),
            np.bincount((bass - roots) % 12, minlength=12) / len(chords),
            [
                len(moved) / len(chords), strong, held.max(), len(set(chords.tolist())),
                outside(part, key), float(degrees[-1] == 0),
            ],
        ]
    )  # fmt: skip
