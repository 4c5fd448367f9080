"""What the editor learns from: stretches of melodies, damaged, and the tokens they should be."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.data.damage import Damage, damaged
from models.networks.arcnn.roll import meter_features, roll, tokens, window_low
from models.networks.common.melody_line import MelodyLine

LEFT_OUT = -100
_SURE = 0.4  # share of the examples in which some of the melody is known to be right


@dataclass(frozen=True)
class Batch:
    """Examples [N, T, ...] as ArCnn takes them, and their tokens."""

    rolls: Tensor
    meter: Tensor
    certain: Tensor
    inside: Tensor
    targets: Tensor

    def to(self, device: torch.device) -> "Batch":
        """Move every tensor."""
        return Batch(*(getattr(self, f.name).to(device) for f in fields(self)))

    def part(self, share: slice) -> "Batch":
        """Take some of the examples."""
        return Batch(*(getattr(self, f.name)[share] for f in fields(self)))


def random_stretch(
    lines: Sequence[MelodyLine], random: np.random.Generator, steps: int
) -> MelodyLine:
    """Draw a stretch of whole bars with some notes in it, of two bars up to `steps` sixteenths."""
    weights = np.array([len(t) for t in lines], float)
    while True:
        whole = lines[random.choice(len(lines), p=weights / weights.sum())]
        bar_lines = whole.bar_lines()
        begin = int(random.choice(bar_lines))
        bar = int(whole.bar[begin])
        bars = max(steps // bar, 1)
        if random.random() < 0.25:
            bars = int(random.integers(1, bars + 1))
        found = whole.window(begin, bars * bar)
        if len(found.notes) >= 3:
            return found


def example(
    stretch: MelodyLine, steps: int, random: np.random.Generator, damage: Damage = damaged
) -> Batch:
    """Damage a stretch; sometimes leave part of it right, and say so."""
    length = len(stretch)
    voice = damage(stretch.notes, length, random)
    certain = np.zeros(steps, np.float32)
    if random.random() < _SURE:
        certain[:length] = _sure(stretch, random)
        right = certain[np.minimum(stretch.notes[:, 0].astype(int), length - 1)] > 0
        start = np.clip(np.ceil(voice[:, 0] - 0.5).astype(int), 0, length - 1)
        voice = np.concatenate([stretch.notes[right], voice[certain[start] == 0]])
        voice = voice[np.argsort(voice[:, 0], kind="stable")]
    heard = torch.from_numpy(voice).float()
    low = window_low(heard)
    meter = torch.zeros(steps, 8)
    meter[:length] = meter_features(
        *(torch.from_numpy(a) for a in (stretch.place, stretch.bar, stretch.unit))
    )
    inside = torch.zeros(steps)
    inside[:length] = 1
    targets = torch.full((steps,), LEFT_OUT)
    targets[:length] = tokens(torch.from_numpy(stretch.notes), length, low)
    targets[torch.from_numpy(certain) > 0] = LEFT_OUT
    return Batch(roll(heard, steps, low), meter, torch.from_numpy(certain), inside, targets)


def _sure(stretch: MelodyLine, random: np.random.Generator) -> NDArray[np.float32]:
    """Choose what is known: all but a stretch (a hole to fill), or some notes here and there."""
    length = len(stretch)
    out = np.zeros(length, np.float32)
    if random.random() < 0.5:
        out[:] = 1
        size = int(random.integers(4, max(length * 3 // 4, 5)))
        begin = int(random.integers(0, max(length - size, 1)))
        out[begin : begin + size] = 0
        return out
    share = random.random()
    for start, end, _ in stretch.notes:
        if random.random() < share:
            out[int(start) : int(np.ceil(end))] = 1
    return out


def batch(lines: Sequence[MelodyLine], random: np.random.Generator, size: int, steps: int) -> Batch:
    """Draw a batch of damaged stretches."""
    found = [example(random_stretch(lines, random, steps), steps, random) for _ in range(size)]
    return collate(found)


def collate(examples: Sequence[Batch]) -> Batch:
    """Stack examples."""
    return Batch(*(torch.stack([getattr(e, f.name) for e in examples]) for f in fields(Batch)))
