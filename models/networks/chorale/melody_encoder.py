"""Reads the whole soprano, in both directions."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.key_sense import CLASSES, KEYS, KeySense, rolled, shares
from models.networks.chorale.layout import LOWEST, MAX_BAR_STEPS, ChoraleConfig

_SPAN = 24
_LOUDER = 3.0  # shares are small numbers beside the other inputs


class MelodyEncoder(nn.Module):
    """Say of every frame what the melody does around it."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        width = config.melody_width
        self.reach = 32  # frames before and after that are near
        self.lowest, self.span, self.louder = LOWEST, _SPAN, _LOUDER
        self.place = nn.Embedding(MAX_BAR_STEPS, 24)
        self.bar = nn.Embedding(MAX_BAR_STEPS + 1, 8)
        self.step = nn.Embedding(2 * _SPAN + 1, 24)
        self.key = KeySense(2)
        self.inward = nn.Linear(24 + 8 + 2 + 24 + KEYS + 2 * CLASSES + 2, width)
        self.input_drop = nn.Dropout(config.input_dropout)
        self.rnn = nn.GRU(
            width, width, 2, batch_first=True, bidirectional=True, dropout=config.dropout
        )

    def heard(self, melody: Tensor) -> Tensor:
        """Share out the pitch classes near each frame and in the whole melody: [N, T, 2, 12]."""
        size = melody.size(1)
        ones = F.one_hot((melody + self.lowest) % 12, 12).float()
        total = torch.cat([torch.zeros_like(ones[:, :1]), ones.cumsum(1)], 1)
        time = torch.arange(size, device=melody.device)
        until, since = (time + self.reach).clamp(max=size), (time - self.reach).clamp(min=0)
        near = total[:, until] - total[:, since]
        return shares(torch.stack([near, total[:, -1:].expand_as(near)], 2))

    def forward(
        self, melody: Tensor, flags: Tensor, place: Tensor, bar: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Encode [N, T] pitches, [N, T, 2] flags (sounding, onset), [N, T] places and bars.

        Returns [N, T, 2 * melody_width] and the pitch classes heard, [N, T, 2, 12].
        """
        heard = self.heard(melody)
        classes = (melody + self.lowest) % 12
        degrees = rolled(self.key(heard, self.key.table()), classes)
        around = rolled(heard.flatten(2), classes)
        before = torch.cat([melody[:, :1], melody[:, :-1]], 1)
        step = self.step((melody - before).clamp(-self.span, self.span) + self.span)
        high = ((melody.float() + (self.lowest - 70)) / 6)[:, :, None]
        above = high - high.mean(1, keepdim=True)
        tonal = torch.cat([degrees, around], -1) * self.louder
        x = torch.cat([self.place(place), self.bar(bar), flags, step, tonal, high, above], -1)
        out: Tensor = self.rnn(F.relu(self.inward(self.input_drop(x))))[0]
        return out, heard
