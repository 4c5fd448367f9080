"""Windows cut out of songs, as the networks and their losses take them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models.music.sixteenths import STEPS_PER_BEAT, Bools, Ints
from models.networks.gan.layout import PLACES, REACH, Layout
from models.networks.gan.rolls import PieceRolls


@dataclass(frozen=True)
class RollWindow:
    """A batch of windows: melody features [N, channels, T], rolls [N, V, T, rows], what counts.

    `entry` tells, for the step before the window, each roll's cells (`begun` says whether there
    was such a step); `inside` [N, T] marks the steps that are music and not padding.
    """

    melody: Tensor
    rolls: Tensor
    entry: Tensor
    begun: Tensor
    inside: Tensor

    def to(self, device: torch.device) -> "RollWindow":
        """Move every tensor."""
        return RollWindow(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))

    def part(self, share: slice) -> "RollWindow":
        """Take some of the windows."""
        return RollWindow(*(getattr(self, name)[share] for name in self.__dataclass_fields__))


def melody_features(rows: Tensor, flags: Tensor, place: Tensor, bar: Tensor, count: int) -> Tensor:
    """Stack the channels [C, T] that describe a melody.

    `rows` [T] are indices of its `count` rows, `flags` [2, T] tell whether it sounds and is struck.
    """
    tune = torch.nn.functional.one_hot(rows, count).t().float()
    where = torch.nn.functional.one_hot(place, PLACES).t().float()
    return torch.cat([tune, flags.float(), bar.float()[None] / 16, where])


class WindowSampler:
    """Cuts windows out of songs, moved into the white keys and sometimes beside them."""

    def __init__(self, layout: Layout, songs: Sequence[PieceRolls], steps: int) -> None:
        self.layout, self.songs, self.steps = layout, songs, steps
        sizes = np.array([len(s) for s in songs], float)
        self.weights = sizes / sizes.sum()

    def draw(self, random: np.random.Generator, size: int) -> RollWindow:
        """Draw windows, songs weighted by length, a fifth from their beginnings or ends."""
        parts = []
        for i in random.choice(len(self.songs), size, p=self.weights):
            song = self.songs[i]
            room = max(len(song) - self.steps, 0) // STEPS_PER_BEAT + 1
            begin = STEPS_PER_BEAT * int(random.integers(0, room + 1))
            edge = random.random()
            begin = 0 if edge < 0.1 else begin
            # the estimate of the key is now and then a fifth or more off when it is played
            stray = int(random.choice([5, 7, 2, 10, 1, 11])) if random.random() < 0.25 else 0
            parts.append(self.cut(song, begin, self.steps, stray, random.random() < 0.3))
        return _stack(parts)

    def whole(self, song: PieceRolls) -> RollWindow:
        """Give a whole song, padded to bars of sixteen steps."""
        return _stack([self.cut(song, 0, -(-len(song) // 16) * 16, 0, detached=False)])

    def cut(
        self, song: PieceRolls, begin: int, steps: int, stray: int, detached: bool
    ) -> list[Tensor]:
        """Cut one window (as the fields of Window without the first axis)."""
        layout = self.layout
        shift = (song.shift + stray + REACH) % 12 - REACH
        here = slice(begin, begin + steps)
        missing = steps - len(song.pitch[here])
        rows = np.clip(song.pitch[here] + shift + REACH - layout.melody_low, 0, None)
        rows = np.minimum(rows, layout.melody_rows - 1)
        sounding, onset = song.sounding[here].copy(), song.onset[here]
        if detached:
            sounding[:-1] &= ~(onset[1:] & ~onset[:-1])
        melody = melody_features(
            _held(rows, missing),
            torch.stack([_silent(sounding, missing), _silent(onset, missing)]),
            _held(song.place[here], missing),
            _held(song.bar[here], missing),
            layout.melody_rows,
        )
        rolls = np.zeros((layout.tracks, steps, layout.rows), np.uint8)
        entry = np.zeros((layout.tracks, layout.rows), np.uint8)
        for v in range(layout.tracks):
            to = slice(self._moved(v, shift), self._moved(v, shift) + song.rolls.shape[2])
            rolls[v, : steps - missing, to] = song.rolls[v, here]
            if begin > 0:
                entry[v, to] = song.rolls[v, begin - 1]
        inside = np.arange(steps) < steps - missing
        return [
            melody, torch.from_numpy(rolls), torch.from_numpy(entry),
            torch.tensor(begin > 0), torch.from_numpy(inside),
        ]  # fmt: skip

    def _moved(self, track: int, shift: int) -> int:
        return REACH if self.layout.drums[track] else REACH + shift


def _held(column: Ints, missing: int) -> Tensor:
    return torch.from_numpy(np.concatenate([column, column[-1:].repeat(missing)]))


def _silent(column: Bools, missing: int) -> Tensor:
    return torch.from_numpy(np.concatenate([column, np.zeros(missing, np.bool_)]))


def _stack(parts: Sequence[list[Tensor]]) -> RollWindow:
    return RollWindow(*(torch.stack(column) for column in zip(*parts, strict=True)))
