"""Reads the whole soprano, in both directions."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.chord_states import KINDS, STATES
from models.networks.chorale.key_sense import CLASSES, KEYS, KeySense, rolled, shares
from models.networks.chorale.layout import FEATURE_SCALE, LOWEST, MAX_BAR_STEPS, ChoraleConfig

_SPAN = 24


class MelodyEncoder(nn.Module):
    """Say of every frame what the melody does around it."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        width = config.melody_width
        self.reach = 32  # frames before and after that are near
        self.lowest, self.span, self.feature_scale = LOWEST, _SPAN, FEATURE_SCALE
        self.place = nn.Embedding(MAX_BAR_STEPS, 24)
        self.bar = nn.Embedding(MAX_BAR_STEPS + 1, 8)
        self.step = nn.Embedding(2 * _SPAN + 1, 24)
        self.key = KeySense(2)
        self.kinds, self.states = KINDS, STATES
        # the chord of now and the next one, their roots counted from the melody's pitch
        self.now, self.next = nn.Embedding(STATES + 1, 32), nn.Embedding(STATES + 1, 24)
        self.inward = nn.Linear(24 + 8 + 3 + 24 + KEYS + 2 * CLASSES + 2 + 32 + 24 + 1, width)
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

    def relative(self, chords: Tensor, classes: Tensor) -> Tensor:
        """Count the roots of states [N, T, 2] from the melody's pitch classes [N, T]."""
        roots = (chords // self.kinds - classes.unsqueeze(2)) % 12
        seen = roots * self.kinds + chords % self.kinds
        return torch.where(chords < self.states, seen, self.states)

    def forward(
        self, melody: Tensor, flags: Tensor, place: Tensor, bar: Tensor, chords: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Encode [N, T] pitches, [N, T, 3] flags (sounding, onset, known), [N, T] places and bars.

        `chords` [N, T, 2] are the states of each frame's beat and of the next one.

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
        tonal = torch.cat([degrees, around], -1) * self.feature_scale
        plan = self.relative(chords, classes)
        stays = (chords[:, :, 0] == chords[:, :, 1]).float().unsqueeze(2)
        planned = torch.cat([self.now(plan[:, :, 0]), self.next(plan[:, :, 1]), stays], 2)
        x = torch.cat(
            [self.place(place), self.bar(bar), flags, step, tonal, high, above, planned], -1
        )
        out: Tensor = self.rnn(F.relu(self.inward(self.input_drop(x))))[0]
        return out, heard
