"""A naive judge of likelihood: counts of what a voice did before in the same place."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from models.evaluation.four_part.likelihood import PITCHES, Scores
from models.music.sixteenths import REST, STEPS_PER_BEAT, Frames

Context = tuple[object, ...]

_ORDER = (3, 1, 2)  # bass, alto, tenor; the soprano is known
_LONGEST_RUN = 12


class NGram:
    """Predicts each cell's move from the frame before, whatever the transposition.

    Contexts from general to particular are interpolated after Witten and Bell: the more often a
    context was followed by something new, the more it trusts the next more general one.
    """

    def __init__(self, training: Sequence[Frames]) -> None:
        self._after: dict[Context, Counter[int]] = defaultdict(Counter)
        for piece in training:
            for _, _, move, contexts in _cells(piece):
                for context in contexts:
                    self._after[context][move] += 1

    def __call__(self, frames: Frames) -> Scores:
        """Give ln P of each lower cell; where nothing sounded before, each pitch is as likely."""
        scores = np.full((len(frames), 3), -np.log(PITCHES))
        for t, voice, move, contexts in _cells(frames):
            scores[t, voice - 1] = np.log(self._chance(move, contexts))
        return scores

    def _chance(self, move: int, contexts: Sequence[Context]) -> float:
        chance = 1 / PITCHES
        for context in contexts:
            seen = self._after.get(context)
            if seen is None:
                break
            chance = (seen[move] + len(seen) * chance) / (seen.total() + len(seen))
        return chance


def _cells(frames: Frames) -> Iterator[tuple[int, int, int, list[Context]]]:
    """Give (frame, voice, move, contexts) of each lower cell that sounds now and before."""
    rows = frames.tolist()
    runs, lasts = _histories(frames)
    for t in range(1, len(rows)):
        now, before = rows[t], rows[t - 1]
        following = rows[t + 1][0] if t + 1 < len(rows) else REST
        known = [0]
        for voice in _ORDER:
            home = before[voice]
            if home >= 0 and now[voice] >= 0:
                past = (runs[t - 1][voice], lasts[t - 1][voice])
                yield t, voice, now[voice] - home, _contexts(t, voice, known, rows, past, following)
            known = [*known, voice]


def _contexts(
    t: int,
    voice: int,
    known: Sequence[int],
    rows: Sequence[Sequence[int]],
    past: tuple[int, int],
    following: int,
) -> list[Context]:
    now, before = rows[t], rows[t - 1]
    home, (run, last) = before[voice], past

    def away(pitch: int) -> int | None:
        return pitch - home if pitch >= 0 else None

    telling = (
        t % STEPS_PER_BEAT,
        tuple(now[v] != before[v] for v in known),
        run,
        tuple(away(now[v]) for v in known),
        away(last),
        tuple(away(p) for p in before),
        away(following),
    )
    return [(voice, *telling[:depth]) for depth in range(len(telling) + 1)]


def _histories(frames: Frames) -> tuple[list[list[int]], list[list[int]]]:
    """Give for each cell how long its pitch has sounded, and the pitch before that."""
    runs, lasts = np.ones_like(frames), np.full_like(frames, REST)
    for t in range(1, len(frames)):
        same = frames[t] == frames[t - 1]
        runs[t] = np.where(same, np.minimum(runs[t - 1] + 1, _LONGEST_RUN), 1)
        lasts[t] = np.where(same, lasts[t - 1], frames[t - 1])
    return runs.tolist(), lasts.tolist()
