"""How alike two pieces are as settings of a tune, in any key: melody and the chords below it."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from heapq import heappop, heappush
from math import log2

from models.music.clip import Clip, Note, Track
from models.music.melody import skyline
from models.music.tempo import EPSILON

GRAM = 4  # so many melody notes together make one feature
_FEW = 12  # of fewer features two pieces must share nearly all to be alike
_NEARLY_ALL = 0.9

Features = frozenset[Hashable]


def features(melody: Clip, accompaniment: Iterable[Track]) -> Features:
    """Describe a piece by runs of melody notes: interval, rhythm, and the chord under each note.

    Everything is relative to the melody's pitch and pace, so that a copy in another key, octave or
    note value has the same features, and the same tune with other harmonies has not.
    """
    line = skyline(melody).notes
    notes = [note for track in accompaniment if not track.is_drum for note in track.clip.notes]
    chords = _chords_at([note.start for note in line], notes)
    tokens = [
        (_interval(line, i), _pace(line, i), frozenset((p - note.pitch) % 12 for p in chords[i]))
        for i, note in enumerate(line)
    ]
    last = max(len(tokens) - GRAM, 0)
    return frozenset(tuple(tokens[i : i + GRAM]) for i in range(last + 1))


def _interval(line: Sequence[Note], i: int) -> int:
    return line[i + 1].pitch - line[i].pitch if i + 1 < len(line) else 0


def _pace(line: Sequence[Note], i: int) -> int:
    """How much longer the next note lasts than this one, in half octaves of time."""
    if i + 2 >= len(line):
        return 0
    first, second = line[i + 1].start - line[i].start, line[i + 2].start - line[i + 1].start
    return round(2 * log2(second / first)) if first > 0 and second > 0 else 0


def _chords_at(beats: Sequence[float], notes: list[Note]) -> list[set[int]]:
    """Find the pitches that sound at each of `beats`, which are in order."""
    waiting = sorted(notes, reverse=True)
    sounding: list[tuple[float, int]] = []
    out: list[set[int]] = []
    for beat in beats:
        while waiting and waiting[-1].start <= beat + EPSILON:
            note = waiting.pop()
            heappush(sounding, (note.end, note.pitch))
        while sounding and sounding[0][0] <= beat + EPSILON:
            heappop(sounding)
        out.append({pitch for _, pitch in sounding})
    return out


class KnownPieces:
    """The pieces heard so far, to ask whether another one is like one of them."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._sizes: list[int] = []
        self._having: defaultdict[Hashable, list[int]] = defaultdict(list)

    def add(self, name: str, found: Features) -> None:
        """Remember a piece."""
        for feature in found:
            self._having[feature].append(len(self._names))
        self._names.append(name)
        self._sizes.append(len(found))

    def like(self, found: Features, at_least: float) -> tuple[str, float] | None:
        """Find a piece that shares this much of the shorter one's features: (name, share).

        The share of very short pieces is that of the longer one.
        """
        shared = Counter(i for feature in found for i in self._having.get(feature, ()))
        best = max(
            ((self._share(i, count, len(found)), -i) for i, count in shared.items()),
            default=(0.0, 0),
        )
        return (self._names[-best[1]], best[0]) if best[0] >= at_least else None

    def same(self, found: Features) -> str | None:
        """Find a piece that is the same from beginning to end, in whatever key."""
        shared = Counter(i for feature in found for i in self._having.get(feature, ()))
        for i, count in shared.items():
            if count >= _NEARLY_ALL * max(len(found), self._sizes[i]):
                return self._names[i]
        return None

    def _share(self, i: int, count: int, size: int) -> float:
        shorter, longer = sorted((size, self._sizes[i]))
        if shorter < _FEW:
            share = count / longer
            return share if share >= _NEARLY_ALL else 0.0
        return count / shorter
