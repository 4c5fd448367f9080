"""What the melodist learns from: stretches of lines as features and what came next."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from numpy.typing import NDArray
from torch import Tensor

from models.networks.common.melody_line import MelodyLine
from models.networks.transformer.events import MAX_BAR, Reader
from models.networks.transformer.net import Melodist

LEFT_OUT = -100
LEAST_NOTES = 6
_PHRASED = 0.8  # share of the draws that begin on every fourth bar line
_JOINED = 2  # sixteenths: a shorter rest is articulation, and the note lasts


@dataclass(frozen=True)
class Batch:
    """Positions [N, T, ...] and the note after each: its pitch, length and the rest after it."""

    features: Tensor
    onset: Tensor
    bar: Tensor
    pitch: Tensor
    length: Tensor
    rest: Tensor

    def to(self, device: torch.device) -> "Batch":
        """Move every tensor."""
        return Batch(*(getattr(self, f.name).to(device) for f in fields(self)))


def joined(notes: NDArray[np.float64]) -> list[list[int]]:
    """Put notes on the grid, each to last until the next if the rest between is a short one."""
    rows: list[list[int]] = []
    for start, stop, pitch in np.rint(notes).astype(int).tolist():
        if rows and rows[-1][0] >= start:
            continue
        if rows:
            rows[-1][1] = min(rows[-1][1], start)
            if start - rows[-1][1] < _JOINED:
                rows[-1][1] = start
        rows.append([start, max(stop, start + 1), pitch])
    return rows


def sequence(reader: Reader, part: MelodyLine, key_from: int, limit: int) -> Batch:
    """Read one stretch, in the key of its first `key_from` notes."""
    rows = joined(part.notes)[: limit + 1]
    shift = reader.shift(torch.tensor(rows[:key_from]))
    read = [[a, b, reader.index(p, shift)] for a, b, p in rows]
    lines = np.maximum.accumulate(np.where(part.place == 0, np.arange(len(part)), 0))
    count = np.cumsum(part.place == 0) - 1
    features, onsets, bars = [], [], []
    for i in range(len(read)):
        onset = read[i][0]
        bar, unit = min(int(part.bar[onset]), MAX_BAR), int(part.unit[onset])
        origin = int(lines[onset]) - bar * (int(max(count[onset], 0)) % 8)
        if i == 0:
            features.append(reader.first(onset, origin, bar, unit))
        else:
            features.append(reader.features(read, i - 1, onset, origin, bar, unit))
        onsets.append(onset)
        bars.append(bar)
    rest = [LEFT_OUT] * len(read)
    for i in range(len(read) - 1):
        rest[i] = int(reader.rest_class[min(read[i + 1][0] - read[i][1], 64)])
    length = [int(reader.length_class[min(b - a, 64)]) for a, b, _ in read]
    columns = (features, onsets, bars, [p for _, _, p in read], length, rest)
    return Batch(*(torch.tensor(c) for c in columns))


def shares(lines: Sequence[MelodyLine]) -> NDArray[np.float64]:
    """Give each tune a share of the draws, by its notes; cumulative, [lines]."""
    notes = np.array([len(t.notes) for t in lines], float)
    shared: NDArray[np.float64] = np.cumsum(notes) / notes.sum()
    return shared


def random_sequence(
    reader: Reader,
    lines: Sequence[MelodyLine],
    shared: NDArray[np.float64],
    random: np.random.Generator,
    size: tuple[int, int],
) -> Batch:
    """Draw a stretch of `size` (bars, notes), most often from where a phrase may begin."""
    bars, notes = size
    while True:
        whole = lines[min(int(np.searchsorted(shared, random.random())), len(lines) - 1)]
        bar_lines = whole.bar_lines()
        begin = int(random.choice(bar_lines[:: 4 if random.random() < _PHRASED else 1]))
        part = whole.window(begin, bars * int(whole.bar[begin]))
        if len(part.notes) >= min(LEAST_NOTES, len(whole.notes)):
            # The key is found from the first notes alone, as when only so much was played.
            known = int(random.integers(LEAST_NOTES, max(len(part.notes), LEAST_NOTES) + 1))
            return sequence(reader, part, known, notes)


def collate(found: Sequence[Batch]) -> Batch:
    """Stack sequences, padded at their ends."""
    size = max(len(b.onset) for b in found)
    out = []
    for f in fields(Batch):
        fill = LEFT_OUT if f.name in ("pitch", "length", "rest") else 1 if f.name == "bar" else 0
        rows = []
        for b in found:
            value = getattr(b, f.name)
            space = (0, 0, 0, size - len(value)) if f.name == "features" else (0, size - len(value))
            rows.append(F.pad(value, space, value=fill))
        out.append(torch.stack(rows))
    return Batch(*out)


def losses(net: Melodist, given: Batch) -> Tensor:
    """Return the sums of nats [pitch, length, rest] over the notes of a batch, and their number."""
    x, _ = net(given.features, given.onset, given.bar, net.empty(len(given.onset)))
    last = given.features[:, :, 0]
    real = given.pitch != LEFT_OUT
    pitch = given.pitch.clamp(min=0)
    out = [F.cross_entropy(net.pitch_logits(x, last)[real], given.pitch[real], reduction="sum")]
    logits = net.length_logits(x, pitch, last)
    out.append(F.cross_entropy(logits[real], given.length[real], reduction="sum"))
    logits = net.rest_logits(x, given.length.clamp(min=0))
    out.append(
        F.cross_entropy(logits[real], given.rest[real], reduction="sum", ignore_index=LEFT_OUT)
    )
    return torch.stack([*out, real.sum().float()])
