"""How a band ends a piece: what it plays when the last chord comes, it strikes and holds."""

from collections.abc import Sequence
from typing import Final

from torch import Tensor, nn

from models.artifact.manifest import TrackSpec
from models.networks.band.parts import bass_of
from models.networks.band.retune import Retuner

_BEAT = 4  # steps: what is struck so soon after a chord belongs to it
_DEEP = 50  # the highest last note of a bass
_KICKS, _CYMBALS = (36, 35), (49, 57, 55, 51, 59)  # General MIDI's, the most wanted first


class Closing(nn.Module):
    """Holds a last chord, in the TorchScript subset.

    Rows are [track, frame, duration, pitch, velocity, late].
    """

    beat: Final[int] = _BEAT
    deep: Final[int] = _DEEP

    def __init__(self, tracks: Sequence[TrackSpec], notes: Tensor) -> None:
        super().__init__()
        self.retuner = Retuner()
        self.is_drum = [t.role == "drums" for t in tracks]
        self.is_single = [t.role == "bass" for t in tracks]
        self.lows = [t.low for t in tracks]
        self.highs = [t.high for t in tracks]
        self.bass = bass_of(tracks)
        self.drums = self.is_drum.index(True) if True in self.is_drum else -1
        struck = set(notes[notes[:, 0] == self.drums, 3].tolist())
        self.kick = next((p for p in _KICKS if p in struck), -1)
        self.cymbal = next((p for p in _CYMBALS if p in struck), -1)
        self.kicks, self.cymbals = list(_KICKS), list(_CYMBALS)

    def forward(
        self, rows: list[list[int]], at: int, end: int, state: int, has_drums: bool
    ) -> list[list[int]]:
        """Close a bar's rows: the chord `state` sounds from frame `at` to `end`."""
        out: list[list[int]] = []
        for r in rows:
            if r[1] < at:
                out.append([r[0], r[1], min(r[2], at - r[1]), r[3], r[4], r[5]])  # noqa: PERF401
        chord: list[list[int]] = []
        for track in range(len(self.is_drum)):
            if not self.is_drum[track]:
                chord.extend(self.held(self.last(rows, track, at), at, end, state))
        out.extend(self.filled(chord, state))
        if has_drums:
            out.extend(self.hit(rows, at))
        return out

    def last(self, rows: list[list[int]], track: int, at: int) -> list[list[int]]:
        """Give what a part plays as the last chord comes: what sounds then, or is next, or was."""
        here: list[list[int]] = []
        after, before = 1_000_000, -1
        for r in rows:
            if r[0] != track:
                continue
            if r[1] < at + self.beat and r[1] + r[2] > at:
                here.append(r)
            if r[1] >= at:
                after = min(after, r[1])
            else:
                before = max(before, r[1])
        if len(here) > 0:
            return here
        wanted = after if after < 1_000_000 else before
        for r in rows:
            if r[0] == track and r[1] == wanted:
                here.append(r)  # noqa: PERF401 - TorchScript
        return here

    def held(self, rows: list[list[int]], at: int, end: int, state: int) -> list[list[int]]:
        """Hold what a part played as tones of the chord, the lowest of the bass as its bass."""
        lowest = 128
        for r in rows:
            lowest = min(lowest, r[3])
        out: list[list[int]] = []
        there: list[int] = []
        for r in rows:
            track = r[0]
            is_low = track == self.bass and r[3] == lowest
            if self.is_single[track] and not is_low:
                continue
            pitch = self.retuner.tone_near(r[3], state)
            if is_low:
                pitch = self.retuner.bass_near(r[3], state)
                while pitch > self.deep and pitch - 12 >= self.lows[track]:
                    pitch -= 12
            pitch = self.retuner.within(pitch, self.lows[track], self.highs[track])
            if pitch not in there:
                there.append(pitch)
                out.append([track, at, end - at, pitch, r[4], 0])
        return out

    def filled(self, chord: list[list[int]], state: int) -> list[list[int]]:
        """Add the tones of the triad that nobody holds to the first part that may play chords."""
        there: list[int] = []
        for r in chord:
            there.append(r[3] % 12)  # noqa: PERF401 - TorchScript
        for r in chord:
            if r[0] == self.bass or self.is_single[r[0]]:
                continue
            added: list[list[int]] = []
            for tone in self.retuner.triads[state % self.retuner.kinds]:
                wanted = (state // self.retuner.kinds + tone) % 12
                if wanted not in there:
                    pitch = self.retuner.nearest(r[3], wanted)
                    pitch = self.retuner.within(pitch, self.lows[r[0]], self.highs[r[0]])
                    added.append([r[0], r[1], r[2], pitch, r[4], 0])
            return chord + added
        return chord

    def hit(self, rows: list[list[int]], at: int) -> list[list[int]]:
        """Strike the drums once, with a kick and a cymbal."""
        out: list[list[int]] = []
        loud = 80
        kicks, cymbals = self.kick < 0, self.cymbal < 0
        for r in rows:
            if not self.is_drum[r[0]]:
                continue
            loud = max(loud, r[4])
            if r[1] == at:
                out.append([r[0], at, r[2], r[3], r[4], 0])
                kicks = kicks or r[3] in self.kicks
                cymbals = cymbals or r[3] in self.cymbals
        if not kicks:
            out.append([self.drums, at, self.beat, self.kick, loud, 0])
        if not cymbals:
            out.append([self.drums, at, self.beat, self.cymbal, loud, 0])
        return out
