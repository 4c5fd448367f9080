"""What a planner of chords is told of each slot of a melody, in the TorchScript subset."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

# The first groups of histograms and the first numbers know nothing of what comes later.
HEARD_GROUPS, GROUPS = 8, 11
HEARD_PLAIN, PLAIN = 11, 15
PLACES = 9  # of a slot in its bar, and lengths of bars, in beats
BARS = 8  # bars are counted to eight, as phrases go


class MelodyFeatures(nn.Module):
    """Describes each slot: pitch classes now, before and after; rhythm; where in the song it is."""

    def __init__(self) -> None:
        super().__init__()
        self.fadings = [0.5, 0.9, 0.98]  # how much of what was heard stays from slot to slot
        self.places, self.bars = PLACES, BARS

    def forward(
        self, pitch: Tensor, onset: Tensor, slot: Tensor, place: Tensor, bar: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read frames [T]: pitch (-1 a rest), onset, slot, place in the bar, length of the bar.

        Returns histograms [S, GROUPS, 12], numbers [S, PLAIN] and counts [S, 3]: the beat of the
        bar, the bar's beats, and the number of the bar, all for tables.
        """
        size = pitch.size(0)
        count = int(slot[-1]) + 1
        time = torch.arange(size)
        first = torch.full([count], size).scatter_reduce(0, slot, time, "amin")
        frames = torch.zeros(count).index_add(0, slot, torch.ones(size))
        opening = torch.where(pitch >= 0, time, size)
        opening = torch.full([count], size).scatter_reduce(0, slot, opening, "amin")
        closing = torch.where(pitch >= 0, time, -1)
        closing = torch.full([count], -1).scatter_reduce(0, slot, closing, "amax")
        high, low = pitch[opening.clamp(max=size - 1)], pitch[closing.clamp(min=0)]
        ends = torch.stack([high, low, (closing >= 0).long()])
        late = 2 * (time - first[slot]) >= frames[slot]
        groups = self.classes(pitch, slot, (late, frames), ends)
        struck = torch.zeros(count).index_add(0, slot, onset)
        plain = self.rhythm((struck, frames), (pitch[first], onset[first]), groups, ends)
        beat = torch.div(place[first], 4, rounding_mode="floor").clamp(0, self.places - 1)
        beats = torch.div(bar[first], 4, rounding_mode="floor").clamp(0, self.places - 1)
        begins = (place == 0).long()
        bars = (torch.cumsum(begins, 0) - begins[0])[first] % self.bars
        return groups, plain, torch.stack([beat, beats, bars], 1)

    def classes(
        self, pitch: Tensor, slot: Tensor, spread: tuple[Tensor, Tensor], ends: Tensor
    ) -> Tensor:
        """Count pitch classes: in both halves of slots, at their ends, before and after them."""
        late, frames = spread
        count = frames.size(0)
        share = (pitch >= 0).float() / frames[slot]
        early_half = self.counted(pitch, slot, share * (~late).float(), count)
        late_half = self.counted(pitch, slot, share * late.float(), count)
        some = ends[2].float()
        opens = F.one_hot(ends[0] % 12, 12).float() * some[:, None]
        closes = F.one_hot(ends[1] % 12, 12).float() * some[:, None]
        content = early_half + late_half
        groups = [early_half, late_half, opens, closes, self.moved(closes, 1)]
        groups += [self.faded(content, fading) for fading in self.fadings]
        groups += [self.moved(opens, -1), self.faded(content.flip([0]), 0.9).flip([0])]
        groups += [content.sum(0, keepdim=True).expand_as(content) / some.sum().clamp(min=1.0)]
        return torch.stack(groups, 1)

    def rhythm(
        self,
        struck: tuple[Tensor, Tensor],
        opening: tuple[Tensor, Tensor],
        groups: Tensor,
        ends: Tensor,
    ) -> Tensor:
        """Say how notes begin and lie in each slot, and how far the ends of the song are."""
        onsets, frames = struck
        high, low, some = ends[0], ends[1], ends[2].float()
        came = torch.cat([high[:1], low[:-1]])
        came = torch.where((came < 0) | (some == 0), high, came)
        count = frames.size(0)
        number = torch.arange(count)
        left = (count - 1 - number).float()
        following = torch.cat([onsets[1:] / frames[1:], torch.zeros(1)])
        return torch.stack([
            groups[:, :2].sum([1, 2]), onsets / frames, (opening[0] >= 0).float(), opening[1],
            frames / 8, (number == 0).float(), (number.float() / 16).clamp(max=1.0),
            some * (high - came).float() / 12, some * (low - high).float() / 12, some,
            self.moved(onsets[:, None], 1)[:, 0] / frames,
            (left == 0).float(), (left == 1).float(), 1 / (1 + left), following,
        ], 1)  # fmt: skip

    def counted(self, pitch: Tensor, slot: Tensor, weight: Tensor, count: int) -> Tensor:
        """Add up pitch classes by slot, [S, 12]."""
        out = torch.zeros(count * 12).index_add(0, slot * 12 + pitch % 12, weight)
        return out.view(count, 12)

    def moved(self, rows: Tensor, by: int) -> Tensor:
        """Move rows later, or earlier, with zeros where nothing is known."""
        none = torch.zeros_like(rows[:1])
        if by > 0:
            return torch.cat([none, rows[:-1]])
        return torch.cat([rows[1:], none])

    def faded(self, content: Tensor, fading: float) -> Tensor:
        """Mix what was heard before each slot, the latest most, [S, 12]."""
        number = torch.arange(content.size(0))
        apart = (number[:, None] - number[None] - 1).float()
        weight = torch.where(apart >= 0, fading ** apart.clamp(min=0.0), 0.0)
        return (1 - fading) * torch.matmul(weight, content)
