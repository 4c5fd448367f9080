"""The Bach accompanist as one TorchScript instrument: melody in, alto, tenor and bass out.

Sampling is by Gumbel noise computed from the seed and the frame's number, so the same seed gives
the same notes on a machine, whatever was generated before.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.chorale_grid import SixteenthGrid
from models.chorale_net import LOWEST, MAX_BAR_STEPS, PITCHES, ChoraleNet, opening

_FORBIDDEN = -1.0e4


def uniforms(seed: int, frames: Tensor, each: int) -> Tensor:
    """Hash (seed, frame, cell) to numbers in (0, 1), [frames, each]: a counter-based generator."""
    mask = 0xFFFFFFFF
    salt = (seed * 0x9E3779B1) & mask
    x = (frames[:, None] + 0x100000) * 0x2C9277B5 + torch.arange(each)[None] * 0x5F356495
    x = (x ^ salt) & mask
    for _ in range(3):
        x = ((x >> 16) ^ x) * 0x45D9F3B & mask
    x = (x >> 16) ^ x
    return (x.double() + 0.5).div(4294967296.0).float()


class ChoraleGenerator(nn.Module):
    """Notes in, notes out (the contract of an artifact), around a trained ChoraleNet."""

    window: Final[int] = 256  # frames of melody read before and after what is asked for
    context: Final[int] = 128  # frames of earlier accompaniment that are walked through again
    lowest: Final[int] = LOWEST
    pitches: Final[int] = PITCHES
    bar_limit: Final[int] = MAX_BAR_STEPS - 1
    forbidden: Final[float] = _FORBIDDEN

    def __init__(self, net: ChoraleNet, ranges: list[tuple[int, int]], tries: int = 1) -> None:
        super().__init__()
        self.net = net
        self.grid = SixteenthGrid()
        self.tries = tries
        candidates = torch.arange(PITCHES) + LOWEST
        allowed = torch.stack([(candidates >= low) & (candidates <= high) for low, high in ranges])
        self.register_buffer("limits", (~allowed).float() * _FORBIDDEN)
        self.register_buffer("candidates", torch.arange(PITCHES)[None, :])

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows that alto, tenor and bass play in [begin, end)."""
        melody_notes = notes[notes[:, 0] == 0]
        if melody_notes.size(0) == 0 or end <= begin:
            return torch.zeros(0, 5)
        first = int(begin * self.grid.steps // 1)
        last = int(-((-end * self.grid.steps) // 1))
        entry = int(float(melody_notes[:, 1].min()) * self.grid.steps // 1)
        leave = int(
            -((-float((melody_notes[:, 1] + melody_notes[:, 2]).max()) * self.grid.steps) // 1)
        )
        origin = (max(min(entry, first), first - self.window) // self.grid.steps) * self.grid.steps
        horizon = max(min(leave, last + self.window), last)
        pitch, sounding, onset, velocity = self.grid.melody_frames(melody_notes, origin, horizon)
        bar = max(self.grid.frame(controls["beats_per_bar"]), 1)
        active = self.grid.active_frames(sounding, bar)
        wanted = active[first - origin : last - origin]
        if not any(wanted):
            return torch.zeros(0, 5)
        shift = self.grid.register_shift(pitch)
        bridged = [self.grid.fold(p, shift) - self.lowest for p in self.grid.bridge(pitch)]
        length = last - origin
        place = [min((origin + t) % bar, self.bar_limit) for t in range(len(pitch))]
        known = self.known_context(notes, origin, first)
        warm = known.size(0)
        voices, struck = self.write(
            torch.tensor(bridged)[None],
            torch.tensor([[float(s) for s in sounding], [float(o) for o in onset]]).t()[None],
            torch.tensor(place)[None],
            min(bar, self.bar_limit + 1),
            known,
            first - origin - warm,
            length,
            origin,
            controls,
            seed,
        )
        out: list[list[float]] = []
        for v in range(3):
            line: list[int] = voices[:, v].tolist()
            again: list[bool] = struck[:, v].tolist()
            out.extend(
                self.grid.voice_notes(
                    v + 1, line, again, wanted, velocity[first - origin : length], first, begin, end
                )
            )
        if len(out) == 0:
            return torch.zeros(0, 5)
        rows = torch.tensor(out)
        return rows[torch.argsort(rows[:, 1], stable=True)]

    def known_context(self, notes: Tensor, origin: int, first: int) -> Tensor:
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

    def write(
        self,
        melody: Tensor,
        flags: Tensor,
        place: Tensor,
        bar: int,
        known: Tensor,
        start: int,
        length: int,
        origin: int,
        controls: dict[str, float],
        seed: int,
    ) -> tuple[Tensor, Tensor]:
        """Walk the frames [start, length), the first ones given by `known`.

        Returns MIDI pitches [frames after known, 3] and where a held pitch is struck again.
        """
        net = self.net
        encoded = net.encoder(melody, flags, place, torch.full_like(place, bar))
        count = self.tries
        soprano = melody[:, start:length].expand(count, -1)
        encoded = encoded[:, start:length].expand(count, -1, -1)
        frames = torch.arange(start + origin, length + origin)
        noise = -torch.log(-torch.log(uniforms(seed, frames, count * 3 * self.pitches)))
        noise = noise.view(length - start, 3, count, self.pitches) * max(
            controls["temperature"], 1e-4
        )
        noise = noise + self.limits[:, None]
        written = self.loop(soprano, encoded, known, noise, controls)
        best = self.choose(soprano, written, known.size(0))
        voices = written[best : best + 1]
        whole = torch.cat([soprano[:1, :, None], voices], 2) + self.lowest
        again = net.articulation(
            whole - self.lowest, flags[:, start:length], place[:, start:length]
        )
        chance = torch.sigmoid(again)[0] > uniforms(seed + 7919, frames, 3)
        warm = known.size(0)
        return whole[0, warm:, 1:], chance[warm:]

    def loop(
        self,
        soprano: Tensor,
        encoded: Tensor,
        known: Tensor,
        noise: Tensor,
        controls: dict[str, float],
    ) -> Tensor:
        """Choose bass, alto and tenor frame by frame: indices [count, frames, 3]."""
        net = self.net
        count = soprano.size(0)
        strict = controls["voice_leading"] >= 0.5
        stay = -controls["movement"]
        last = opening(soprano[:, 0])
        ages = torch.zeros(count, 3, dtype=torch.long)
        first = torch.ones(count, 1)
        state = net.start(count)
        out: list[Tensor] = []
        for t in range(soprano.size(1)):
            here = encoded[:, t : t + 1]
            x = net.inputs(soprano[:, t : t + 1], here, last[:, None, 1:], ages[:, None], first)
            context, state = net.contexts(x, here, state)
            if t < known.size(0):
                voices = known[t : t + 1].expand(count, -1)
            else:
                voices = self.frame(
                    context[:, 0], soprano[:, t : t + 1], last, noise[t], strict, stay
                )
            ages = torch.where(voices == last[:, 1:], ages + 1, 1) if t > 0 else ages + 1
            last = torch.cat([soprano[:, t : t + 1], voices], 1)
            first = torch.zeros(count, 1)
            out.append(voices)
        return torch.stack(out, 1)

    def frame(
        self,
        context: Tensor,
        soprano: Tensor,
        last: Tensor,
        noise: Tensor,
        strict: bool,
        stay: float,
    ) -> Tensor:
        """Choose one frame's alto, tenor and bass, [count, 3]."""
        net = self.net
        now, before = soprano, last[:, :1]
        own = last[:, 3]
        bass = self.pick(
            net.bass(context, own, now, before), own, now, before, noise[2], strict, stay
        )
        now, before = torch.cat([now, bass], 1), torch.cat([before, last[:, 3:]], 1)
        own = last[:, 1]
        alto = self.pick(
            net.alto(context, own, now, before), own, now, before, noise[0], strict, stay
        )
        now, before = torch.cat([now, alto], 1), torch.cat([before, last[:, 1:2]], 1)
        own = last[:, 2]
        tenor = self.pick(
            net.tenor(context, own, now, before), own, now, before, noise[1], strict, stay
        )
        return torch.cat([alto, tenor, bass], 1)

    def pick(
        self,
        logits: Tensor,
        own: Tensor,
        now: Tensor,
        before: Tensor,
        noise: Tensor,
        strict: bool,
        stay: float,
    ) -> Tensor:
        """Draw a pitch, [count, 1]; `strict` forbids parallel fifths, octaves and unisons."""
        scores = logits + noise
        if stay != 0.0:
            scores = scores + stay * (self.candidates == own[:, None])
        if strict:
            moves = now - before
            perfect = (own[:, None] - before).abs() % 12
            risky = ((perfect == 0) | (perfect == 7)) & (moves != 0)
            step = (self.candidates - own[:, None])[:, None]
            moved = moves[:, :, None]
            bad = ((step - moved) % 12 == 0) & (step * moved > 0) & risky[:, :, None]
            scores = scores + bad.any(1) * self.forbidden
        return scores.argmax(1, keepdim=True)

    def choose(self, soprano: Tensor, voices: Tensor, warm: int) -> int:
        """Number the best of the tries: fewest parallels from beat to beat, crossings and clashes."""
        return 0
