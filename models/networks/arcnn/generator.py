"""The editor as one TorchScript instrument: a melody in, the melody mended out."""

import math
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from models.networks.arcnn.decode import Decoder
from models.networks.arcnn.edits import Edits
from models.networks.arcnn.net import ArCnn
from models.networks.arcnn.roll import PITCHES, meter_features, roll, window_low
from models.networks.arcnn.trust import Trust
from models.networks.common.noise import gumbels
from models.networks.common.voice import one_voice


class EditContext(NamedTuple):
    """What the melody that is edited stands in: notes around it, meter, lowest row, first frame.

    `trust` [T, tokens] are nats for the melody as it is.
    """

    context: Tensor
    meter: Tensor
    low: int
    origin: int
    trust: Tensor


class ArCnnGenerator(nn.Module):
    """Notes in, notes out (the contract of an artifact), around a trained ArCnn."""

    steps: Final[int] = 4  # a beat
    window: Final[int] = 128  # sixteenths of context read before and after what is edited
    pitches: Final[int] = PITCHES

    def __init__(self, net: ArCnn) -> None:
        super().__init__()
        self.net = net
        self.decoder = Decoder()
        self.edits = Edits()
        self.trust = Trust()

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows of the melody in [begin, end), as they should be.

        Of several voices the highest is edited; the others stay as they are.
        """
        melody = notes[notes[:, 0] == 0]
        if end <= begin or melody.size(0) == 0:
            return torch.zeros(0, 5)
        voice, others = one_voice(melody)
        first, last = self.frame(begin), max(self.frame(end), self.frame(begin) + 1)
        heard = voice[(voice[:, 1] > begin - 32.0) & (voice[:, 1] < end + 32.0)]
        if heard.size(0) == 0:
            return self.inside(others, begin, end)
        entry = self.frame(float(heard[:, 1].min()))
        leave = self.frame(float((heard[:, 1] + heard[:, 2]).max()))
        origin = self.beat(max(min(entry, first), first - self.window))
        horizon = -self.beat(-max(min(leave, last + self.window), last))
        sixteenths = torch.stack(
            [
                heard[:, 1] * self.steps - origin,
                (heard[:, 1] + heard[:, 2]) * self.steps - origin,
                heard[:, 3],
                heard[:, 4],
            ],
            1,
        )
        span = (first - origin, last - origin, horizon - origin)
        found = self.edited(sixteenths, span, origin, controls, seed)
        out = torch.zeros(found.size(0), 5)
        out[:, 1] = (found[:, 0] + origin) / self.steps
        out[:, 2] = (found[:, 1] - found[:, 0]) / self.steps
        out[:, 3:] = found[:, 2:]
        # What was played a hair before the bar line belongs to it.
        out[:, 1] = out[:, 1].clamp(min=begin)
        return torch.cat([self.inside(out, begin, end), self.inside(others, begin, end)])

    def frame(self, beat: float) -> int:
        """Number the sixteenth nearest to `beat`."""
        return int(math.floor(beat * self.steps + 0.5))  # noqa: RUF046 - a float in TorchScript

    def beat(self, frame: int) -> int:
        """Number the sixteenth of the beat at or before `frame`."""
        return (frame // self.steps) * self.steps

    def inside(self, rows: Tensor, begin: float, end: float) -> Tensor:
        """Take the rows that begin in [begin, end), cut at its end."""
        out = rows[(rows[:, 1] >= begin) & (rows[:, 1] < end - 1e-4)].clone()
        out[:, 2] = torch.minimum(out[:, 2], end - out[:, 1])
        return out

    def edited(
        self,
        voice: Tensor,
        span: tuple[int, int, int],
        origin: int,
        controls: dict[str, float],
        seed: int,
    ) -> Tensor:
        """Edit the notes of [first, last) of `span` (first, last, size), all in sixteenths.

        `voice` is [N, 4]: start, end, pitch, velocity. Returns rows of the same kind.
        """
        first, last, size = span
        free = torch.zeros(size)
        free[first:last] = 1.0
        low = window_low(voice)
        cell = self.edits.cells(voice)
        mine = (cell >= first) & (cell < last)
        given, context = voice[mine], voice[~mine]
        meter, trust = (
            self.meter(size, origin, controls),
            self.trusted(voice, size, low, origin, controls),
        )
        around = EditContext(context, meter, low, origin, trust)
        chance, rows, begins = self.planned(given, free, around, controls, seed)
        ends = self.decoder.ends(chance, begins | self.onset(context, size))
        budget = [controls["remove"] / 100.0, controls["add"], controls["extent"] / 100.0]
        now = self.edits.applied(given, (rows + low, begins, ends), chance, low, budget)
        return self.edits.parted(now, context)

    def planned(
        self,
        given: Tensor,
        free: Tensor,
        around: EditContext,
        controls: dict[str, float],
        seed: int,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Listen `iterations` times; what is surest is settled first, and heard as certain then.

        Returns probabilities [T, tokens], the row of each sixteenth and whether a note begins.
        """
        size = free.size(0)
        rounds = max(int(controls["iterations"]), 1)
        open_ = free.clone()
        settled = given[:0]
        whole = torch.zeros(size, 1)
        rows = torch.zeros(size, dtype=torch.long)
        begins = torch.zeros(size, dtype=torch.bool)
        for r in range(rounds):
            left = self.edits.outside(given, open_)
            heard = torch.cat([around.context, settled, left])
            logits = self.chance(heard, around.meter, open_, around.low)
            chance = self.turned(logits + around.trust, given, controls, seed + r, around.origin)
            whole = torch.where(open_[:, None] > 0, chance, whole)
            some, here = self.chosen(chance, given, open_, around.low, int(controls["keep"] + 0.5))
            rows = torch.where(open_ > 0, some, rows)
            begins = torch.where(open_ > 0, here, begins)
            if r + 1 < rounds:
                sure = chance.gather(1, some[:, None])[:, 0] * here.float()
                count = int(here.sum()) // (rounds - r)
                ends = self.decoder.ends(chance, begins | self.onset(around.context, size))
                order: list[int] = torch.argsort(sure, descending=True)[:count].tolist()
                for cell in order:
                    note = torch.tensor(
                        [[float(cell), float(ends[cell]), float(some[cell] + around.low), 80.0]]
                    )
                    settled = torch.cat([settled, note])
                    open_[cell : ends[cell]] = 0.0
        return whole, rows, begins

    def bar(self, controls: dict[str, float]) -> int:
        """Count the sixteenths of a bar."""
        return max(int(controls["beats_per_bar"] * self.steps + 0.5), 1)

    def trusted(
        self, voice: Tensor, size: int, low: int, origin: int, controls: dict[str, float]
    ) -> Tensor:
        """Give nats for the melody as it is, [size, tokens]: none for those who want a surprise."""
        nats: Tensor = self.trust(voice, self.bar(controls), origin, size, low)
        if controls["embellish"] > 0.0:
            nats = nats * self.onset(voice, size)[:, None]
        return nats * controls["trust"] * max(1.0 - controls["temperature"], 0.0)

    def meter(self, size: int, origin: int, controls: dict[str, float]) -> Tensor:
        """Describe `size` sixteenths from `origin` on by their places in the bar: [size, 8]."""
        bar = self.bar(controls)
        unit = 4
        if "beat" in controls and controls["beat"] > 1.25:
            unit = 6
        place = (torch.arange(size) + origin) % bar
        return meter_features(place, torch.full_like(place, bar), torch.full_like(place, unit))

    def chance(self, voice: Tensor, meter: Tensor, free: Tensor, low: int) -> Tensor:
        """Run the network on a voice: logarithms of probabilities, [T, tokens]."""
        size = free.size(0)
        drawn = roll(voice[:, :3], size, low)[None]
        answer: Tensor = self.net(drawn, meter[None], 1.0 - free[None], torch.ones(1, size))
        return answer[0]

    def turned(
        self, chance: Tensor, now: Tensor, controls: dict[str, float], seed: int, origin: int
    ) -> Tensor:
        """Turn by the controls what is likely; gives probabilities [T, tokens]."""
        size = chance.size(0)
        if controls["temperature"] > 0.0:
            frames = torch.arange(size) + origin
            noise = gumbels(seed, frames, chance.size(1))
            chance = chance + controls["temperature"] * noise
        if controls["embellish"] != 0.0:
            new = (~self.onset(now, size)).float() * controls["embellish"]
            chance = torch.cat(
                [chance[:, : self.pitches] + new[:, None], chance[:, self.pitches :]], 1
            )
        return torch.softmax(chance, 1)

    def onset(self, voice: Tensor, size: int) -> Tensor:
        """Mark the sixteenths [T] in which notes begin."""
        out = torch.zeros(size, dtype=torch.bool)
        cell = self.edits.cells(voice)
        out[cell[(cell >= 0) & (cell < size)]] = True
        return out

    def chosen(
        self, chance: Tensor, now: Tensor, free: Tensor, low: int, keep: int
    ) -> tuple[Tensor, Tensor]:
        """Choose rows and where they begin; with `keep`, in the rhythm of what is there."""
        if keep <= 0:
            return self.decoder.onsets(chance, free)
        size = chance.size(0)
        begins = self.onset(now, size) & (free > 0)
        rows = torch.zeros(size, dtype=torch.long)
        cell = self.edits.cells(now)
        there = (cell >= 0) & (cell < size)
        rows[cell[there]] = (now[there, 2].long() - low).clamp(0, self.pitches - 1)
        return self.decoder.same_rhythm(chance, begins, rows, keep >= 2), begins
