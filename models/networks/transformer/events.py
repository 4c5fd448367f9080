"""A melody as a sequence of notes for the transformer, in its own key.

Position i stands after note i and before note i + 1, whose onset is known (note i, how long it is,
and the rest after it): what is predicted there is the next note's pitch, then its length, then the
rest after it. Position 0 stands before the first note.
"""

import torch
from torch import Tensor

PITCHES = 60  # around the tune's own middle, counted from the tonic of its (relative) major key
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 48, 64)
RESTS = (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 24, 28, 32, 48, 64)
LAGS = (1, 2, 4, 8)  # bars back, where a melody likes to look
_NONE = 2 * PITCHES
# pitch, length, rest, move, place, bar, unit, number of the bar; then for each lag: pitch there,
# its length, its move from the note before it
SIZES = (PITCHES + 1, len(LENGTHS) + 1, len(RESTS) + 1, 50, 64, 65, 2, 8) + 4 * (
    2 * PITCHES + 1,
    len(LENGTHS) + 1,
    50,
)
FEATURES = len(SIZES)
MAX_BAR = 64


class Reader(torch.nn.Module):
    """Gives notes [N, 3] of whole sixteenths (start, end, pitch) as indices."""

    length_class: Tensor
    rest_class: Tensor
    profiles: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.pitches, self.none = PITCHES, _NONE
        self.lags: list[int] = list(LAGS)
        self.lengths: list[int] = list(LENGTHS)
        self.rests: list[int] = list(RESTS)
        self.register_buffer("length_class", _nearest(LENGTHS))
        self.register_buffer("rest_class", _nearest(RESTS))
        self.register_buffer("profiles", _profiles())

    def tonic(self, notes: Tensor) -> int:
        """Find the pitch class of the relative major key."""
        if notes.size(0) == 0:
            return 0
        heard = torch.zeros(12)
        heard.index_add_(0, notes[:, 2] % 12, (notes[:, 1] - notes[:, 0]).float())
        return int((self.profiles @ heard).argmax()) % 12

    def shift(self, notes: Tensor) -> int:
        """Say by how much pitches are higher than the indices of the network."""
        if notes.size(0) == 0:
            return 42
        tonic = self.tonic(notes)
        middle = int(notes[:, 2].float().mean())
        return tonic + 12 * int((middle - tonic - 24 + 6) // 12)

    def index(self, pitch: int, shift: int) -> int:
        """Give the index of a pitch; one too far off gets the nearest octave."""
        out = pitch - shift
        while out < 0:
            out += 12
        while out >= self.pitches:
            out -= 12
        return out

    def first(self, onset: int, origin: int, bar: int, unit: int) -> list[int]:
        """Give the features of position 0, for a first note at `onset`."""
        out = [self.pitches, len(self.lengths), len(self.rests), 49]
        return out + self.place(onset, origin, bar, unit) + [self.none, len(self.lengths), 49] * 4

    def place(self, onset: int, origin: int, bar: int, unit: int) -> list[int]:
        """Give where an onset falls: in its bar, bars of which length and beat, which bar."""
        at = onset - origin
        return [min(at % bar, 63), min(bar, 64), int(unit == 6), (at // bar) % 8]

    def features(
        self, rows: list[list[int]], i: int, onset: int, origin: int, bar: int, unit: int
    ) -> list[int]:
        """Give the features after rows[i], for a next note at `onset`.

        Each of `rows` is [start, end, index of the pitch]; rows after i are not looked at.
        """
        start, end, pitch = rows[i][0], rows[i][1], rows[i][2]
        move = self.move(rows, i)
        out = [pitch, int(self.length_class[min(end - start, 64)])]
        out.append(int(self.rest_class[min(max(onset - end, 0), 64)]))
        out.append(move)
        out += self.place(onset, origin, bar, unit)
        j = i
        for lag in self.lags:
            then = onset - lag * bar
            while j >= 0 and rows[j][0] > then:
                j -= 1
            if j < 0 or (rows[j][1] <= then and rows[j][0] != then):
                out += [self.none, len(self.lengths), 49]
            elif rows[j][0] == then:
                out += [rows[j][2], int(self.length_class[min(rows[j][1] - then, 64)])]
                out.append(self.move(rows, j))
            else:
                out += [self.pitches + rows[j][2], len(self.lengths), 49]
        return out

    def move(self, rows: list[list[int]], i: int) -> int:
        """Give the interval from the note before as 0..48; 49 where there is none."""
        if i == 0:
            return 49
        return min(max(rows[i][2] - rows[i - 1][2], -24), 24) + 24


def _nearest(values: tuple[int, ...]) -> Tensor:
    table = torch.tensor(values)
    return (torch.arange(65)[:, None] - table[None]).abs().argmin(1)


def _profiles() -> Tensor:
    from models.music.key import MAJOR_PROFILE, MINOR_PROFILE

    rows = []
    for profile, turn in ((MAJOR_PROFILE, 0), (MINOR_PROFILE, 9)):
        p = torch.tensor(profile)
        p = (p - p.mean()) / (p - p.mean()).norm()
        rows += [torch.roll(p, (tonic + turn) % 12) for tonic in range(12)]
    return torch.stack(rows)
