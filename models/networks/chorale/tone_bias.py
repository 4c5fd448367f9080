"""Holds the voices to the chord on which a piece ends, and a little to those on the way."""

import torch
from torch import Tensor, nn

from models.networks.chorale.chord_states import CHORD_KINDS, KINDS, STATES
from models.networks.chorale.layout import LOWEST, PITCHES

_FORBIDDEN = 1.0e3
_ROOTED = 0  # the interval of a bass that must be kept


class ToneBias(nn.Module):
    """Price the candidate pitches of alto, tenor and bass by the planned chord."""

    strange: Tensor
    other_bass: Tensor
    ending: Tensor
    with_third: Tensor
    thirds: Tensor

    def __init__(self) -> None:
        super().__init__()
        classes = (torch.arange(PITCHES) + LOWEST) % 12
        strange = torch.zeros(STATES + 1, PITCHES)
        other_bass = torch.zeros(STATES + 1, PITCHES)
        ending = torch.zeros(STATES + 1, 3, PITCHES)
        # the same where the soprano has no third: the tenor sings it, and the alto does not
        with_third = torch.zeros(STATES + 1, 3, PITCHES)
        thirds = torch.full([STATES + 1], -1)
        for state in range(STATES):
            root, number = divmod(state, KINDS)
            kind = CHORD_KINDS[number]
            tones = torch.tensor([(root + tone) % 12 for tone in kind.tones])
            strange[state] = (~torch.isin(classes, tones)).float()
            other_bass[state] = (classes != (root + kind.bass) % 12).float()
            ending[state] = strange[state]
            if kind.bass == _ROOTED:
                ending[state, 2] = (classes != root).float()
            thirds[state] = tones[1]
            with_third[state] = ending[state]
            with_third[state, 0] = (strange[state] + (classes == tones[1])).clamp(max=1)
            with_third[state, 1] = (classes != tones[1]).float()
        self.register_buffer("strange", strange)
        self.register_buffer("other_bass", other_bass)
        self.register_buffer("ending", ending * _FORBIDDEN)
        self.register_buffer("with_third", with_third * _FORBIDDEN)
        self.register_buffer("thirds", thirds)
        self.lowest = LOWEST
        # nats against alto, tenor and bass outside the chord where a beat begins
        self.first = (1.0, 0.8, 1.0)
        self.degree = 0.4  # nats against another chord tone in the bass there

    def forward(
        self, soprano: Tensor, states: Tensor, slot: Tensor, held: tuple[Tensor, Tensor, Tensor]
    ) -> Tensor:
        """Price [T, 3, 1, 64] from soprano, state and beat of each frame [T].

        `held` says how strictly the voices keep to the plan where a beat begins and after that,
        [T] each, and where it ends [T].
        """
        strict, after, final = held
        begins = torch.ones_like(final)
        begins[1:] = (slot[1:] != slot[:-1]).float()
        begins = begins * strict + (1.0 - begins) * after
        weight = begins[:, None] * torch.tensor(self.first)
        price = weight[:, :, None] * self.strange[states][:, None]
        price[:, 2] += (self.degree * begins)[:, None] * self.other_bass[states]
        sung = ((soprano + self.lowest) % 12 == self.thirds[states])[:, None, None]
        ending = torch.where(sung, self.ending[states], self.with_third[states])
        price = price + ending * final[:, None, None]
        return -price.unsqueeze(2)
