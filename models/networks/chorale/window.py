"""What a call gives an instrument to read: the melody around the frames to be written.

In the TorchScript subset, for whatever writes frame by frame under a melody.
"""

import math
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from models.networks.chorale.layout import LOWEST, MAX_BAR_STEPS, PITCHES
from models.networks.common.sixteenth_grid import SixteenthGrid


class Window(NamedTuple):
    """A melody [1, T] of pitch indices with flags [1, T, 3], places and bars, from `origin` on.

    Frames `first` to `last` are to be written, `known` [n, 3] are the voices just before them.
    `active` and `velocity` [last - first] say where the accompaniment sounds and how loud the
    melody is; `is_whole` whether the melody's end is in the window. `last` is `first` where nothing
    sounds.
    """

    pitch: Tensor
    flags: Tensor
    place: Tensor
    bars: Tensor
    origin: int
    first: int
    last: int
    known: Tensor
    active: list[bool]
    velocity: list[int]
    is_whole: bool


class MelodyWindow(nn.Module):
    """Reads what a call gives into a Window."""

    reach: Final[int] = 256  # frames of melody read before and after what is written
    context: Final[int] = 128  # frames of earlier accompaniment that are walked through again
    # A bar or two more while someone plays must come quickly, and is no worse with less of both.
    short: Final[int] = 32
    near: Final[int] = 64
    lowest: Final[int] = LOWEST
    pitches: Final[int] = PITCHES
    bar_limit: Final[int] = MAX_BAR_STEPS

    def __init__(self) -> None:
        super().__init__()
        self.grid = SixteenthGrid()

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float]
    ) -> Window:
        """Read rows of notes for [begin, end) beats."""
        grid = self.grid
        melody = notes[notes[:, 0] == 0]
        first, last, entry, leave = grid.frames_to_write(melody, begin, end)
        if last <= first:
            return self.nothing()
        reach = self.near if last - first <= self.short else self.reach
        origin = grid.beat_before(max(min(entry, first), first - reach))
        horizon = max(min(leave, last + reach), last)
        pitch, sounding, onset, velocity = grid.melody_frames(melody, origin, horizon)
        bar = max(grid.frame(controls["beats_per_bar"]), 1)
        active = grid.active_frames(sounding, bar)[first - origin : last - origin]
        if not any(active):
            return self.nothing()
        shift = grid.register_shift(pitch)
        bridged = [grid.fold(p, shift) - self.lowest for p in grid.bridge(pitch)]
        flags = [[float(s) for s in sounding], [float(o) for o in onset]]
        flags.append(self.certain(origin, onset, controls))
        places = [min((origin + t) % bar, self.bar_limit - 1) for t in range(len(pitch))]
        place = torch.tensor(places)[None]
        return Window(
            torch.tensor(bridged)[None],
            torch.tensor(flags).t()[None],
            place,
            torch.full_like(place, min(bar, self.bar_limit)),
            origin,
            first,
            last,
            self.before(notes, origin, first),
            active,
            velocity[first - origin :],
            leave <= horizon,
        )

    def nothing(self) -> Window:
        """Give a window in which nothing sounds."""
        none = torch.zeros(1, 0, dtype=torch.long)
        active: list[bool] = []
        velocity: list[int] = []
        known = torch.zeros(0, 3, dtype=torch.long)
        flags = torch.zeros(1, 0, 3)
        return Window(none, flags, none, none, 0, 0, 0, known, active, velocity, True)

    def certain(self, origin: int, onset: list[bool], controls: dict[str, float]) -> list[float]:
        """Say of each frame whether the melody was heard or is guessed: the control `heard`.

        A key that is held is taken to be held up to the next beat.
        """
        size = len(onset)
        if "heard" not in controls:
            return [1.0] * size
        until = math.ceil(controls["heard"] * self.grid.steps - 1e-3) - origin
        while 0 < until < size and not onset[until] and (origin + until) % self.grid.steps != 0:
            until += 1
        return [float(t < until) for t in range(size)]

    def before(self, notes: Tensor, origin: int, first: int) -> Tensor:
        """Collect the frames just before `first` in which all three voices sound, [n, 3]."""
        size = min(first - origin, self.context)
        lines = [self.grid.context_frames(notes, v + 1, first - size, size) for v in range(3)]
        known = 0
        for i in range(size):
            t = size - 1 - i
            if lines[0][t] < 0 or lines[1][t] < 0 or lines[2][t] < 0:
                break
            known += 1
        frames = torch.tensor(lines, dtype=torch.long).t()[size - known :]
        return (frames - self.lowest).clamp(0, self.pitches - 1)
