"""The edits between a melody as it is and as it should be, and those that are made now."""

import math
from typing import Final

import torch
from torch import Tensor, nn

from models.networks.arcnn.roll import PITCHES, cell_of


class Edits(nn.Module):
    """Adds, removes and replaces whole notes; a module only because of its constants."""

    pitches: Final[int] = PITCHES
    off_grid: Final[float] = 0.44  # sixteenths beside the grid that are timing, not a mistake

    def cells(self, voice: Tensor) -> Tensor:
        """Number the sixteenth of each note's onset."""
        return cell_of(voice[:, 0])

    def outside(self, voice: Tensor, open_: Tensor) -> Tensor:
        """Take the notes that begin where nothing is settled yet."""
        cell = self.cells(voice).clamp(0, open_.size(0) - 1)
        return voice[open_[cell] > 0]

    def applied(
        self,
        given: Tensor,
        wanted: tuple[Tensor, Tensor, list[int]],
        chance: Tensor,
        low: int,
        budget: list[float],
    ) -> Tensor:
        """Make the edits that lead to what is wanted, the surest first, as many as allowed.

        `given` is [N, 4]: start, end, pitch, velocity; `wanted` the pitches, whether one begins,
        and ends, each [T]; `budget` the share of the notes that may be removed, how many may be
        added, and the share of the edits to be made.
        """
        pitches: list[int] = wanted[0].tolist()
        begins: list[bool] = wanted[1].tolist()
        ends = wanted[2]
        rows: list[list[float]] = given.tolist()
        cells: list[int] = self.cells(given).tolist()
        edits = self.between(rows, cells, (pitches, begins), chance, low)
        chosen = self.allowed(edits, len(rows), budget)
        gone = [False] * len(rows)
        out: list[list[float]] = []
        for _, t, i in chosen:
            if i >= 0:
                gone[i] = True
            if t >= 0:
                at_hand = i >= 0 and abs(rows[i][0] - t) < self.off_grid
                start = rows[i][0] if at_hand else float(t)
                loud = rows[i][3] if i >= 0 else self.loudness(given, t)
                out.append([start, float(ends[t]), float(pitches[t]), loud])
        for i in range(len(rows)):
            if not gone[i]:
                done = begins[cells[i]] and len(chosen) == len(edits)
                out.append(self.kept(rows[i], cells[i], ends[cells[i]] if done else -1))
        if len(out) == 0:
            return torch.zeros(0, 4)
        found = torch.tensor(out)
        return found[torch.argsort(found[:, 0])]

    def allowed(
        self, edits: list[tuple[float, int, int]], notes: int, budget: list[float]
    ) -> list[tuple[float, int, int]]:
        """Take the surest of some edits of so many notes, as many as the budget allows."""
        edits.sort()
        edits.reverse()
        left = int(math.ceil(budget[2] * len(edits) - 1e-6))  # noqa: RUF046
        may_go = int(math.floor(budget[0] * notes + 1e-6))  # noqa: RUF046
        may_come = int(budget[1])
        out: list[tuple[float, int, int]] = []
        for edit in edits:
            goes = edit[2] >= 0
            if left > 0 and (may_go > 0 if goes else may_come > 0):
                left -= 1
                may_go -= int(goes)
                may_come -= int(not goes)
                out.append(edit)
        return out

    def between(
        self,
        rows: list[list[float]],
        cells: list[int],
        wanted: tuple[list[int], list[bool]],
        chance: Tensor,
        low: int,
    ) -> list[tuple[float, int, int]]:
        """List the edits: how sure each is, where a note comes (or -1), which note goes (or -1)."""
        pitches, begins = wanted
        at: dict[int, int] = {}
        for i in range(len(rows)):
            at[cells[i]] = i
        edits: list[tuple[float, int, int]] = []
        for i in range(len(rows)):
            t = cells[i]
            if begins[t] and at[t] == i:
                if pitches[t] != int(rows[i][2]):
                    edits.append((float(chance[t, pitches[t] - low]), t, i))
            else:
                p = min(max(int(rows[i][2]) - low, 0), self.pitches - 1)
                edits.append((1.0 - float(chance[t, p]), -1, i))
        for t in range(len(begins)):
            if begins[t] and t not in at:
                edits.append((float(chance[t, pitches[t] - low]), t, -1))  # noqa: PERF401 - TorchScript
        return edits

    def kept(self, row: list[float], cell: int, end: int) -> list[float]:
        """Give a note that stays, as long as it was unless it should end elsewhere (-1: no)."""
        start = row[0] if abs(row[0] - cell) < self.off_grid else float(cell)
        stop = row[1] if end < 0 or int(row[1] + 0.5) == end else float(end)
        return [start, max(stop, start + 0.5), row[2], row[3]]

    def loudness(self, given: Tensor, cell: int) -> float:
        """Play a new note as loudly as the nearest of those that were given."""
        if given.size(0) == 0:
            return 80.0
        return float(given[int((given[:, 0] - cell).abs().argmin()), 3])

    def parted(self, voice: Tensor, context: Tensor) -> Tensor:
        """Let no note sound into the next, nor into the music that follows."""
        out = voice.clone()
        for i in range(out.size(0)):
            if i + 1 < out.size(0):
                out[i, 1] = torch.minimum(out[i, 1], out[i + 1, 0])
        after = context[:, 0]
        if out.size(0) > 0:
            later = after[after > out[-1, 0]]
            if later.size(0) > 0:
                out[-1, 1] = torch.minimum(out[-1, 1], later.min())
            out = out[out[:, 1] > out[:, 0]]
        return out
