"""How a band plays its notes: breaks, loudness, swing, the freedom of players."""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.band.bars import LATE_UNITS
from models.networks.band.controls import BREAK
from models.networks.common.noise import normals


class Manners(nn.Module):
    """Turns frames into rows of beats, in the TorchScript subset."""

    break_: Final[int] = BREAK
    units: Final[float] = LATE_UNITS
    level: Tensor
    played: Tensor

    def __init__(self, level: Tensor, played: Tensor, is_drum: list[bool]) -> None:
        super().__init__()
        self.register_buffer("level", level)
        self.register_buffer("played", played.float())
        self.is_drum = is_drum
        self.late = 0.012  # beats that a player is beside the grid
        self.loud = 4.0  # of velocity that a player's strokes differ
        self.accents = [4.0, -2.0, 0.0, -2.0]  # on the beat, and the sixteenths after it

    def struck(self, rows: list[list[int]], begin: int, size: int) -> list[list[int]]:
        """Keep what is struck on the first beat of a bar: a break."""
        out: list[list[int]] = []
        for r in rows:
            if r[1] - begin < 2:
                out.append([r[0], r[1], min(r[2], 3), r[3], r[4], 0])  # noqa: PERF401 - TorchScript
        return out

    def loudness(self, lift: float, melody: int) -> float:
        """Say how loud the band is under a melody's velocity, lifted by its section."""
        return 0.85 * melody + lift

    def forward(
        self,
        rows: list[list[int]],
        bounds: tuple[float, float],
        levels: list[float],
        controls: dict[str, float],
        seed: int,
    ) -> Tensor:
        """Give rows [M, 5] of what begins in [begin, end) beats.

        `rows` are [track, frame, duration, pitch, velocity, late]; `levels` how loud each is meant.
        Tracks that were played come with their own timing and loudness, others get some by chance.
        """
        if len(rows) == 0:
            return torch.zeros(0, 5)
        begin, end = bounds
        table = torch.tensor(rows).float()
        frame, human = table[:, 1], controls["humanise"]
        chance = normals(
            seed, (frame.long() * 128 + table[:, 3].long()) * 16 + table[:, 0].long(), 2
        )
        start = self.swung(frame / 4, controls["swing"])
        stop = self.swung((frame + table[:, 2]) / 4, controls["swing"])
        played = self.played[table[:, 0].long()]
        faithful = min(2.0 * human, 1.0)
        chance = human * chance * (1 - played)[:, None]
        moved = start + self.late * chance[:, 0].clamp(-2.0, 2.0)
        moved = moved + faithful * table[:, 5] / self.units
        drums = torch.tensor(self.is_drum)[table[:, 0].long()].float()
        accent = torch.tensor(self.accents)[torch.remainder(frame, 4).long()] * (1 - drums)
        own = table[:, 4] - self.level[table[:, 0].long()]
        own = own * (0.7 + 0.3 * faithful * played)
        loud = torch.tensor(levels) + own + accent + self.loud * chance[:, 1]
        loud = torch.floor(loud + 0.5).clamp(1.0, 127.0)
        inside = (frame / 4 >= begin - 1e-4) & (frame / 4 < end - 1e-4)
        last = end - 1e-3
        begun = torch.minimum(moved.clamp(min=begin), torch.full_like(moved, last))
        length = (torch.minimum(stop, torch.full_like(stop, end)) - begun).clamp(min=0.02)
        out = torch.stack([table[:, 0] + 1, begun, length, table[:, 3], loud], 1)[inside]
        return self.single(out)

    def swung(self, beats: Tensor, swing: float) -> Tensor:
        """Move the second half of each beat later, up to a triplet's third."""
        whole = torch.floor(beats)
        rest = beats - whole
        half = 0.5 + swing / 6
        bent = torch.where(rest <= 0.5, rest * half / 0.5, half + (rest - 0.5) * (1 - half) / 0.5)
        return whole + bent

    def single(self, rows: Tensor) -> Tensor:
        """Order rows, leave out what is struck twice and end what is struck again."""
        exact = rows.double()  # single precision would lose the order of starts
        order = torch.argsort(exact[:, 1] + exact[:, 0] * 1.0e5 + exact[:, 3] * 1.0e7)
        given: list[list[float]] = rows[order.flip(0)].tolist()
        out: list[list[float]] = []
        for row in given:
            if len(out) > 0:
                later = out[len(out) - 1]
                if later[0] == row[0] and later[3] == row[3]:
                    if later[1] - row[1] < 0.1:
                        continue
                    row[2] = min(row[2], later[1] - row[1])
            out.append(row)
        table = torch.tensor(out)
        return table[torch.argsort(table[:, 1] + table[:, 0] * 1.0e-4)]
