"""Judges the chords of a melody's slots: with the whole melody known, and while it is played.

One network reads the melody from each of the twelve possible roots, so that what it learns in one
key it knows in all. A second one, which only looks back, says which chord is due now and in slots
that nobody has heard yet.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.harmoniser.features import (
    BARS,
    GROUPS,
    HEARD_GROUPS,
    HEARD_PLAIN,
    PLACES,
    PLAIN,
)
from models.networks.harmoniser.vocabulary import KINDS, MODE_OF, MODES, STATES

CLASSES = 12
AHEAD = (0, 1, 2, 4)  # slots after the last one heard for which the live network has a head
_FITS_NOT = -30.0


@dataclass(frozen=True)
class HarmonyConfig:
    """Sizes of a HarmonyNet."""

    width: int = 64  # of the network that knows the whole melody
    live_width: int = 48  # of the one that knows only what was heard
    layers: int = 5  # each looks twice as far as the one before
    dropout: float = 0.2

    def __post_init__(self) -> None:
        for name in ("width", "live_width", "layers"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be in 0..1, got {self.dropout:g}")


class RootView(nn.Module):
    """Looks at slots from each root: the part that both networks have."""

    above: Tensor

    def __init__(self, groups: int, plain: int, width: int, dropout: float) -> None:
        super().__init__()
        self.groups, self.plain, self.roots = groups, plain, CLASSES
        self.place = nn.Embedding(PLACES, 8)
        self.beats = nn.Embedding(PLACES, 4)
        self.number = nn.Embedding(BARS, 4)
        self.inward = nn.Linear(groups * 12 + plain + 16, width)
        self.drop = nn.Dropout(dropout)
        each = torch.arange(CLASSES)
        self.register_buffer("above", (each[:, None] + each[None]) % CLASSES)

    def forward(self, classes: Tensor, plain: Tensor, counts: Tensor) -> Tensor:
        """Turn [N, S, groups, 12], [N, S, plain], [N, S, 3] into [N * 12, S, width]."""
        size, count = classes.size(0), classes.size(1)
        seen = classes[:, :, : self.groups].unsqueeze(2).expand(-1, -1, self.roots, -1, -1)
        index = self.above.unsqueeze(1).expand(-1, self.groups, -1)
        seen = seen.gather(4, index.expand(size, count, -1, -1, -1)).flatten(3)
        told = torch.cat(
            [plain[:, :, : self.plain], self.place(counts[:, :, 0]),
             self.beats(counts[:, :, 1]), self.number(counts[:, :, 2])], 2
        )  # fmt: skip
        x = torch.cat([seen, told.unsqueeze(2).expand(-1, -1, self.roots, -1)], 3)
        x = F.relu(self.inward(x)).transpose(1, 2).flatten(0, 1)
        out: Tensor = self.drop(x)
        return out


class Reading(nn.Module):
    """Looks over slots by dilated convolutions (van den Oord et al. 2016), both ways or back."""

    def __init__(self, width: int, layers: int, is_causal: bool) -> None:
        super().__init__()
        self.is_causal = is_causal
        # as products of matrices these are twice as quick on a processor as nn.Conv1d is
        self.looks = nn.ModuleList(nn.Linear(3 * width, width) for _ in range(layers))
        self.mixes = nn.ModuleList(nn.Linear(width, width) for _ in range(layers))

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """Read [R, S, width]; what is not `there` [R, S, 1] is silent."""
        reach, size = 1, x.size(1)
        for look, mix in zip(self.looks, self.mixes):  # noqa: B905 - TorchScript knows no strict
            before = 2 * reach if self.is_causal else reach
            wide = F.pad(x, [0, 0, before, 2 * reach - before])
            seen = [wide.narrow(1, i * reach, size) for i in range(3)]
            x = (x + mix(F.relu(look(torch.cat(seen, 2))))) * there
            reach *= 2
        return x


class HarmonyNet(nn.Module):
    """Scores chords by slot: of a random field over paths, of kinds, of keys, and live."""

    degrees: Tensor
    apart: Tensor
    allowed: Tensor

    def __init__(self, config: HarmonyConfig | None = None) -> None:
        super().__init__()
        config = config or HarmonyConfig()
        width, live = config.width, config.live_width
        self.roots, self.modes, self.kinds = CLASSES, MODES, KINDS
        self.ahead = list(AHEAD)
        self.drop = nn.Dropout(config.dropout)
        self.judged = RootView(GROUPS, PLAIN, width, config.dropout)
        self.reading = Reading(width, config.layers, False)
        self.middle = nn.Linear(width, width)
        self.out = nn.Linear(width, MODES)
        self.tonic = nn.Linear(2 * width, 2)
        self.staying = nn.Linear(width, 1)
        self.fitting = nn.Parameter(torch.zeros(2, CLASSES, MODES))  # by degree in a key
        self.moves = nn.Parameter(torch.zeros(CLASSES, MODES, MODES))
        self.kind = nn.Linear(width, KINDS)
        self.leads = nn.Parameter(torch.zeros(CLASSES * MODES + 1, KINDS))  # by what follows
        self.live_judged = RootView(HEARD_GROUPS, HEARD_PLAIN, live, config.dropout)
        self.live_reading = Reading(live, config.layers, True)
        self.live_out = nn.Linear(live, MODES * len(AHEAD))
        self.live_kind = nn.Linear(live, KINDS)
        self.live_moves = nn.Parameter(torch.zeros(len(AHEAD), CLASSES, MODES, MODES))
        each = torch.arange(CLASSES)
        self.register_buffer("degrees", (each[:, None] - each[None]) % CLASSES)  # [root, tonic]
        state = torch.arange(STATES)
        apart = (state[None] // MODES - state[:, None] // MODES) % CLASSES
        self.register_buffer("apart", apart)
        allowed = torch.tensor([[mode == of for of in MODE_OF] for mode in range(MODES)])
        self.register_buffer("allowed", torch.where(allowed, 0.0, _FITS_NOT))

    def forward(
        self, classes: Tensor, plain: Tensor, counts: Tensor, there: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Judge slots [N, S] of which those `there` [N, S] are in the song.

        Returns emissions [N, S, STATES] without the key's part, bonuses for staying [N, S], logits
        of keys [N, 24], and what kinds are judged by, [N, S, 12, width].
        """
        size, count = there.size(0), there.size(1)
        inside = there.repeat_interleave(self.roots, 0).unsqueeze(2)
        read = self.drop(self.reading(self.judged(classes, plain, counts) * inside, inside))
        middle = F.relu(self.middle(read)).view(size, self.roots, count, -1).transpose(1, 2)
        emissions = self.out(middle).flatten(2)
        read = read.view(size, self.roots, count, -1)
        stays = self.staying(read.mean(1)).squeeze(2)
        last = there * (1 - torch.cat([there[:, 1:], torch.zeros_like(there[:, :1])], 1))
        weights = torch.stack([there / there.sum(1, keepdim=True), last], 1)
        pooled = torch.matmul(weights.unsqueeze(1), read).flatten(2)  # [N, 12, 2 width]
        keys = self.tonic(pooled).transpose(1, 2).flatten(1)
        return emissions, stays, keys, middle

    def keyed(self, keys: Tensor) -> Tensor:
        """Score chords by their degree in keys as likely as `keys` [N, 24]: [N, STATES]."""
        table = self.fitting[:, self.degrees]  # [2, root, tonic, modes]
        scored: Tensor = torch.einsum("nmt,mrtk->nrk", keys.view(-1, 2, self.roots), table)
        return scored.flatten(1)

    def transitions(self) -> Tensor:
        """Lay out the scores of going from one state to another, [STATES, STATES]."""
        table: Tensor = self.laid(self.moves)
        return table

    def live_transitions(self) -> Tensor:
        """Lay out, for each distance from what was heard, [distances, STATES, STATES]."""
        return torch.stack([self.laid(self.live_moves[i]) for i in range(len(self.ahead))])

    def laid(self, moves: Tensor) -> Tensor:
        """Lay out moves [12, modes, modes] by states."""
        mode = torch.arange(self.apart.size(0), device=moves.device) % self.modes
        table: Tensor = moves[self.apart, mode[:, None], mode[None]]
        return table

    def kind_scores(self, middle: Tensor, states: Tensor, following: Tensor) -> Tensor:
        """Score the kinds of chords [N, S] that lead to others (-1: to none): [N, S, KINDS]."""
        root = torch.div(states, self.modes, rounding_mode="floor")
        index = root[:, :, None, None].expand(-1, -1, 1, middle.size(3))
        own = middle.gather(2, index).squeeze(2)
        after = torch.div(following, self.modes, rounding_mode="floor")
        leads = (after - root) % self.roots * self.modes + following % self.modes
        leads = torch.where(following < 0, self.roots * self.modes, leads)
        scores: Tensor = self.kind(own) + self.leads[leads] + self.allowed[states % self.modes]
        return scores

    def live(self, classes: Tensor, plain: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
        """Judge, after each slot, the chords due then and later: [N, S, distances, STATES].

        The second tensor scores the kinds of a chord on each root now, [N, S, 12, KINDS].
        """
        size, count = classes.size(0), classes.size(1)
        x = self.live_judged(classes, plain, counts)
        read = self.drop(self.live_reading(x, torch.ones_like(x[:, :, :1])))
        out = self.live_out(read).view(size, self.roots, count, len(self.ahead), self.modes)
        kinds = self.live_kind(read).view(size, self.roots, count, self.kinds).transpose(1, 2)
        return out.permute(0, 2, 3, 1, 4).flatten(3), kinds
