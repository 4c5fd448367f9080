"""Draws the tracks from a generator's tables: voices without parallels, chords, in range."""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.music.sixteenths import STEPS_PER_BEAT
from models.networks.common.noise import gumbels, uniforms
from models.networks.gan.chain import RowChain, split_chords
from models.networks.gan.layout import Layout
from models.networks.gan.task import Span, Task

_FORBIDDEN = -1.0e4


class VoiceDecoder(nn.Module):
    """Draws one voice; all steps' moves are settled at once, then walked through."""

    forbidden: Final[float] = _FORBIDDEN
    beat: Final[int] = STEPS_PER_BEAT
    nobody: Final[int] = -500  # rows from here down are no pitches
    # Cooler than 1, a draw holds its notes longer than the pieces do; this gives movement back.
    movement_bias: Final[float] = 0.4
    rows: Final[int]
    table_rows: Final[int]
    rising: Tensor
    falling: Tensor
    staying: Tensor

    def __init__(self, layout: Layout, track: int) -> None:
        super().__init__()
        self.table_rows = layout.rows
        self.low = layout.lows[track]
        self.rows = layout.highs[track] - self.low
        self.drums, self.rests = layout.drums[track], layout.rests[track]
        self.chain = RowChain(self.rows)
        row = torch.arange(self.rows)
        self.register_buffer("rising", (row[None] > row[:, None]).float())
        self.register_buffer("falling", (row[None] < row[:, None]).float())
        self.register_buffer("staying", torch.eye(self.rows + 2, self.rows + 1))

    def forward(
        self,
        table: Tensor,
        cells: Tensor,
        span: Span,
        task: Task,
        company: tuple[int, Tensor],
    ) -> None:
        """Write the steps of `span` into `cells`, in the track's range only.

        `company` is the pitch of row 0 in `table` and `cells`, and the pitches [4 + T, U] of melody
        and voices from a beat before the span on; negative where one rests or is not decided.
        """
        track, first, last = span.track, span.first, span.last
        lowest, others = company
        # from here on row 0 is the track's lowest pitch
        below = self.low - lowest
        table = torch.cat([table[:, below : below + self.rows], table[:, self.table_rows :]], 1)
        scores = self.moves(table, task.movement + self.movement_bias)
        rules: list[list[int]] = []
        if task.strict and not self.drums:
            faults = self.parallels(others[self.beat - 1 :])
            scores[:, : self.rows, : self.rows] += faults * self.forbidden
            rows: list[list[int]] = (others - self.low).tolist()
            rules = rows
        places = torch.arange(first, last) + task.origin
        salt = task.seed + 7919 * (track + 1)
        noise_scale = self.noise_scale(torch.arange(first, last), task)
        scores += gumbels(salt, places, self.rows + 1)[:, None] * noise_scale[:, None, None]
        line = self.earlier(cells[track], first, below)
        self.walk(scores, rules, line, first, task.active)
        chance = uniforms(salt + 15485863, places, 1)[:, 0]
        struck = self.struck(table, line, chance)
        out = torch.zeros(last - first, self.rows + 1, dtype=torch.long)
        drawn = torch.tensor(line[self.beat :])
        out[torch.arange(last - first), drawn] = 1 + torch.tensor(struck).long()
        cells[track, first:last] = 0
        cells[track, first:last, below : below + self.rows] = out[:, : self.rows]

    def noise_scale(self, steps: Tensor, task: Task) -> Tensor:
        """Scale the noise of each step: a tune comes to rest on its likeliest chords."""
        resting = (steps >= task.leave - 2 * self.beat).float()
        return task.temperature * (1 - 0.7 * resting)

    def earlier(self, cells: Tensor, first: int, below: int) -> list[int]:
        """Read the rows of the beat before step `first`; `rows` + 1 where nothing is known."""
        out: list[int] = []
        for t in range(first - self.beat, first):
            row = self.rows + 1
            if t >= 0 and bool((cells[t] > 0).any()):
                row = int((cells[t] > 0).long().argmax()) - below
            out.append(row if row >= 0 and row < self.rows else self.rows + 1)
        return out

    def moves(self, table: Tensor, movement: float) -> Tensor:
        """Score every move, [T, rows + 2, rows + 1]; `movement` weighs against holding."""
        scores = self.chain.all_scores(table) - self.staying * movement
        if not self.rests:
            scores[:, :, self.rows] += self.forbidden
        return scores

    def parallels(self, others: Tensor) -> Tensor:
        """Count the fifths, octaves and unisons that a move makes in parallel, [T, rows, rows].

        `others` [T + 1, U] are pitches, negative where a voice rests.
        """
        pitch = torch.arange(self.rows) + self.low
        apart = (pitch[None, :, None] - others[:, None, :]).abs() % 12
        apart = torch.where(others[:, None, :] < 0, torch.full_like(apart, -1), apart)
        perfect = torch.cat([apart == 7, apart == 0], 2).float()
        before, after = perfect[:-1], perfect[1:].transpose(1, 2)
        step = torch.sign(others[1:] - others[:-1])
        step = torch.cat([step, step], 1)[:, None, :]
        up = torch.bmm(before * (step > 0).float(), after) * self.rising
        return up + torch.bmm(before * (step < 0).float(), after) * self.falling

    def walk(
        self,
        scores: Tensor,
        others: list[list[int]],
        line: list[int],
        first: int,
        active: list[bool],
    ) -> None:
        """Go on with `line` by the best move of each step: its row, `rows` for a rest.

        `others` are the rows of the other voices from a beat before on. A move onto a beat that
        makes a parallel from the beat before, whatever lies between, gives way to the next best.
        """
        following: list[list[int]] = scores.argmax(2).tolist()
        now = line[-1]
        for t in range(len(following)):
            if not active[first + t]:
                now = self.rows + 1
                line.append(self.rows)
                continue
            row = following[t][now]
            if (first + t) % self.beat == 0 and t + self.beat < len(others):
                before, after = others[t], others[t + self.beat]
                if self.parallel(before, after, line[t], row):
                    ranked: list[int] = scores[t, now].argsort(descending=True).tolist()
                    for other in ranked:
                        if not self.parallel(before, after, line[t], other):
                            row = other
                            break
            now = row
            line.append(row)

    def parallel(self, before: list[int], after: list[int], start: int, row: int) -> bool:
        """Say whether going from `start` to `row` makes a parallel with one of the others."""
        if start >= self.rows or row >= self.rows or start == row:
            return False
        for v in range(len(before)):
            step = after[v] - before[v]
            if step * (row - start) > 0 and before[v] > self.nobody and after[v] > self.nobody:
                apart = abs(after[v] - row) % 12
                if abs(before[v] - start) % 12 == apart and (apart == 0 or apart == 7):
                    return True
        return False

    def struck(self, table: Tensor, line: list[int], chance: Tensor) -> list[bool]:
        """Say where a note begins: where the row changes, and where a held one is struck again."""
        again: list[bool] = (torch.sigmoid(self.chain.again(table)) > chance).tolist()
        out: list[bool] = []
        for t in range(len(again)):
            row, last = line[t + self.beat], line[t + self.beat - 1]
            out.append(row < self.rows and (row != last or again[t]))
        return out


class ChordDecoder(nn.Module):
    """Draws a track of chords, row by row."""

    rows: Final[int]
    lows: list[int]
    highs: list[int]

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.rows = layout.rows
        self.lows, self.highs = list(layout.lows), list(layout.highs)

    def forward(self, table: Tensor, cells: Tensor, span: Span, task: Task, lowest: int) -> None:
        """Write the steps of `span` into `cells`; row 0 is the pitch `lowest`."""
        track, first, last = span.track, span.first, span.last
        heat = max(task.temperature, 0.02)
        start, moves = split_chords(table, self.rows)
        go = F.softmax(moves / heat, 2)
        places = torch.arange(first, last) + task.origin
        chance = uniforms(task.seed + 7919 * (track + 1), places, 2 * self.rows)
        begins = chance[:, : self.rows] < torch.sigmoid((start + task.movement) / heat)
        ends = chance[:, : self.rows] < go[:, :, 1]
        again = go[:, :, 2] / (1 - go[:, :, 1]).clamp(min=1e-6)
        strikes = chance[:, self.rows :] < again
        now = torch.zeros(self.rows, dtype=torch.bool)
        if first > 0:
            now = cells[track, first - 1] > 0
        row = torch.arange(self.rows) + lowest
        inside = (row >= self.lows[track]) & (row < self.highs[track])
        for t in range(last - first):
            on = torch.where(now, ~ends[t], begins[t]) & inside
            if not task.active[first + t]:
                on = torch.zeros_like(on)
            cells[track, first + t] = on.long() + (on & (~now | strikes[t])).long()
            now = on
