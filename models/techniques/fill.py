"""Of several answers to a hole the one that leads best into what follows it."""

from collections.abc import Callable, Mapping

from models.music.clip import Clip, Note

CANDIDATES = 6
_SEED_STEP = 7919
_NEAR = 4.0  # beats after the hole in which music must begin to be led into
_PARALLEL = 12.0  # semitones of leaping that parallel fifths or octaves weigh
_PERFECT = (0, 7)

Answer = Mapping[int, Clip]


def best_filling(
    answer: Callable[[int], Answer], after: Mapping[int, Clip], end: float, seed: int
) -> Answer:
    """Choose among answers to several seeds; the first where nothing follows."""
    follows = {i: _first(c, end) for i, c in after.items()}
    if not any(follows.values()):
        return answer(seed)
    answers = [answer(seed + k * _SEED_STEP) for k in range(CANDIDATES)]
    return min(answers, key=lambda given: _cost(given, follows))


def _cost(given: Answer, follows: Mapping[int, Note | None]) -> float:
    """Weigh the leaps of the voices into what follows, and parallels on the way."""
    moves = [
        (max(given[i].notes, key=lambda n: n.end).pitch, later.pitch)
        for i, later in follows.items()
        if later is not None and given.get(i) and given[i].notes
    ]
    leaps = sum(max(abs(a - b) - 2, 0) for a, b in moves)
    pairs = [(x, y) for k, x in enumerate(moves) for y in moves[k + 1 :]]
    parallels = sum(
        a != b and (a - c) % 12 == (b - d) % 12 and (a - c) % 12 in _PERFECT
        for (a, b), (c, d) in pairs
    )
    return leaps + _PARALLEL * parallels


def _first(clip: Clip, end: float) -> Note | None:
    return next((n for n in clip.notes if end <= n.start < end + _NEAR), None)
