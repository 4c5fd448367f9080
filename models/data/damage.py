"""Damages melodies for the editor to mend: what players, recordings and models do wrong.

A voice is an array [N, 3] of (start, end in sixteenths, pitch), in order of start.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.music.key import MAJOR_SCALE, MINOR_SCALE, find_key

Voice = NDArray[np.float64]
_SLIVER = 0.25  # sixteenths; what is shorter is lost


def intact(voice: Voice, steps: int, random: np.random.Generator) -> Voice:
    """Nothing is wrong: the editor must learn to leave it alone."""
    return voice


def cells(voice: Voice, steps: int, random: np.random.Generator) -> Voice:
    """DeepComposer's: up to all notes removed, wrong sixteenths on a third or half as many."""
    return _removed(voice, steps, random, random.random(), random.uniform(0.3, 0.5))


def few_cells(voice: Voice, steps: int, random: np.random.Generator) -> Voice:
    """The same, mildly."""
    share = random.uniform(0.1, 0.3)
    return _removed(voice, steps, random, share, random.uniform(0.05, 0.25))


def moved(voice: Voice, steps: int, random: np.random.Generator) -> Voice:
    """Some notes up to half an octave too high or low."""
    out = voice.copy()
    which = random.permutation(len(out))[: round(random.uniform(0.1, 0.35) * len(out))]
    out[which, 2] += random.integers(1, 7, len(which)) * random.choice([-1, 1], len(which))
    return out


def slips(voice: Voice, steps: int, random: np.random.Generator) -> Voice:
    """Some notes a semitone or a whole tone beside, out of the key."""
    out, scale = voice.copy(), _scale(voice)
    wanted = max(1, round(random.uniform(0.05, 0.2) * len(out)))
    for i in random.permutation(len(out)):
        to = [d for d in (-2, -1, 1, 2) if int(out[i, 2] + d) % 12 not in scale]
        if to and wanted:
            out[i, 2] += random.choice(to)
            wanted -= 1
    return out


def rhythm(voice: Voice, steps: int, random: np.random.Generator) -> Voice:
    """Onsets shifted by a sixteenth or an eighth, notes struck twice, slivers at their start."""
    out: list[list[float]] = []
    late, twice = random.uniform(0.1, 0.45), random.uniform(0.02, 0.2)
    for i, (start, end, pitch) in enumerate(voice.tolist()):
        low = out[-1][0] + 1 if out else 0.0
        high = (voice[i + 1, 0] if i + 1 < len(voice) else steps) - 0.5
        if random.random() < late:
            places = [start + k / 2 for k in (-4, -3, -2, 2, 3, 4)]
            places = [p for p in places if low <= p <= high]
            if places:
                new = float(random.choice(places))
                end = end if end - new >= 0.5 else min(new + end - start, high + 0.5)
                start = new
        if out:
            out[-1][1] = min(out[-1][1], start)
        out += _struck(start, end, pitch, twice, random)
    return np.array([n for n in out if n[1] > n[0]]).reshape(-1, 3)


def _struck(
    start: float, end: float, pitch: float, twice: float, random: np.random.Generator
) -> list[list[float]]:
    chance = random.random()
    if chance < 2 * twice and end - start >= 1:
        cut = (start + end) / 2 if chance < twice else start + _SLIVER
        return [[start, cut, pitch], [cut, end, pitch]]
    return [[start, end, pitch]]


def _removed(
    voice: Voice, steps: int, random: np.random.Generator, share: float, wrong: float
) -> Voice:
    sounding = float((voice[:, 1] - voice[:, 0]).sum())
    keep = np.sort(random.permutation(len(voice))[round(share * len(voice)) :])
    low, high = voice[:, 2].min(), voice[:, 2].max()
    out: list[list[float]] = (voice[keep] if len(keep) else voice[:1]).tolist()
    for at in np.sort(random.permutation(steps)[: round(wrong * sounding)]).tolist():
        pitch = float(random.integers(int(max(low - 12, 0)), int(min(high + 12, 127)) + 1))
        left: list[list[float]] = []
        for start, end, other in out:
            if start < at + 1 and end > at:
                pitch -= other == pitch
                left += [[start, at, other], [at + 1, end, other]]
            else:
                left.append([start, end, other])
        out = [n for n in left if n[1] - n[0] >= _SLIVER] + [[at, at + 1, pitch]]
    return np.array(sorted(out)).reshape(-1, 3)


def _scale(voice: Voice) -> set[int]:
    weights = np.bincount(voice[:, 2].astype(int) % 12, voice[:, 1] - voice[:, 0], 12)
    tonic, is_minor = find_key(weights)
    return {(tonic + d) % 12 for d in (MINOR_SCALE if is_minor else MAJOR_SCALE)}


Damage = Callable[[Voice, int, np.random.Generator], Voice]
KINDS: tuple[tuple[Damage, float], ...] = (
    (intact, 0.12),
    (cells, 0.26),
    (few_cells, 0.17),
    (moved, 0.16),
    (slips, 0.13),
    (rhythm, 0.16),
)


def damaged(voice: Voice, steps: int, random: np.random.Generator) -> Voice:
    """Damage a voice in one of the ways above, by their shares."""
    shares = np.array([share for _, share in KINDS])
    kind = KINDS[random.choice(len(KINDS), p=shares / shares.sum())][0]
    return kind(voice, steps, random)
