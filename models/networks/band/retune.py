"""Moves notes from the chord that they were written on to another, in the TorchScript subset.

A note keeps what it is in its chord. A bass moves with the roots; what lies above it goes to the
nearest tones of the new chord, in the order that it had, as a player leads voices.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE
from models.networks.harmoniser.vocabulary import CHORD_KINDS, KINDS

TONES = 3  # of the ladder of a chord: its triad in all octaves
_SEVENTH = 9


def ladder_tables() -> tuple[list[int], list[int]]:
    """Say of each interval above the root of each kind which tone it is, and how far beside it.

    The tone is 0 to 2, 3 for the root above, or _SEVENTH; flat lists [KINDS * 12].
    """
    degrees, besides = [], []
    for kind in CHORD_KINDS:
        triad = kind.tones[:TONES]
        for interval in range(12):
            if interval in triad:
                found = (triad.index(interval), 0)
            elif interval in kind.tones:
                found = (_SEVENTH, 0)
            else:
                rungs = (*triad, 12)
                near = [(abs(interval - t), i, interval - t) for i, t in enumerate(rungs)]
                _, tone, beside = min(near)
                found = (tone, beside)
            degrees.append(found[0])
            besides.append(found[1])
    return degrees, besides


class Retuner(nn.Module):
    """Finds the pitches of notes under new chords; a chord is a full state of the vocabulary."""

    kinds: Final[int] = KINDS
    tones: Final[int] = TONES
    seventh: Final[int] = _SEVENTH

    def __init__(self) -> None:
        super().__init__()
        self.degrees, self.besides = ladder_tables()
        self.triads = [list(kind.tones[:TONES]) for kind in CHORD_KINDS]
        self.sevenths = [kind.tones[3] if len(kind.tones) > TONES else -1 for kind in CHORD_KINDS]
        self.basses = [kind.bass for kind in CHORD_KINDS]
        self.bits = [sum(1 << t for t in kind.tones) for kind in CHORD_KINDS]
        scales = torch.zeros(24, 12)
        for mode, scale in enumerate((MAJOR_SCALE, NATURAL_MINOR_SCALE)):
            for tonic in range(12):
                scales[12 * mode + tonic, [(tonic + step) % 12 for step in scale]] = 1.0
        self.scales: list[list[int]] = scales.long().tolist()

    def is_tone(self, pitch: int, state: int) -> bool:
        """Whether a pitch belongs to a chord."""
        interval = (pitch - state // self.kinds) % 12
        return (self.bits[state % self.kinds] >> interval) & 1 == 1

    def nearest(self, pitch: int, pitch_class: int) -> int:
        """Give the pitch of a class that is nearest."""
        up = (pitch_class - pitch) % 12
        return pitch + up if up <= 6 else pitch + up - 12

    def rung(self, base: int, state: int, step: int) -> int:
        """Give the pitch on a step of a chord's ladder that begins with the root at `base`."""
        triad = self.triads[state % self.kinds]
        octave = step // self.tones
        return base + 12 * octave + triad[step - self.tones * octave]

    def tone_near(self, pitch: int, state: int) -> int:
        """Give the tone of a chord that is nearest to a pitch."""
        for distance in range(7):
            if self.is_tone(pitch - distance, state):
                return pitch - distance
            if self.is_tone(pitch + distance, state):
                return pitch + distance
        return pitch

    def goes_to_seventh(self, pitch: int, old: int, new: int, struck: int) -> int:
        """Give the seventh that a tone of a struck triad becomes in a new chord; -1: it stays.

        `struck` are the pitch classes that sound with it, as bits.
        """
        kind = new % self.kinds
        seventh, bass, root = self.sevenths[kind], self.basses[kind], new // self.kinds
        if seventh < 0 or bass == seventh or self.sevenths[old % self.kinds] >= 0:
            return -1
        for tone in self.triads[kind]:
            if (struck >> ((root + tone) % 12)) & 1 == 0:
                return -1
        gives = 0 if bass == 0 else self.triads[kind][2]
        if (pitch - root) % 12 != gives:
            return -1
        return self.nearest(pitch, (root + seventh) % 12)

    def offset(self, rows: list[int], old: int, new: int, shift: int) -> int:
        """Choose by how many steps a part moves on the ladder, for pitches at its edges."""
        best = 0
        least = 1.0e9
        for i in range(7):
            step = i - 3
            cost = 0.01 * abs(step)
            for pitch in rows:
                cost += abs(self.moved(pitch, old, new, step) - pitch - shift)
            if cost < least:
                best = step
                least = cost
        return best

    def moved(self, pitch: int, old: int, new: int, step: int) -> int:
        """Move a pitch by `step` from its place on the old chord's ladder to the new one's."""
        root = old // self.kinds
        interval = (pitch - root) % 12
        at = (old % self.kinds) * 12 + interval
        degree = self.degrees[at]
        base = pitch - interval
        up = (new // self.kinds - root) % 12
        if up > 6:
            up -= 12
        if degree == self.seventh:
            seventh = self.sevenths[new % self.kinds]
            target = self.rung(base + up, new, 2 + step)
            if seventh < 0:
                return self.rung(base + up, new, self.tones + step)
            return self.nearest(target + 3, (new // self.kinds + seventh) % 12)
        return self.rung(base + up, new, degree + step) + self.besides[at]

    def low(self, pitch: int, old: int, new: int) -> int:
        """Move a pitch of the bass: the bass of a chord becomes the bass of the other."""
        root = old // self.kinds
        up = (new // self.kinds - root) % 12
        if up > 6:
            up -= 12
        if (pitch - root) % 12 == self.basses[old % self.kinds]:
            bass = (new // self.kinds + self.basses[new % self.kinds]) % 12
            return self.nearest(pitch + up, bass)
        return self.moved(pitch, old, new, 0)

    def bass_near(self, pitch: int, state: int) -> int:
        """Give the pitch of a chord's bass that is nearest."""
        return self.nearest(pitch, (state // self.kinds + self.basses[state % self.kinds]) % 12)

    def settled(self, pitch: int, state: int, key: int, melody: int) -> int:
        """Move a pitch that no chord explains into the key, and away from the melody beside it."""
        if self.is_tone(pitch, state):
            return pitch
        if melody >= 0:
            apart = (pitch - melody) % 12
            if apart == 1 or apart == 11:
                return self.tone_near(pitch, state)
        scale = self.scales[key]
        if scale[pitch % 12] == 1:
            return pitch
        if scale[(pitch - 1) % 12] == 1 and not self.is_tone(pitch - 1, state):
            return pitch - 1
        if scale[(pitch + 1) % 12] == 1 and not self.is_tone(pitch + 1, state):
            return pitch + 1
        return self.tone_near(pitch, state)

    def octaves(self, lowest: int, highest: int, low: int, high: int) -> int:
        """Give the semitones, whole octaves, by which a figure has to move to lie in a range.

        One that is wider than the range begins at its bottom.
        """
        out = 0
        while highest + out > high and lowest + out - 12 >= low:
            out -= 12
        while lowest + out < low:
            out += 12
        return out

    def within(self, pitch: int, low: int, high: int) -> int:
        """Move a pitch by octaves into a range."""
        out = pitch
        while out < low and out + 12 <= max(high, low + 11):
            out += 12
        while out > high and out - 12 >= min(low, high - 11):
            out -= 12
        return min(max(out, 0), 127)

    def forward(self, states: Tensor) -> Tensor:
        """Give the roots of chords as pitch classes (a module must have a forward)."""
        return torch.div(states, self.kinds, rounding_mode="floor")
