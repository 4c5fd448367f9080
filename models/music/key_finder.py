"""The key of a melody, how surely, and where it goes to another: its notes, its end, its phrases.

Each key is scored by what its tones are to it (models/music/key_weights.py): how long they sound,
in the first and the last bars, at the ends of phrases, and the last note. Modulations are the
likeliest path through the bars (Viterbi); going to a near key costs less than to a far one. A
blues is in the major key of its tonic.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

from models.music import key_weights as learnt
from models.music.blues import is_blues
from models.music.clip import Clip, Note
from models.music.key import key_label
from models.music.melody import skyline
from models.music.phrase_ends import phrase_ends
from models.music.tempo import EPSILON, MeterMap

KEYS = 24  # twelve major, then twelve minor
_EDGE_BARS = 2  # at the beginning and at the end
_LONGEST = 4.0  # beats of a note that count
_CHANGE, _FIFTH = 5.0, 0.8  # nats: what a modulation costs, and each fifth that it is away
_EVIDENCE = 1.4  # weight of a bar, seen with its neighbours


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key (tonic, 12 more in minor), how likely it is, and the keys of its stretches.

    `stretches` are (beat, key) in order, the first at the first bar.
    """

    key: int
    certainty: float
    stretches: tuple[tuple[float, int], ...] = ()

    @property
    def name(self) -> str:
        """The key as musicians write it."""
        return key_label(self.key % 12, self.key >= 12)

    @property
    def modulations(self) -> tuple[tuple[float, str], ...]:
        """Where it changes, and to what: (beat, name)."""
        return tuple((beat, key_label(k % 12, k >= 12)) for beat, k in self.stretches[1:])


def melody_key(
    melody: Clip, meter: MeterMap, is_whole: bool = True, fermatas: Collection[float] = ()
) -> tuple[int, float]:
    """Give the key and how likely it is, 0 for silence; one that goes on has no end yet."""
    notes = skyline(melody).notes
    if not notes:
        return 0, 0.0
    ends = phrase_ends(Clip(notes), meter, fermatas) if is_whole else []
    likely = _likelihoods(_scores(notes, meter, ends, is_whole))
    key = max(range(KEYS), key=likely.__getitem__)
    return _heard_key(notes, key), likely[key]


def find_keys(melody: Clip, meter: MeterMap, fermatas: Collection[float] = ()) -> FoundKey:
    """Find the key of a whole melody and its modulations."""
    line = Clip(skyline(melody).notes)
    if not line.notes:
        return FoundKey(0, 0.0)
    ends = phrase_ends(line, meter, fermatas)
    likely = _likelihoods(_scores(line.notes, meter, ends, is_whole=True))
    key = max(range(KEYS), key=likely.__getitem__)
    heard = _heard_key(line.notes, key)
    if heard != key:  # the tones of a blues tell nothing of where it goes
        return FoundKey(heard, likely[key], ((meter.bar_line(line.notes[0].start), heard),))
    return FoundKey(key, likely[key], tuple(_stretches(line.notes, meter, likely)))


def _heard_key(notes: Sequence[Note], key: int) -> int:
    """Give the major key of a blues instead of the minor one that its tones suggest."""
    return key - 12 if key >= 12 and is_blues(notes, key - 12) else key


def _likelihoods(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    weights = [exp(score - top) for score in scores]
    return [w / sum(weights) for w in weights]


def _scores(
    notes: Sequence[Note], meter: MeterMap, ends: Sequence[Note], is_whole: bool
) -> list[float]:
    first, end = notes[0].start, max(n.end for n in notes)
    bar = meter.meter_at(first).beats_per_bar
    early = [n for n in notes if n.start < first + _EDGE_BARS * bar - EPSILON]
    sounding = _shares((n, min(n.duration, _LONGEST)) for n in notes)
    begun = _shares((n, n.duration) for n in early)
    if is_whole:
        late = [n for n in notes if n.start > end - _EDGE_BARS * bar - EPSILON]
        bias, counts = (
            learnt.MODE,
            [
                (learnt.SOUNDING, sounding),
                (learnt.FIRST_BARS, begun),
                (learnt.LAST, _shares([(notes[-1], 1.0)])),
                (learnt.LAST_BARS, _shares((n, n.duration) for n in late)),
                (learnt.ENDS, _shares((n, 1.0) for n in ends)),
            ],
        )
    else:
        bias = learnt.OPEN_MODE
        counts = [(learnt.OPEN_SOUNDING, sounding), (learnt.OPEN_FIRST_BARS, begun)]
    return [
        bias[mode]
        + sum(
            weights[mode][degree] * share[(tonic + degree) % 12]
            for weights, share in counts
            for degree in range(12)
        )
        for mode in (0, 1)
        for tonic in range(12)
    ]


def _shares(weighed: Iterable[tuple[Note, float]]) -> list[float]:
    out = [0.0] * 12
    for note, weight in weighed:
        out[note.pitch % 12] += weight
    total = sum(out)
    return [value / total for value in out] if total > 0 else out


# -- modulations -------------------------------------------------------------------------------
def _stretches(
    notes: Sequence[Note], meter: MeterMap, likely: Sequence[float]
) -> list[tuple[float, int]]:
    """Give (bar line, key) of each stretch: the likeliest path, at home at both ends."""
    lines = _bar_lines(notes, meter)
    bars = _sounding(notes, lines)
    evidence = [_bar_evidence(bars, i) for i in range(len(bars))]
    home = [log(max(p, 1e-9)) for p in likely]
    for edge in (0, -1):
        evidence[edge] = [e + h for e, h in zip(evidence[edge], home, strict=True)]
    path = _likeliest_path(evidence)
    out = [(lines[0], path[0])]
    for line, key in zip(lines[1:], path[1:], strict=False):
        if key != out[-1][1]:
            out.append((line, key))
    return out


def _bar_lines(notes: Sequence[Note], meter: MeterMap) -> list[float]:
    lines, end = [meter.bar_line(notes[0].start)], max(n.end for n in notes)
    while lines[-1] < end - EPSILON:
        lines.append(meter.next_bar_line(lines[-1]))
    return lines if len(lines) > 1 else [*lines, lines[0] + 1.0]


def _sounding(notes: Sequence[Note], lines: Sequence[float]) -> list[list[float]]:
    """Give how long each pitch class sounds in each bar, [bars, 12] beats, in one pass."""
    bars = [[0.0] * 12 for _ in lines[:-1]]
    for note in notes:
        for bar in range(max(bisect_right(lines, note.start) - 1, 0), len(bars)):
            if lines[bar] >= note.end:
                break
            inside = min(note.end, lines[bar + 1]) - max(note.start, lines[bar])
            bars[bar][note.pitch % 12] += max(inside, 0.0)
    return bars


def _bar_evidence(bars: Sequence[Sequence[float]], i: int) -> list[float]:
    """Score the keys of one bar by what sounds in it and, half as much, in its neighbours."""
    near = [(1.0, bars[i])] + [(0.5, bars[j]) for j in (i - 1, i + 1) if 0 <= j < len(bars)]
    heard = [sum(weight * bar[d] for weight, bar in near) for d in range(12)]
    total = sum(heard)
    if not total:
        return [0.0] * KEYS
    share = [_EVIDENCE * value / total for value in heard]
    return [
        sum(learnt.SOUNDING[mode][d] * share[(tonic + d) % 12] for d in range(12))
        for mode in (0, 1)
        for tonic in range(12)
    ]


def _likeliest_path(evidence: Sequence[Sequence[float]]) -> list[int]:
    best, backs = list(evidence[0]), []
    for scores in evidence[1:]:
        back = [_best_before(best, to) for to in range(KEYS)]
        best = [best[back[to]] - _COSTS[back[to]][to] + scores[to] for to in range(KEYS)]
        backs.append(back)
    key = max(range(KEYS), key=best.__getitem__)
    path = [key]
    for back in reversed(backs):
        key = back[key]
        path.append(key)
    return path[::-1]


def _best_before(best: Sequence[float], to: int) -> int:
    reached = [best[k] - _COSTS[k][to] for k in range(KEYS)]
    return reached.index(max(reached))


def _cost(one: int, other: int) -> float:
    """Say what going from one key to another costs: by the fifths between their signatures."""
    if one == other:
        return 0.0
    signs = [(key % 12 * 7 + (9 if key >= 12 else 0)) % 12 for key in (one, other)]
    away = abs(signs[0] - signs[1])
    return _CHANGE + _FIFTH * min(away, 12 - away)


_COSTS = [[_cost(one, other) for other in range(KEYS)] for one in range(KEYS)]
