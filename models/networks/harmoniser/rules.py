"""What every plan of a song follows: its key, its cadence, how often its chords change."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE
from models.networks.harmoniser.melody import Melody
from models.networks.harmoniser.vocabulary import CHORD_KINDS, KINDS, MODE_OF, MODES, PLAIN, STATES

_SCALES = (MAJOR_SCALE, NATURAL_MINOR_SCALE)
_DOMINANT_THIRD = 11  # of a minor key: what its dominant borrows


def outside_tones(kinds: Sequence[int]) -> Tensor:
    """Count how many tones of each kind on each root lie outside of each key, [24, 12 * kinds]."""
    table = torch.zeros(24, 12 * len(kinds))
    for mode, scale in enumerate(_SCALES):
        inside = set(scale) | ({_DOMINANT_THIRD} if mode else set())
        for tonic in range(12):
            for state in range(12 * len(kinds)):
                tones = CHORD_KINDS[kinds[state % len(kinds)]].tones
                degrees = [(state // len(kinds) + tone - tonic) % 12 for tone in tones]
                table[mode * 12 + tonic, state] = sum(d not in inside for d in degrees)
    return table


def contradicted_tones() -> Tensor:
    """Mark what contradicts each triad in each key when a melody sings it, [24, STATES, 12].

    A root, third or fifth from outside of the key against the key's own tone in its place: C under
    A major in G major. D there, the fourth, contradicts nothing.
    """
    table = torch.zeros(24, STATES, 12)
    for mode, scale in enumerate(_SCALES):
        for tonic in range(12):
            inside = {(tonic + step) % 12 for step in scale}
            for state in range(STATES):
                root, minor = divmod(state, len(PLAIN))
                for tone, beside in ((0, 1), (3, 1) if minor else (4, -1), (7, -1)):
                    own = (root + tone + beside) % 12
                    if (root + tone) % 12 not in inside and own in inside:
                        table[mode * 12 + tonic, state, own] = 1.0
    return table


def tonic_chords() -> Tensor:
    """Mark the chord on which a song in each key ends, [24, STATES]."""
    table = torch.zeros(24, STATES)
    for tonic in range(12):
        table[tonic, tonic * MODES] = 1.0
        table[12 + tonic, tonic * MODES + 1] = 1.0
    return table


class PlanRules(nn.Module):
    """Scores for and against chords that no network gives, in the TorchScript subset."""

    states: Final[int] = STATES
    kinds: Final[int] = KINDS
    modes: Final[int] = MODES
    outside: Tensor
    outside_kinds: Tensor
    contradicted: Tensor
    home: Tensor
    coloured: Tensor
    mode_of: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.strangeness = 0.1  # nats for each tone outside the key
        self.cadence = 5.0  # nats for the tonic's triad at the end
        self.contradiction = 12.0  # nats where all of a slot's melody is the key's tone beside it
        self.opening = 0.5  # share of framing for a first chord of a plain kind
        self.framing = 3.0  # nats for each tone outside the key in the first and the last chord
        self.slow = 12.0  # nats for staying inside of a bar, where chords change on bar lines
        self.keeping = 1.5  # nats for a chord that goes on to keep its kind
        self.register_buffer("outside", outside_tones(PLAIN))
        self.register_buffer("outside_kinds", outside_tones(range(KINDS)))
        self.register_buffer("contradicted", contradicted_tones())
        self.register_buffer("home", tonic_chords())
        coloured = torch.ones(KINDS)
        coloured[list(PLAIN)] = 0.0
        self.register_buffer("coloured", coloured)
        self.register_buffer("mode_of", torch.tensor(MODE_OF))

    def keys(self, found: Tensor, key: float) -> Tensor:
        """Say how likely each key is, [24]: as found, or the one that is set (1 to 24)."""
        if key >= 1.0:
            out = torch.zeros_like(found)
            out[int(key) - 1] = 1.0
            return out
        return found

    def frame(self, melody: Melody, count: int, ends: bool) -> Tensor:
        """Mark the slots, [count], in which a song begins and, if it does, ends: there in key."""
        out = torch.zeros(count)
        sung = torch.nonzero(melody.pitch >= 0)
        first = int(melody.slot[int(sung[0, 0])]) if sung.size(0) > 0 else 0
        out[: first + 1] = self.framing
        if ends and count - 1 > first:
            out[count - 1] = self.framing
        return out

    def strange(self, keys: Tensor) -> Tensor:
        """Count the tones of each triad that lie outside of keys so likely, [STATES]."""
        return torch.matmul(keys, self.outside)

    def strange_kinds(self, keys: Tensor) -> Tensor:
        """Count those of each kind on each root, [12, KINDS]."""
        return torch.matmul(keys, self.outside_kinds).view(-1, self.kinds)

    def against(self, keys: Tensor, content: Tensor) -> Tensor:
        """Score [S, STATES] how a melody's pitch classes [S, 12] contradict each triad."""
        table = torch.matmul(keys, self.contradicted.flatten(1)).view(self.states, 12)
        return self.contradiction * torch.matmul(content, table.t())

    def path_state(self, full: int) -> int:
        """Give the state of the path of a full one; -1 where there is none."""
        if full < 0:
            return -1
        return full // self.kinds * self.modes + int(self.mode_of[full % self.kinds])

    def slowness(self, melody: Melody, movement: float) -> Tensor:
        """Score staying on a chord in each slot, [S], as a slow harmony does inside of bars."""
        before = torch.cat([torch.full([1], -1), melody.slot[:-1]])
        inside = (melody.place[melody.slot != before] != 0).float()
        slow = max(-movement, 0.0)
        return self.slow * min(slow, 1.0) * inside + 1.5 * max(slow - 1.0, 0.0)

    def holding(self, melody: Melody, movement: float) -> Tensor:
        """Score staying on a chord in each slot, [S], as `movement` has it."""
        return self.slowness(melody, movement) - max(movement - 1.0, 0.0)
