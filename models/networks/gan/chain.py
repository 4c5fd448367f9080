"""What a generator's tables mean: in each sixteenth, the chance of every move of a track.

For a track of one voice a step's table scores every row (and a rest) and, added to it, every jump
from the row before, staying included; one more number tells whether a held note is struck again.
For a track of chords each row scores three things: to begin if it is silent, to end and to be
struck again if it sounds. Either way a step depends on the one before it, so that voices can be
drawn from left to right without asking the network again.
"""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

_FAR = 24  # jumps beyond two octaves count as two octaves
JUMPS = 2 * _FAR + 1 + 4  # and: into a rest, in a rest, out of a rest, out of the unknown


def table_size(rows: int, chords: bool) -> int:
    """How many numbers describe a step of a track."""
    return max(3 * rows if chords else 0, rows + 1 + JUMPS + 1)


def begin_quiet(bias: Tensor, rows: int) -> None:
    """Let the tables [..., K] of a track of chords begin with few notes, and some that hold."""
    with torch.no_grad():
        bias[..., :rows] = -4.0
        bias[..., rows : 2 * rows] = -1.0
        bias[..., 2 * rows : 3 * rows] = -2.0


class RowChain(nn.Module):
    """Scores and draws the steps of a track; the rest is row `rows`, the unknown `rows` + 1."""

    rows: Final[int]
    jumps: Tensor

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows
        before = torch.arange(rows + 2)[:, None]
        after = torch.arange(rows + 1)[None, :]
        jumps = (after - before).clamp(-_FAR, _FAR) + _FAR
        jumps = torch.where(after == rows, torch.tensor(2 * _FAR + 1), jumps)
        jumps = torch.where(before == rows, torch.tensor(2 * _FAR + 3), jumps)
        jumps[rows, rows] = 2 * _FAR + 2
        jumps[rows + 1] = 2 * _FAR + 4
        self.register_buffer("jumps", jumps)

    def scores(self, table: Tensor, before: Tensor) -> Tensor:
        """Score every row after `before` [...] by the tables [..., K]: [..., rows + 1]."""
        own = table[..., : self.rows + 1]
        jump = table[..., self.rows + 1 : self.rows + 1 + 53]
        return own + jump.gather(-1, self.jumps[before])

    def all_scores(self, table: Tensor) -> Tensor:
        """Score every row after every row, [T, rows + 2, rows + 1], by the tables [T, K]."""
        own = table[:, None, : self.rows + 1]
        jump = table[:, self.rows + 1 : self.rows + 1 + 53]
        return own + jump[:, self.jumps.flatten()].view(-1, self.rows + 2, self.rows + 1)

    def again(self, table: Tensor) -> Tensor:
        """Give the logit of striking a held note again, [...]."""
        return table[..., self.rows + 54]


def line_of(roll: Tensor) -> Tensor:
    """Give the sounding row of each step, or `rows` for a rest: [..., rows] to [...]."""
    rest = (roll > 0).any(-1).logical_not()
    top: Tensor = (roll > 0).to(torch.uint8).argmax(-1)
    return torch.where(rest, torch.full_like(top, roll.size(-1)), top)


def voice_loss(
    chain: RowChain, table: Tensor, roll: Tensor, entry: Tensor, counted: Tensor
) -> tuple[Tensor, Tensor]:
    """Sum the nats of one voice over the steps `counted` [N, T]: (rows, struck again or not).

    `roll` [N, T, rows], `table` [N, T, K]; `entry` [N] is the row before the window.
    """
    line = line_of(roll)
    before = torch.cat([entry[:, None], line[:, :-1]], 1)
    scores = chain.scores(table, before)
    nats = F.cross_entropy(scores.transpose(1, 2), line, reduction="none")
    struck = (roll == 2).any(-1).float()
    held = counted * ((line == before) & (line < chain.rows))
    again = F.binary_cross_entropy_with_logits(chain.again(table), struck, reduction="none")
    return (nats * counted).sum(), (again * held).sum()


def chord_loss(table: Tensor, roll: Tensor, entry: Tensor, counted: Tensor) -> Tensor:
    """Sum the nats of a track of chords over the steps `counted` [N, T]; `entry` [N, rows]."""
    start, moves = split_chords(table, roll.size(-1))
    before = torch.cat([entry[:, None], roll[:, :-1]], 1) > 0
    begins = F.binary_cross_entropy_with_logits(start, (roll > 0).float(), reduction="none")
    # 0 held, 1 ended, 2 struck again
    target = torch.where(roll == 0, 1, torch.where(roll == 2, 2, 0))
    goes = F.cross_entropy(moves.permute(0, 3, 1, 2), target, reduction="none")
    nats: Tensor = torch.where(before, goes, begins).sum(-1)
    return (nats * counted).sum()


def split_chords(table: Tensor, rows: int) -> tuple[Tensor, Tensor]:
    """Give (logit to begin [..., rows], logits to hold, end and strike again [..., rows, 3])."""
    start, end, again = (
        table[..., :rows],
        table[..., rows : 2 * rows],
        table[..., 2 * rows : 3 * rows],
    )
    return start, torch.stack([torch.zeros_like(end), end, again], -1)


def draw_voice(chain: RowChain, table: Tensor, entry: Tensor) -> tuple[Tensor, Tensor]:
    """Draw one voice: (one-hot rows [N, T, rows], struck [N, T]), gradients straight through."""
    with torch.no_grad():
        noise = -torch.log(torch.empty_like(table[..., : chain.rows + 1]).exponential_())
        now, steps = entry, []
        for t in range(table.size(1)):
            now = (chain.scores(table[:, t], now) + noise[:, t]).argmax(-1)
            steps.append(now)
        line = torch.stack(steps, 1)
    before = torch.cat([entry[:, None], line[:, :-1]], 1)
    share = chain.scores(table, before).softmax(-1)
    hard = F.one_hot(line, chain.rows + 1) + share - share.detach()
    held = (line == before) & (line < chain.rows)
    chance = torch.sigmoid(chain.again(table))
    again = torch.bernoulli(chance.detach()) + chance - chance.detach()
    began = (~held & (line < chain.rows)).float()
    return hard[..., : chain.rows], torch.where(held, again, began)


def draw_chords(table: Tensor, entry: Tensor) -> tuple[Tensor, Tensor]:
    """Draw a track of chords: (cells [N, T, rows], struck [N, T] 0..1), straight through."""
    rows = entry.size(-1)
    start, moves = split_chords(table, rows)
    begin, go = torch.sigmoid(start), moves.softmax(-1)
    with torch.no_grad():
        luck = torch.rand_like(begin)
        now, steps = entry > 0, []
        for t in range(table.size(1)):
            now = torch.where(now, luck[:, t] > go[:, t, :, 1], luck[:, t] < begin[:, t])
            steps.append(now)
        cells = torch.stack(steps, 1)
        before = torch.cat([entry[:, None] > 0, cells[:, :-1]], 1)
    chance = torch.where(before, 1 - go[..., 1], begin)
    again = torch.where(
        before, go[..., 2] / (1 - go[..., 1]).clamp(min=1e-6), torch.ones_like(begin)
    )
    hard = cells + chance - chance.detach()
    struck: Tensor = (cells * again).sum(-1)
    return hard, struck.clamp(max=1)
