"""What a call gives a planner of songs to read: the melody in slots, in the TorchScript subset."""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from models.networks.common.sixteenth_grid import SixteenthGrid
from models.networks.harmoniser.slots import Slots

_WHOLE = 4096  # frames that are read before and after what is asked for
_NEAR = 1024  # the same while somebody plays and the answer is waited for


class Melody(NamedTuple):
    """Frames [T] from `origin` on: pitch (-1 a rest), onset, slot, place, bar; velocities.

    Frames `first` to `last` (counted from the origin) are asked for; `heard` frames are known,
    `is_whole` says whether the end of the melody is there. T is 0 where there is nothing to play.
    """

    pitch: Tensor
    onset: Tensor
    slot: Tensor
    place: Tensor
    bar: Tensor
    velocity: list[int]
    origin: int
    first: int
    last: int
    heard: int
    is_whole: bool


class MelodyReader(nn.Module):
    """Reads rows of notes into a Melody."""

    whole: Final[int] = _WHOLE
    near: Final[int] = _NEAR

    def __init__(self) -> None:
        super().__init__()
        self.grid = SixteenthGrid()
        self.slots = Slots()

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], fine: bool
    ) -> Melody:
        """Read what is needed for [begin, end) beats; `fine`: chords may change on each beat."""
        grid = self.grid
        melody = notes[notes[:, 0] == 0]
        bar = max(grid.frame(controls["beats_per_bar"]), 1)
        first, last = grid.frame_before(begin), grid.frame_after(end)
        if melody.size(0) == 0 or end <= begin:
            return self.nothing()
        entry = grid.frame_before(float(melody[:, 1].min()))
        leave = grid.frame_after(float((melody[:, 1] + melody[:, 2]).max()))
        last = min(last, -grid.beat_before(-leave))
        first = max(first, (entry // bar) * bar)
        if last <= first:
            return self.nothing()
        reach = self.near if "heard" in controls else self.whole
        origin = max(min(entry, first), first - reach) // bar * bar
        horizon = max(min(leave, last + reach), last)
        pitch, _, onset, velocity = grid.melody_frames(melody, origin, horizon)
        size = horizon - origin
        frames = torch.arange(size) + origin
        bars = torch.full([size], bar)
        place = frames % bar
        slot = self.slots(place, bars, fine)
        heard = size
        if "heard" in controls:
            heard = min(max(grid.frame(controls["heard"]) - origin, 0), size)
        return Melody(
            torch.tensor(pitch),
            torch.tensor(onset).float(),
            slot,
            place,
            bars,
            velocity,
            origin,
            first - origin,
            last - origin,
            heard,
            leave <= horizon,
        )

    def nothing(self) -> Melody:
        """Give a melody of no frames."""
        none = torch.zeros(0, dtype=torch.long)
        velocity: list[int] = []
        return Melody(none, torch.zeros(0), none, none, none, velocity, 0, 0, 0, 0, True)
