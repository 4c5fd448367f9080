"""Scores the candidate pitches of one voice by what matters in voice leading."""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.key_sense import CLASSES
from models.networks.chorale.layout import DEGREES, HEARD, LOWEST, PITCHES, ChoraleConfig

_DISTANCES: int = 2 * PITCHES - 1
_SPAN = 24  # intervals and motions are clipped to two octaves


class VoiceHead(nn.Module):
    """Score the 64 candidate pitches of one voice, given the `others` chosen before it.

    It emits tables: by the candidate's distance to the own last pitch and to each other voice, by
    its degree in the keys it may be in and above the planned roots, by how often its pitch class
    was heard, by its register. A candidate's logit is the sum of its entries. Views are made by
    narrow and unsqueeze: in TorchScript `x[:, a:b]` is twice as dear.
    """

    pitches: Final[int] = PITCHES
    span: Final[int] = _SPAN
    offsets: Tensor
    starts: Tensor
    candidates: Tensor
    classes: Tensor
    degrees: Tensor

    def __init__(self, config: ChoraleConfig, others: int) -> None:
        super().__init__()
        self.others = others
        features = 3 * others + others * (others - 1) // 2 + 1
        side = 2 * _SPAN + 1
        self.features = nn.Embedding(features * side, config.head_width)
        nn.init.normal_(self.features.weight, std=0.3)
        self.register_buffer("offsets", torch.arange(features) * side + _SPAN)
        self.inward = nn.Linear(config.width, config.head_width)
        self.melodic = nn.Linear(2 * config.melody_width, config.head_width, bias=False)
        self.middle = nn.Linear(config.head_width, config.head_width)
        self.drop = nn.Dropout(config.dropout)
        self.tables = 1 + others
        self.bottom = self.tables * _DISTANCES
        self.top = self.bottom + PITCHES
        self.tonal_size = DEGREES + HEARD
        self.out = nn.Linear(config.head_width, self.top + self.tonal_size)
        self.register_buffer(
            "starts", (torch.arange(self.tables) * _DISTANCES + PITCHES - 1)[:, None]
        )
        self.register_buffer("candidates", torch.arange(PITCHES)[None, :])
        self.register_buffer("classes", (torch.arange(PITCHES) + LOWEST) % CLASSES)
        each = torch.arange(CLASSES)
        self.register_buffer("degrees", (each[:, None] - each[None, :]) % CLASSES)  # [class, tonic]

    def relations(self, own: Tensor, now: Tensor, last: Tensor) -> Tensor:
        """Collect the intervals and motions a voice-leader looks at, [N, features]."""
        kinds = [own - now, now - last, own - last]
        for i in range(self.others):
            for j in range(i + 1, self.others):
                kinds.append(now.narrow(1, i, 1) - now.narrow(1, j, 1))  # noqa: PERF401
        kinds.append(now.narrow(1, 0, 1) - 40)
        return torch.cat(kinds, 1).clamp(-self.span, self.span)

    def tonality(self, entries: Tensor, keys: Tensor, heard: Tensor) -> Tensor:
        """Score candidates by degree and by what was heard, [N, 64].

        `entries` [N, 48 + HEARD] are the head's, `keys` [N, 48] how likely each key is
        and which roots the chords of now and next have, `heard` [N, HEARD, 12] the logarithms of
        the pitch classes' shares.
        """
        by_degree = entries.narrow(1, 0, 48).view(-1, 4, 12).index_select(2, self.degrees.view(-1))
        score = (by_degree.view(-1, 4, 12, 12) * keys.view(-1, 4, 1, 12)).sum([1, 3])
        score = score + (entries.narrow(1, 48, heard.size(1)).unsqueeze(2) * heard).sum(1)
        return score.index_select(1, self.classes)

    def forward(
        self,
        context: Tensor,
        melodic: Tensor,
        voices: tuple[Tensor, Tensor, Tensor],
        keys: Tensor,
        heard: Tensor,
    ) -> Tensor:
        """Return logits [N, 64].

        `context` [N, width] and `melodic` [N, head_width] are what was written and what is sung;
        `voices` are the voice's own last pitch [N, 1], and the pitches of the soprano and of the
        voices already chosen, now and in the frame before, [N, others].
        """
        own, now, last = voices
        related = self.features(self.relations(own, now, last) + self.offsets).sum(1)
        x = F.relu(self.inward(context) + melodic + related)
        x = F.relu(self.middle(self.drop(x)))
        tables: Tensor = self.out(self.drop(x))
        anchors = torch.cat([own, now], 1).unsqueeze(2)
        index = (self.candidates - anchors + self.starts).flatten(1)
        picked = tables.gather(1, index).view(-1, self.tables, self.pitches).sum(1)
        tonal = self.tonality(tables.narrow(1, self.top, self.tonal_size), keys, heard)
        logits: Tensor = picked + tables.narrow(1, self.bottom, self.pitches) + tonal
        return logits
