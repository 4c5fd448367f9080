"""What a planner of chords reads of each beat of a melody."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.layout import LOWEST

_GROUPS = 7  # histograms of pitch classes
_PLAIN = 15
FEATURES = _GROUPS * 12 + _PLAIN
_NEAR = 8  # beats before and after
_LONG = 16.0  # frames


class SlotFeatures(nn.Module):
    """Describe the beats of melodies: pitch classes, onsets, lengths, where the end is."""

    def __init__(self) -> None:
        super().__init__()
        self.lowest, self.near, self.long = LOWEST, _NEAR, _LONG

    def forward(
        self, pitch: Tensor, flags: Tensor, slot: Tensor, count: int, more: int = 0
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Read pitches [N, T], flags [N, T, 3] (sounding, onset, known), slots [N, T], -1 padding.

        `more` is how many slots will follow that nobody has heard yet. Returns histograms of pitch
        classes [N, S, groups, 12], plain features [N, S, plain], which frame is each slot's first
        [N, S, T], and which slots there are [N, S].
        """
        number = torch.arange(count, device=pitch.device)
        inside = (slot.unsqueeze(1) == number[:, None]).float()  # [N, S, T]
        frames = inside.sum(2)
        there = (frames > 0).float()
        before = torch.cat([torch.full_like(slot[:, :1], -2), slot[:, :-1]], 1)
        after = torch.cat([slot[:, 1:], torch.full_like(slot[:, :1], -2)], 1)
        first = inside * (before != slot).float().unsqueeze(1)
        last = inside * (after != slot).float().unsqueeze(1)
        share = inside / frames.clamp(min=1.0).unsqueeze(2)
        classes = self.classes(pitch, flags[:, :, 0], (share, first, last), there)
        left = there.sum(1, keepdim=True) - 1 - number + more
        ends = torch.stack(
            [(left == 0).float(), (left == 1).float(), 1 / (1 + left.clamp(min=0.0)),
             (number == 0).float().expand_as(left)], 2
        )  # fmt: skip
        plain = torch.cat([self.rhythm(pitch, flags, slot, (share, first, last)), ends], 2)
        return classes, plain, first, there

    def classes(
        self, pitch: Tensor, sounding: Tensor, parts: tuple[Tensor, Tensor, Tensor], there: Tensor
    ) -> Tensor:
        """Share out pitch classes: in each slot, at its ends, beside it, near it, in all."""
        share, first, last = parts
        ones = F.one_hot((pitch + self.lowest) % 12, 12).float()
        content = torch.matmul(share, ones * (0.1 + 0.9 * sounding).unsqueeze(2))
        opens, closes = torch.matmul(first, ones), torch.matmul(last, ones)
        previous = torch.cat([torch.zeros_like(closes[:, :1]), closes[:, :-1]], 1)
        following = torch.cat([opens[:, 1:], torch.zeros_like(opens[:, :1])], 1)
        number = torch.arange(there.size(1), device=pitch.device)
        apart = (number[:, None] - number[None]).abs()
        close = (apart <= self.near).float() * there.unsqueeze(1)
        around = torch.matmul(close, content) / close.sum(2).clamp(min=1.0).unsqueeze(2)
        whole = content.sum(1, keepdim=True) / there.sum(1).clamp(min=1.0)[:, None, None]
        return torch.stack(
            [content, opens, closes, previous, following,
             3 * around, 3 * whole.expand_as(content)], 2
        )  # fmt: skip

    def rhythm(
        self, pitch: Tensor, flags: Tensor, slot: Tensor, parts: tuple[Tensor, Tensor, Tensor]
    ) -> Tensor:
        """Say how notes begin, last and lie in each slot, [N, S, n]."""
        share, first, last = parts
        size, onset = pitch.size(1), flags[:, :, 1]
        time = torch.arange(size, device=pitch.device).expand_as(pitch)
        since = time - torch.cummax(torch.where(onset > 0, time, 0), 1)[0]
        coming = torch.where((onset > 0) | (slot < 0), time, size)
        coming = torch.flip(torch.cummin(torch.flip(coming, [1]), 1)[0], [1])
        coming = torch.cat([coming[:, 1:], torch.full_like(coming[:, :1], size)], 1)
        until = (coming - time).float().clamp(max=self.long) / self.long
        since = since.float().clamp(max=self.long) / self.long
        high = (pitch.float() - 40) / 8
        plain = torch.cat([flags, torch.stack([until, since, high], 2)], 2)
        begun, mean = torch.matmul(first, plain), torch.matmul(share, flags)
        ending = torch.matmul(last, until.unsqueeze(2))
        pitches = torch.matmul(first, high.unsqueeze(2))
        step = torch.cat([torch.zeros_like(pitches[:, :1]), pitches[:, 1:] - pitches[:, :-1]], 1)
        return torch.cat([begun, mean, ending, step], 2)
