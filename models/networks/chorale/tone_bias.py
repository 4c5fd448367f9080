"""Holds the voices to chords that are given, and to the one on which a piece ends; a little to
those that were planned on the way.
"""

import torch
from torch import Tensor, nn

from models.networks.chorale.chord_states import CHORD_KINDS, KINDS, STATES
from models.networks.chorale.layout import LOWEST, PITCHES

_FORBIDDEN = 1.0e3
_ROOTED = 0  # the interval of a bass that must be kept


class ToneBias(nn.Module):
    """Price the candidate pitches of alto, tenor and bass by the planned chord."""

    strange: Tensor
    basses: Tensor
    ending: Tensor
    with_third: Tensor
    thirds: Tensor
    classes: Tensor

    def __init__(self) -> None:
        super().__init__()
        classes = (torch.arange(PITCHES) + LOWEST) % 12
        strange = torch.zeros(STATES + 1, 12)
        basses = torch.full([STATES + 1], -1)
        ending = torch.zeros(STATES + 1, 3, PITCHES)
        # the same where the soprano has no third: the tenor sings it, and the alto does not
        with_third = torch.zeros(STATES + 1, 3, PITCHES)
        thirds = torch.full([STATES + 1], -1)
        for state in range(STATES):
            root, number = divmod(state, KINDS)
            kind = CHORD_KINDS[number]
            tones = torch.tensor([(root + tone) % 12 for tone in kind.tones])
            strange[state] = (~torch.isin(torch.arange(12), tones)).float()
            basses[state] = (root + kind.bass) % 12
            ending[state] = strange[state][classes]
            if kind.bass == _ROOTED:
                ending[state, 2] = (classes != root).float()
            thirds[state] = tones[1]
            with_third[state] = ending[state]
            with_third[state, 0] = (ending[state, 0] + (classes == tones[1])).clamp(max=1)
            with_third[state, 1] = (classes != tones[1]).float()
        self.register_buffer("strange", strange)
        self.register_buffer("basses", basses)
        self.register_buffer("ending", ending * _FORBIDDEN)
        self.register_buffer("with_third", with_third * _FORBIDDEN)
        self.register_buffer("thirds", thirds)
        self.register_buffer("classes", classes)
        self.lowest = LOWEST
        # nats against alto, tenor and bass outside the chord where a beat begins
        self.first = (1.0, 0.8, 1.0)
        self.degree = 0.4  # nats against another chord tone in the bass there
        # Of chords that are given: nats where a beat or a chord begins, and after that.
        self.led_first, self.led_after = 20.0, 4.0
        self.led_bass = 14.0

    def forward(
        self,
        soprano: Tensor,
        states: Tensor,
        slot: Tensor,
        held: tuple[Tensor, Tensor, Tensor],
        led: Tensor,
    ) -> Tensor:
        """Price [T, 3, 1, 64] from soprano, state and beat of each frame [T].

        `held` says how strictly the voices keep to the plan where a beat begins and after that,
        [T] each, and where it ends [T]; `led` [T, 13] are chords that are given (LedChords).
        """
        strict, after, final = held
        is_led = (led[:, 12] >= 0).float()
        told = (led.narrow(1, 0, 12).sum(1) > 0).float()
        begins = torch.ones_like(final)
        begins[1:] = ((slot[1:] != slot[:-1]) | (led[1:] != led[:-1]).any(1)).float()
        strict = torch.where(is_led > 0, self.led_first, strict)
        after = torch.where(is_led > 0, self.led_after, after)
        other_bass = torch.where(is_led > 0, self.led_bass, self.degree * strict) * begins
        weight = (begins * strict + (1.0 - begins) * after)[:, None] * torch.tensor(self.first)
        tones = torch.where(told[:, None] > 0, 1.0 - led.narrow(1, 0, 12), self.strange[states])
        bass = torch.where(told > 0, led[:, 12].long(), self.basses[states])
        price = weight[:, :, None] * tones[:, self.classes][:, None]
        price[:, 2] += other_bass[:, None] * (self.classes[None] != bass[:, None]).float()
        # The endings that are laid out are those of states: another chord keeps to its tones.
        same = (tones == self.strange[states]).all(1) & (bass == self.basses[states])
        sung = ((soprano + self.lowest) % 12 == self.thirds[states])[:, None, None]
        ending = torch.where(sung, self.ending[states], self.with_third[states])
        price = price + ending * (final * same.float())[:, None, None]
        return -price.unsqueeze(2)
