"""Plans the harmony of a melody: how likely each chord is on each beat, and after another.

One network reads the melody from each of the twelve possible roots, so that what it learns in one
key it knows in all. Its judgments of single beats are joined by what follows what (a linear-chain
conditional random field; Lafferty, McCallum & Pereira 2001), tied by the motion of the root.
"""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from models.music.sixteenths import STEPS_PER_BEAT
from models.networks.chorale.chord_states import KINDS, STATES
from models.networks.chorale.key_sense import CLASSES
from models.networks.chorale.slot_features import FEATURES, SlotFeatures

PLACES = 9  # beats of a bar that are told apart


class PlanNet(nn.Module):
    """Score chords by beat: emissions and transitions of the random field, and the key."""

    degrees: Tensor
    apart: Tensor
    above: Tensor

    def __init__(self, width: int = 64, dropout: float = 0.3) -> None:
        super().__init__()
        self.classes, self.kinds, self.places, self.steps = CLASSES, KINDS, PLACES, STEPS_PER_BEAT
        self.slots = SlotFeatures()
        self.place = nn.Embedding(PLACES, 8)
        self.bar = nn.Embedding(PLACES, 4)
        self.inward = nn.Linear(FEATURES + 12, width)
        self.drop = nn.Dropout(dropout)
        self.rnn = nn.GRU(width, width, 1, batch_first=True, bidirectional=True)
        self.middle = nn.Linear(2 * width, width)
        self.out = nn.Linear(width, KINDS)
        self.tonic = nn.Linear(4 * width, 2)
        # how well a chord fits a key, by its degree
        self.fitting = nn.Parameter(torch.zeros(2, CLASSES, KINDS))
        self.moves = nn.Parameter(torch.zeros(CLASSES, KINDS, KINDS))
        self.stays = nn.Parameter(torch.zeros(PLACES))
        each = torch.arange(CLASSES)
        self.register_buffer("degrees", (each[:, None] - each[None, :]) % CLASSES)  # [root, tonic]
        self.register_buffer("above", (each[:, None] + each[None, :]) % CLASSES)  # [root, interval]
        state = torch.arange(STATES)
        self.register_buffer("apart", (state[None] // KINDS - state[:, None] // KINDS) % CLASSES)

    def forward(
        self,
        melody: tuple[Tensor, Tensor, Tensor, Tensor],
        slot: Tensor,
        count: int,
        more: int = 0,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read melodies: pitch indices [N, T], flags [N, T, 3], places and bars [N, T].

        `slot` [N, T] numbers their `count` beats (-1: none), `more` is how many will follow that
        nobody has heard yet. Returns emissions [N, S, 12, kinds] without the key's part, the key's
        logits [N, 24], and each slot's place in its bar in beats [N, S].
        """
        pitch, flags, place, bar = melody
        classes, plain, first, there = self.slots(pitch, flags, slot, count, more)
        beat = (torch.matmul(first, place.unsqueeze(2).float()).squeeze(2) / self.steps).long()
        beats = (torch.matmul(first, bar.unsqueeze(2).float()).squeeze(2) / self.steps).long()
        beat, beats = beat.clamp(0, self.places - 1), beats.clamp(0, self.places - 1)
        plain = torch.cat([plain, self.place(beat), self.bar(beats)], 2)
        size = pitch.size(0)
        # the classes seen from each root
        seen = classes.unsqueeze(2).expand(-1, -1, self.classes, -1, -1)
        index = self.above.unsqueeze(1).expand(-1, classes.size(2), -1)
        seen = seen.gather(4, index.expand(size, count, -1, -1, -1)).flatten(3)
        x = torch.cat([seen, plain.unsqueeze(2).expand(-1, -1, self.classes, -1)], 3)
        x = F.relu(self.inward(x)).transpose(1, 2).flatten(0, 1)  # [N * 12, S, width]
        read = self.drop(self.read(self.drop(x), there))
        middle = F.relu(self.middle(read))
        emissions = (
            self.out(self.drop(middle)).view(size, self.classes, count, self.kinds).transpose(1, 2)
        )
        last = there * (1 - torch.cat([there[:, 1:], torch.zeros_like(there[:, :1])], 1))
        weights = torch.stack([there / there.sum(1, keepdim=True).clamp(min=1.0), last], 1)
        read = read.view(size, self.classes, count, -1)
        pooled = torch.matmul(weights.unsqueeze(1), read).flatten(2)  # [N, 12, 4 width]
        keys = self.tonic(pooled).transpose(1, 2).flatten(1)
        return emissions, keys, beat

    def read(self, x: Tensor, there: Tensor) -> Tensor:
        """Read beats [N * 12, S, width] in both directions, of pieces as long as `there` says."""
        if not self.training:
            out: Tensor = self.rnn(x)[0]  # one piece, without padding
            return out
        lengths = there.sum(1).long().repeat_interleave(self.classes).cpu()
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        read, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return read

    def keyed(self, keys: Tensor) -> Tensor:
        """Score chords by their degree in keys as likely as `keys` [N, 24]: [N, 12, kinds]."""
        table = self.fitting[:, self.degrees]  # [2, root, tonic, kinds]
        scored: Tensor = torch.einsum("nmt,mrtk->nrk", keys.view(-1, 2, self.classes), table)
        return scored

    def transitions(self) -> Tensor:
        """Lay out the scores of going from one state to another, [states, states]."""
        kind = torch.arange(STATES, device=self.moves.device) % self.kinds
        table: Tensor = self.moves[self.apart, kind[:, None], kind[None]]
        return table
