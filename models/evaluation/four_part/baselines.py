"""Naive harmonisers: what anybody's ten lines of code would put below a melody."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.evaluation.four_part.frames import BAR
from models.evaluation.four_part.rules import BACH_RANGES
from models.music.key import find_key
from models.music.sixteenths import REST, STEPS_PER_BEAT, Frames, bridge_gaps

Line = NDArray[np.int64]  # [T], a melody
Harmoniser = Callable[[Line, np.random.Generator], Frames]

_MAJOR, _MINOR = (0, 4, 7), (0, 3, 7)
_TRANSPOSITIONS = range(-6, 7)


def harmonise(harmoniser: Harmoniser, melodies: Sequence[Line], seed: int = 0) -> list[Frames]:
    """Put three voices below each melody; where the melody rests, so do they."""
    out = []
    for number, melody in enumerate(melodies):
        random = np.random.default_rng((seed, number))
        below = np.where(melody[:, None] >= 0, harmoniser(bridge_gaps(melody), random), REST)
        out.append(np.concatenate([melody[:, None], below], axis=1))
    return out


def random_triad(melody: Line, random: np.random.Generator) -> Frames:
    """On each beat a random major or minor triad that has the melody's note, voices in order."""
    out = np.empty((len(melody), 3), np.int64)
    for begin in range(0, len(melody), STEPS_PER_BEAT):
        top = int(melody[begin])
        shape = (_MAJOR, _MINOR)[random.integers(2)]
        root = top - shape[random.integers(3)]
        tones = {(root + tone) % 12 for tone in shape}
        voices = []
        for low, high in BACH_RANGES[1:]:
            fits = [p for p in range(low, min(high, top) + 1) if p % 12 in tones]
            voices.append(int(random.choice(fits)) if fits else top)
        out[begin : begin + STEPS_PER_BEAT] = sorted(voices, reverse=True)
    return out


def hold_tonic(melody: Line, random: np.random.Generator) -> Frames:
    """One tonic triad in one voicing, for the whole piece."""
    del random
    tonic, minor = find_key(np.bincount(melody % 12, minlength=12))
    third, fifth = (_MINOR if minor else _MAJOR)[1:]
    bass = 43 + (tonic - 43) % 12
    tenor = 50 + (tonic + fifth - 50) % 12
    alto = 55 + (tonic + third - 55) % 12
    return np.tile([max(alto, tenor), min(alto, tenor), bass], (len(melody), 1))


class NearestBar:
    """Copies, bar for bar, what stands below the most similar bar of the training pieces.

    Most similar has most frames the same in one transposition, the smallest of those as good.
    """

    def __init__(self, training: Sequence[Frames]) -> None:
        self._bars = np.concatenate([_windows(p) for p in training])
        self._tunes = self._bars[:, :, 0].astype(np.int8)

    def __call__(self, melody: Line, random: np.random.Generator) -> Frames:
        """Harmonise a melody without rests."""
        del random
        padded = np.pad(melody, (0, -len(melody) % BAR), mode="edge")
        out = []
        for tune in padded.reshape(-1, BAR):
            difference = tune.astype(np.int8) - self._tunes
            fits = [
                ((difference == shift).sum(axis=1) - 0.01 * abs(shift)) for shift in _TRANSPOSITIONS
            ]
            at, best = np.unravel_index(int(np.argmax(fits)), (len(fits), len(self._bars)))
            out.append(self._bars[best, :, 1:] + _TRANSPOSITIONS[int(at)])
        return np.concatenate(out)[: len(melody)]


class NearestChorale:
    """Copies what stands below the most similar training piece, moved in pitch and by beats."""

    def __init__(self, training: Sequence[Frames]) -> None:
        self._training = [np.stack([bridge_gaps(v) for v in p.T], axis=1) for p in training]

    def __call__(self, melody: Line, random: np.random.Generator) -> Frames:
        """Harmonise a melody without rests."""
        del random
        best, found = -1, self._training[0]
        shift = 0
        for piece in self._training:
            laid = _laid_along(piece, len(melody))
            difference = melody - laid[:, :, 0]
            for semitones in _TRANSPOSITIONS:
                same = (difference == semitones).sum(axis=1)
                place = int(same.argmax())
                if same[place] > best:
                    best, found, shift = int(same[place]), laid[place], semitones
        return found[:, 1:] + shift


class Markov:
    """Draws each frame's voices, counted down from the melody, by the frame before it."""

    def __init__(self, training: Sequence[Frames]) -> None:
        self._after: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
        for piece in training:
            whole: NDArray[np.bool_] = np.all(piece >= 0, axis=1)
            below = [tuple(row) for row in (piece[:, 1:] - piece[:, :1]).tolist()]
            for t in range(1, len(piece)):
                if whole[t] and whole[t - 1]:
                    move = int(piece[t, 0] - piece[t - 1, 0])
                    for context in _contexts(below[t - 1], move, t):
                        self._after[context].append(below[t])

    def __call__(self, melody: Line, random: np.random.Generator) -> Frames:
        """Harmonise a melody without rests."""
        state: tuple[int, ...] = ()
        out = []
        for t, top in enumerate(melody.tolist()):
            move = top - int(melody[t - 1]) if t else 0
            choices = next(self._after[c] for c in _contexts(state, move, t) if c in self._after)
            state = choices[int(random.integers(len(choices)))]
            out.append([top + offset for offset in state])
        return np.array(out, np.int64).reshape(-1, 3)


def harmonisers(training: Sequence[Frames] = ()) -> dict[str, Harmoniser]:
    """Build the naive harmonisers by name; those that copy need training pieces."""
    out: dict[str, Harmoniser] = {"random-triad": random_triad, "hold-tonic": hold_tonic}
    usable = [p for p in training if len(_windows(p))]
    if usable:
        out["nearest-chorale"] = NearestChorale(usable)
        out["nearest-bar"] = NearestBar(usable)
        out["markov"] = Markov(usable)
    return out


def _contexts(before: tuple[int, ...], move: int, t: int) -> Iterator[tuple[object, ...]]:
    """What the next frame may depend on, the most telling first."""
    beat = t % STEPS_PER_BEAT
    yield ("all", before, move, beat)
    yield ("no beat", before, move)
    yield ("no past", move, beat)
    yield ("beat", beat)
    yield ("none",)


def _windows(piece: Frames) -> Frames:
    """Every window of a bar that begins on a beat and has no rest, [N, BAR, 4]."""
    if len(piece) < BAR:
        return np.empty((0, BAR, piece.shape[1]), np.int64)
    cut = sliding_window_view(piece, BAR, axis=0)[::STEPS_PER_BEAT].transpose(0, 2, 1)
    whole: Frames = cut[np.all(cut >= 0, axis=(1, 2))]
    return whole


def _laid_along(piece: Frames, length: int) -> Frames:
    """Lay a piece along a melody of `length` frames, from every beat on; a short one repeats."""
    first = np.arange(0, max(len(piece) - length, 0) + 1, STEPS_PER_BEAT)
    laid: Frames = piece[(first[:, None] + np.arange(length)) % len(piece)]
    return laid
