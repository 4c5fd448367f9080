"""How likely a model finds the real lower voices: nats a note, for artifacts that can say so.

The protocol: alto, tenor and bass given the whole soprano and the true frames before; note-wise,
the mean over all cells of all whole pieces, no padding; a rest costs nothing and is counted.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import ContinuoError
from models.evaluation.four_part.frames import VOICES
from models.evaluation.means import mean_of
from models.music.sixteenths import REST, STEPS_PER_BEAT, Frames

Scores = NDArray[np.float64]  # [T, 3], natural logarithms of probabilities
Scorer = Callable[[Frames], Scores]

PITCHES = 46  # 36-81, all that the classical data has
_LOWER = VOICES[1:]


class FramesError(ContinuoError, ValueError):
    """A file of frames cannot be used; the message says why."""


def likelihood_figures(
    score: Scorer, pieces: Sequence[Frames], seen: Sequence[bool] | None = None
) -> dict[str, float]:
    """Give the mean cost of a note over all cells ("nll"), a voice, and as the mean of pieces."""
    costs = [cost(score(p), p) for p in pieces]
    cells = np.concatenate(costs) if costs else np.zeros((0, 3))
    out = {"nll": mean_of([float(cells.mean())] if cells.size else [])}
    out |= {f"nll_{v}": float(cells[:, i].mean()) for i, v in enumerate(_LOWER) if cells.size}
    out["nll_pieces"] = mean_of([float(c.mean()) for c in costs if c.size])
    if seen is not None:
        for name, wanted in (("seen", True), ("unseen", False)):
            chosen = [c for c, s in zip(costs, seen, strict=True) if s == wanted]
            out[f"nll_{name}"] = float(np.concatenate(chosen).mean()) if chosen else float("nan")
    return out


def cost(scores: Scores, frames: Frames) -> Scores:
    """Give what each cell of the lower voices costs, [T, 3], in nats; a rest costs nothing."""
    lower = frames[:, 1:]
    if scores.shape != lower.shape:
        raise ValueError(f"scores must be shaped {lower.shape}, got {scores.shape}")
    return np.asarray(np.where(lower >= 0, -scores, 0.0), np.float64)


def hold_or_uniform(training: Sequence[Frames]) -> Scorer:
    """Make the naive scorer: a voice holds as often as in the training, or goes anywhere."""
    pairs = [(p[:-1, 1:], p[1:, 1:]) for p in training if len(p) > 1]
    both = sum(((a >= 0) & (b >= 0)).sum(axis=0) for a, b in pairs)
    held = sum(((a >= 0) & (a == b)).sum(axis=0) for a, b in pairs)
    # As if one more note had been held and one moved: certainty would cost infinitely much.
    hold = (held + np.ones(3)) / (both + np.full(3, 2.0))

    def score(frames: Frames) -> Scores:
        lower = frames[:, 1:]
        before = np.concatenate([np.full((1, 3), REST), lower[:-1]])
        moved = np.log((1 - hold) / (PITCHES - 1))
        known = np.where(lower == before, np.log(hold), moved)
        return np.asarray(np.where(before >= 0, known, -np.log(PITCHES)), np.float64)

    return score


def trimmed(frames: Frames) -> Frames:
    """Cut whole beats off both ends in which nothing sounds: the rest of a pick-up's bar."""
    sounding = np.nonzero((frames >= 0).any(axis=1))[0]
    if not len(sounding):
        return frames[:0]
    first, last = int(sounding[0]), int(sounding[-1]) + 1
    return frames[first // STEPS_PER_BEAT * STEPS_PER_BEAT : last]


def read_frames(path: Path) -> list[Frames]:
    """Read a JSON list of pieces, each a list of sixteenths [S, A, T, B], -1 for a rest."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FramesError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise FramesError(f"cannot read {path}: it is not JSON ({error})") from None
    if not isinstance(data, list) or not data:
        raise FramesError(f"{path} must hold a list of pieces, each a list of [S, A, T, B]")
    return [_piece(path, number, piece) for number, piece in enumerate(data, start=1)]


def _piece(path: Path, number: int, piece: object) -> Frames:
    try:
        frames = np.asarray(piece, np.float64)
    except (TypeError, ValueError):
        frames = np.zeros(0)
    if frames.ndim != 2 or frames.shape[1] != len(VOICES):
        raise FramesError(f"{path}: piece {number} must be a list of four pitches a sixteenth")
    # Published files mark a rest by -1 or by no number at all.
    frames = np.where(np.isnan(frames), REST, frames)
    if frames.size and not (frames.min() >= REST and frames.max() <= 127):
        raise FramesError(f"{path}: piece {number} has a pitch outside 0..127 (-1 is a rest)")
    return np.asarray(frames, np.int64)


def compared(
    scorers: Mapping[str, Scorer], pieces: Sequence[Frames], seen: Sequence[bool] | None
) -> dict[str, dict[str, float]]:
    """Give the figures of each scorer by its name."""
    return {name: likelihood_figures(score, pieces, seen) for name, score in scorers.items()}
