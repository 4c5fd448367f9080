"""Notes to sixteenth frames and back, in the TorchScript subset: how accompanists read and write.

Scalar loops over plain lists: inside TorchScript these are far quicker than tensor operations on
single elements.
"""

import math
from typing import Final

import torch
from torch import Tensor, nn

from models.music.sixteenths import STEPS_PER_BEAT


class SixteenthGrid(nn.Module):
    """Four frames a beat; a module only because TorchScript keeps constants nowhere else."""

    steps: Final[int] = STEPS_PER_BEAT
    low: Final[int] = 60  # of the chorales' sopranos
    high: Final[int] = 81

    def frame(self, beat: float) -> int:
        """Number the frame whose beginning is nearest to `beat`."""
        return int(math.floor(beat * self.steps + 0.5))  # noqa: RUF046 - a float in TorchScript

    def frame_before(self, beat: float) -> int:
        """Number the frame that begins at or before `beat`."""
        return int(math.floor(beat * self.steps + 1e-4))  # noqa: RUF046

    def frame_after(self, beat: float) -> int:
        """Number the frame that begins at or after `beat`."""
        return int(math.ceil(beat * self.steps - 1e-4))  # noqa: RUF046

    def beat_before(self, frame: int) -> int:
        """Number the frame of the beat at or before `frame`."""
        return (frame // self.steps) * self.steps

    def frames_to_write(
        self, melody: Tensor, begin: float, end: float
    ) -> tuple[int, int, int, int]:
        """Number the frames to write, first and last, and those of the melody, entry and leave.

        Last and leave are not included. Nothing sounds after the melody, as in the pieces that were
        learnt; last is no later than first where there is nothing to write.
        """
        first, last = self.frame_before(begin), self.frame_after(end)
        if melody.size(0) == 0 or end <= begin:
            return first, first, first, first
        entry = self.frame_before(float(melody[:, 1].min()))
        leave = self.frame_after(float((melody[:, 1] + melody[:, 2]).max()))
        return first, min(last, -self.beat_before(-leave)), entry, leave

    def melody_frames(
        self, notes: Tensor, begin: int, end: int
    ) -> tuple[list[int], list[bool], list[bool], list[int]]:
        """Read the melody in frames [begin, end): (pitch or -1, sounding, onset, velocity).

        The note begun last sounds, of notes begun in one frame the highest; a lower note under a
        long higher one is an inner voice and left out.
        """
        size = end - begin
        pitch = [-1] * size
        onset = [False] * size
        velocity = [80] * size
        owner_end = [0.0] * size
        frames = torch.floor(notes[:, 1] * self.steps + 0.5)
        order = torch.argsort(frames * 128 + notes[:, 3])
        rows: list[list[float]] = notes[order].tolist()
        for row in rows:
            first = self.frame(row[1]) - begin
            last = max(self.frame(row[1] + row[2]) - begin, first + 1)
            if first >= size or last <= 0:
                continue
            at = max(first, 0)
            stop = row[1] + row[2]
            inner = pitch[at] > int(row[3]) and owner_end[at] >= stop - 0.25 * row[2]
            if not inner:
                for t in range(at, min(last, size)):
                    pitch[t] = int(row[3])
                    velocity[t] = int(row[4])
                    owner_end[t] = stop
                    onset[t] = False
                if first >= 0:
                    onset[first] = True
        sounding = [p >= 0 for p in pitch]
        return pitch, sounding, onset, velocity

    def bridge(self, pitch: list[int]) -> list[int]:
        """Hold each pitch through the rest after it, and the first one backwards."""
        out = pitch.copy()
        last = -1
        for t in range(len(out)):
            if out[t] < 0:
                out[t] = last
            last = out[t]
        following = -1
        for i in range(len(out)):
            t = len(out) - 1 - i
            if out[t] < 0:
                out[t] = following
            following = out[t]
        return out

    def register_shift(self, pitch: list[int]) -> int:
        """Find the shift in whole octaves that brings a melody into a soprano's range.

        A few low notes do not move a tune: an octave must save a semitone and a half a frame.
        """
        best = 0
        least = 1.0e9
        stay = self.shift_cost(pitch, 0)
        for i in range(23):
            octave = i - 11
            # only an octave that costs no more than to stay where it is can be the best
            cost = 1.5 * abs(octave)
            if cost <= stay:
                cost = self.shift_cost(pitch, octave)
            if cost < least:
                best = 12 * octave
                least = cost
        return best

    def shift_cost(self, pitch: list[int], octave: int) -> float:
        """Price a shift: its octaves, and the mean distance from the range that it leaves."""
        cost = 1.5 * abs(octave)
        count = max(sum([int(p >= 0) for p in pitch]), 1)
        for p in pitch:
            if p >= 0:
                q = p + 12 * octave
                cost += float(max(self.low - q, 0) + max(q - self.high, 0)) / count
        return cost

    def fold(self, pitch: int, shift: int) -> int:
        """Move a pitch by `shift`, then by octaves until the network knows it."""
        out = pitch + shift
        while out < self.low - 5:
            out += 12
        while out > self.high + 5:
            out -= 12
        return out

    def active_frames(self, sounding: list[bool], patience: int) -> list[bool]:
        """Say where the accompaniment sounds: with the melody and in its rests up to `patience`.

        It enters on the beat at or before the melody's entry and leaves on the beat after its end.
        """
        size = len(sounding)
        out = sounding.copy()
        last = -1
        for t in range(size):
            if sounding[t]:
                if last >= 0 and t - last - 1 <= patience:
                    for k in range(last + 1, t):
                        out[k] = True
                last = t
        for t in range(size):
            if sounding[t]:
                beat = (t // self.steps) * self.steps
                for k in range(beat, min(beat + self.steps, size)):
                    out[k] = True
        return out

    def context_frames(self, notes: Tensor, track: int, begin: int, size: int) -> list[int]:
        """Read one accompaniment voice in `size` frames from `begin` on; -1 where it rests."""
        pitch = [-1] * size
        rows: list[list[float]] = notes[notes[:, 0] == track].tolist()
        for row in rows:
            first = self.frame(row[1]) - begin
            last = max(self.frame(row[1] + row[2]) - begin, first + 1)
            for t in range(max(first, 0), min(last, size)):
                pitch[t] = int(row[3])
        return pitch

    def voice_notes(
        self, pitch: list[int], restruck: list[bool], active: list[bool]
    ) -> list[tuple[int, int, int]]:
        """Join the active frames of one voice into (first frame, frame after, pitch).

        `restruck` says where a held pitch is struck again.
        """
        out: list[tuple[int, int, int]] = []
        begun = 0
        for t in range(1, len(pitch) + 1):
            ends = t == len(pitch) or not active[t] or restruck[t] or pitch[t] != pitch[t - 1]
            if active[t - 1] and ends:
                out.append((begun, t, pitch[t - 1]))
            if ends or not active[t - 1]:
                begun = t
        return out
