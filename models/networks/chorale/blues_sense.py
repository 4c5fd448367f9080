"""Hears a blues in a melody, and knows the chords that it has: three dominant sevenths.

The rule of models/music/blues.py, in the TorchScript subset, for the planner.
"""

import torch
from torch import Tensor, nn

from models.music.blues import BENT_FIFTH, LEADING_TONE, LEAST, SEVENTH, SEVENTHS, THIRDS
from models.networks.chorale.chord_states import KINDS, MAJOR_KINDS, SEVENTH_KINDS, STATES
from models.networks.chorale.key_sense import CLASSES, KEYS
from models.networks.chorale.layout import LOWEST

_BLUES_ROOTS = (0, 5, 7)
_TRIAD, _INVERTED = 0.6, 0.4  # how much a chord is of a blues that is no seventh on its root


def blues_chords() -> Tensor:
    """Say how much each state is of a blues in each major key, [keys, states]."""
    table = torch.zeros(KEYS, STATES)
    for tonic in range(CLASSES):
        for root in _BLUES_ROOTS:
            first = (tonic + root) % CLASSES * KINDS
            table[tonic, first + SEVENTH_KINDS[0]] = 1.0
            table[tonic, first + SEVENTH_KINDS[1]] = _INVERTED
            table[tonic, first + MAJOR_KINDS[0]] = _TRIAD
    return table


class BluesSense(nn.Module):
    """Says whether a melody is a blues around a tonic."""

    def __init__(self) -> None:
        super().__init__()
        self.lowest = LOWEST
        self.thirds = list(THIRDS)
        self.bent_fifth = list(BENT_FIFTH)
        self.least, self.share = LEAST, SEVENTHS
        self.seventh, self.leading_tone = SEVENTH, LEADING_TONE

    def forward(self, pitch: Tensor, onset: Tensor, tonic: int) -> bool:
        """Read pitch indices and onsets of the frames [T] of a melody; a minor key has no blues."""
        if tonic >= 12:
            return False
        struck = pitch[onset > 0]
        degrees: list[int] = ((struck + self.lowest - tonic) % 12).tolist()
        turns = sevenths = leading = 0
        for i in range(len(degrees)):
            sevenths += int(degrees[i] == self.seventh)
            leading += int(degrees[i] == self.leading_tone)
            for low, high in self.thirds:
                turns += int(i > 0 and degrees[i - 1] == low and degrees[i] == high)
            for a, b, c in self.bent_fifth:
                turns += int(i > 1 and degrees[i - 2 : i + 1] == [a, b, c])
        if turns < self.least or sevenths < self.share * len(degrees):
            return False
        return sevenths > leading
