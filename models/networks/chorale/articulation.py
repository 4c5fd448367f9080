"""Says where a voice that holds its pitch strikes it again."""

import torch
from torch import Tensor, nn

from models.networks.chorale.layout import MAX_BAR_STEPS


class Articulation(nn.Module):
    """Say how likely a held pitch is struck again, for every frame and voice at once."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Embedding(MAX_BAR_STEPS, 16)
        self.rnn = nn.GRU(16 + 2 + 4 * 2 + 4, 64, 1, batch_first=True, bidirectional=True)
        self.out = nn.Linear(128, 3)

    def forward(self, pitches: Tensor, flags: Tensor, place: Tensor) -> Tensor:
        """Return logits [N, T, 3] (alto, tenor, bass) from pitches [N, T, 4]."""
        step = pitches[:, 1:] - pitches[:, :-1]
        step = torch.cat([torch.zeros_like(pitches[:, :1]), step], 1).float()
        x = torch.cat(
            [self.place(place), flags, step.clamp(-7, 7) / 7, (step != 0).float(),
             (pitches - 35).float() / 12], -1
        )  # fmt: skip
        logits: Tensor = self.out(self.rnn(x)[0])
        return logits
