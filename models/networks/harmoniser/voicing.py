"""Plays chords: in close position, each as near to the one before as it can be, over a bass."""

import torch
from torch import Tensor, nn

from models.networks.harmoniser.vocabulary import CHORD_KINDS, KINDS

CHORDS = range(48, 74)  # from C3: below most melodies, above the bass
BASS = range(33, 53)
_CENTRE, _BASS_CENTRE = 58.0, 42.0
_HOME = 0.3  # what a semitone away from the middle of the register costs beside one of movement
_OVER = 0.7  # what a semitone above the melody costs


class Voicing(nn.Module):
    """Finds the pitches of a chord and of its bass, in the TorchScript subset."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds = KINDS
        self.tones = [list(kind.tones) for kind in CHORD_KINDS]
        self.basses = [kind.bass for kind in CHORD_KINDS]
        self.low, self.high = CHORDS.start, CHORDS.stop
        self.bass_low, self.bass_high = BASS.start, BASS.stop
        self.centre, self.bass_centre, self.home, self.over = _CENTRE, _BASS_CENTRE, _HOME, _OVER

    def spelled(self, state: int) -> tuple[float, float, float]:
        """Give the root and the bass of a full state as pitch classes, and its tones as bits."""
        root, kind = state // self.kinds, state % self.kinds
        bits = 0
        for tone in self.tones[kind]:
            bits += 1 << ((root + tone) % 12)
        return float(root), float((root + self.basses[kind]) % 12), float(bits)

    def chord(self, state: int, before: list[int], melody: int) -> list[int]:
        """Give the pitches of a full state after those `before`, under a melody's lowest pitch."""
        root, kind = state // self.kinds, state % self.kinds
        classes = [(root + tone) % 12 for tone in self.tones[kind]]
        best: list[int] = []
        least = 1.0e9
        for low in range(self.low, self.high):
            if low % 12 in classes:
                pitches: list[int] = []
                for p in range(low, low + 12):
                    if p % 12 in classes:
                        pitches.append(p)  # noqa: PERF401 - TorchScript knows no such comprehension
                cost = self.cost(pitches, before, melody)
                if pitches[-1] < self.high and cost < least:
                    best = pitches
                    least = cost
        return best

    def cost(self, pitches: list[int], before: list[int], melody: int) -> float:
        """Price a voicing: how far each voice moves, and where it lies."""
        mean = float(sum(pitches)) / len(pitches)
        out = self.home * abs(mean - self.centre) + self.over * float(max(pitches[-1] - melody, 0))
        if len(before) > 0:
            for p in pitches:
                out += float(min([abs(p - q) for q in before]))
            out += float(abs(pitches[-1] - before[-1]) + abs(pitches[0] - before[0]))
        return out

    def bass(self, state: int, before: int) -> int:
        """Give the pitch of a full state's bass after the one before (-1: there was none)."""
        root, kind = state // self.kinds, state % self.kinds
        wanted = (root + self.basses[kind]) % 12
        best = self.bass_low
        least = 1.0e9
        for p in range(self.bass_low, self.bass_high):
            if p % 12 == wanted:
                cost = self.home * abs(p - self.bass_centre)
                if before >= 0:
                    cost += float(abs(p - before))
                if cost < least:
                    best = p
                    least = cost
        return best

    def last(self, rows: Tensor, track: int) -> list[int]:
        """Give the pitches that a track of rows [N, 5] struck last, in order."""
        own = rows[rows[:, 0] == track]
        if own.size(0) == 0:
            none: list[int] = []
            return none
        latest = own[own[:, 1] >= own[:, 1].max() - 0.01]
        pitches: list[int] = torch.sort(latest[:, 3])[0].long().tolist()
        return pitches
