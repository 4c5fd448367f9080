"""Decides the chords under a melody, beat by beat, before any voice is written.

The plan is drawn whole: messages from the end say what each beat may lead to (forward sampling
after backward filtering), so that a piece moves towards its cadence. A melody that comes again
takes the chords that it had: real chorales and songs do so nearly always.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE
from models.networks.chorale.chord_states import (
    CHORD_KINDS,
    KINDS,
    MAJOR_KINDS,
    MINOR_KINDS,
    STATES,
)
from models.networks.chorale.key_sense import CLASSES, KEYS
from models.networks.chorale.plan_net import PlanNet

_SCALES = (MAJOR_SCALE, NATURAL_MINOR_SCALE)
_RAISED = (9, 11)  # of a minor key: what its dominant and its rising line borrow
_BORROWED = 0.3  # how strange they are beside a tone that is in no form of the scale


def outside_tones() -> Tensor:
    """Count how many tones of each state lie outside of each key, [keys, states]."""
    table = torch.zeros(KEYS, STATES)
    for mode, scale in enumerate(_SCALES):
        for state in range(STATES):
            root, kind = divmod(state, KINDS)
            for tonic in range(CLASSES):
                for tone in CHORD_KINDS[kind].tones:
                    degree = (root + tone - tonic) % 12
                    if degree in scale:
                        continue
                    borrowed = mode == 1 and degree in _RAISED
                    table[mode * 12 + tonic, state] += _BORROWED if borrowed else 1.0
    return table


def tonic_chords() -> Tensor:
    """Mark the chords on which a piece in each key may end, [keys, states]."""
    table = torch.zeros(KEYS, STATES)
    for tonic in range(CLASSES):
        table[tonic, tonic * KINDS + MAJOR_KINDS[0]] = 1.0
        table[12 + tonic, tonic * KINDS + MINOR_KINDS[0]] = 1.0
        table[12 + tonic, tonic * KINDS + MAJOR_KINDS[0]] = 0.8  # the Picardy third
    return table


class Planner(nn.Module):
    """Draw the chords of a melody's beats; the controls are those of `plan`."""

    kinds: Final[int] = KINDS
    states: Final[int] = STATES
    outside: Tensor
    home: Tensor
    colours: Tensor
    going: Tensor

    def __init__(self, net: PlanNet) -> None:
        super().__init__()
        self.net = net
        self.strangeness = 0.4  # nats for each tone outside the key, by default
        self.cadence = 5.0
        self.rest = 0.3  # share of the noise that is left for the last chord
        self.calm = 0.8  # a plan is drawn at this share of the temperature: chosen by its changes
        self.again = (3.0, 5.0)  # nats for the chord that the same melody had, short and long
        self.short, self.long = 4, 12  # beats that make a melody the same, and surely so
        self.register_buffer("outside", outside_tones())
        self.register_buffer("home", tonic_chords())
        coloured = [float(len(kind.tones) > 3) for kind in CHORD_KINDS]
        self.register_buffer("colours", torch.tensor(coloured).repeat(CLASSES))
        with torch.no_grad():
            self.register_buffer("going", net.transitions().clone())

    def keys(self, logits: Tensor, key: int) -> Tensor:
        """Say how likely each key is, [24]; a `key` from 0 on is certain."""
        if key >= 0:
            out = torch.zeros_like(logits)
            out[key] = 1.0
            return out
        return torch.softmax(logits, 0)

    def forward(
        self,
        melody: tuple[Tensor, Tensor, Tensor, Tensor],
        slot: Tensor,
        count: int,
        given: list[int],
        noise: Tensor,
        controls: dict[str, float],
    ) -> tuple[Tensor, Tensor]:
        """Plan the beats of one melody: pitches [1, T], flags [1, T, 3], places and bars [1, T].

        `given` [S] are states that are settled already (-1: none), `noise` [S, states] draws the
        others (nothing is drawn at temperature 0). The controls are temperature, movement, colour,
        cadence (0: no ending is wanted) and key (0..23, -1: found). Returns states [S] and how
        likely each key is [24].
        """
        ends = controls["cadence"] > 0.0
        emissions, logits, beat = self.net(melody, slot, count, 0 if ends else 8)
        keys = self.keys(logits[0], int(controls["key"]))
        scores = (emissions + self.net.keyed(keys[None]).unsqueeze(1)).flatten(2)[0]
        colour = controls["colour"]
        scores = scores + colour * self.colours
        scores = scores - max(self.strangeness - 0.5 * colour, 0.0) * torch.matmul(
            keys, self.outside
        )
        if ends:
            ending = self.cadence * controls["cadence"] * torch.matmul(keys, self.home)
            scores[count - 1] += ending
            if noise.size(0) == count:  # a piece comes to rest on its likeliest chord
                resting = torch.ones(count, 1)
                resting[count - 1] = self.rest
                noise = noise * resting
        self.settle(scores, given)
        stays = self.holding(beat[0], melody[3][0, -1], controls["movement"])
        again = self.repeats(melody[0][0], melody[1][0, :, 1], slot[0], count)
        if controls["temperature"] > 0.0:
            return self.sampled(scores, stays, again, noise, controls["temperature"]), keys
        return self.agreed(scores, stays), keys

    def settle(self, scores: Tensor, given: list[int]) -> None:
        """Leave beats whose state is given no other choice, in `scores` [S, states]."""
        for s in range(len(given)):
            if given[s] >= 0:
                scores[s] = -1.0e3
                scores[s, given[s]] = 0.0

    def holding(self, beat: Tensor, bar: Tensor, movement: float) -> Tensor:
        """Score staying on a chord on each beat, [S]: a slow harmony moves on strong beats only."""
        stays = self.net.stays[beat]
        half = torch.div(bar, 8, rounding_mode="floor") if int(bar) % 8 == 0 else bar
        weak = (beat % half.clamp(min=1) != 0).float()
        middle = (beat != 0).float() * (1 - weak)
        slow = max(-movement, 0.0)
        stays = stays + 6.0 * min(slow, 1.0) * weak + 6.0 * min(max(slow - 1.0, 0.0), 1.0) * middle
        return stays - max(movement, 0.0)

    def repeats(
        self, pitch: Tensor, onset: Tensor, slot: Tensor, count: int
    ) -> list[tuple[int, int]]:
        """Find for each beat the earlier one of the same melody, and how long the melodies agree.

        Beats that never sounded before have (-1, 0).
        """
        size = pitch.size(0)
        time = torch.arange(size)
        first = torch.full([count], size).scatter_reduce(0, slot, time, "amin")
        within = time - first[slot]
        # one number for what is sung in a beat: pitches and onsets at their places
        mixed = (pitch * 2 + onset.long() + 1) * (
            (within * within * 7919 + within * 104729 + 31) % 1000003
        )
        signs = torch.zeros(count, dtype=torch.long).scatter_add(0, slot, mixed)
        same = (signs[:, None] == signs[None]).long()
        back = torch.zeros(count, count, dtype=torch.long)
        ahead = torch.zeros(count, count, dtype=torch.long)
        row = torch.zeros(count, dtype=torch.long)
        zero = torch.zeros(1, dtype=torch.long)
        for s in range(count):
            row = (torch.cat([zero, row[:-1]]) + 1) * same[s]
            back[s] = row
        row = torch.zeros(count, dtype=torch.long)
        for i in range(count):
            s = count - 1 - i
            row = (torch.cat([row[1:], zero]) + 1) * same[s]
            ahead[s] = row
        total = torch.tril((back + ahead - 1) * same, -1)
        length, source = total.max(1)
        lengths: list[int] = length.tolist()
        sources: list[int] = source.tolist()
        return [
            (sources[s], lengths[s]) if lengths[s] >= self.short else (-1, 0) for s in range(count)
        ]

    def messages(self, scores: Tensor, stays: Tensor, going: Tensor) -> Tensor:
        """Say of each beat's states how well they lead to the end, in logarithms, [S, states]."""
        count = scores.size(0)
        own = going.diagonal()
        out = torch.zeros_like(scores)
        likely = (scores - scores.max(1, keepdim=True)[0]).exp()
        more = stays.exp() - 1
        weight = torch.ones(scores.size(1))
        for i in range(count - 1):
            s = count - 1 - i
            led = likely[s] * weight
            weight = torch.mv(going, led) + more[s] * own * led
            weight = weight / weight.max()
            out[s - 1] = weight
        out[count - 1] = 1.0
        return out.clamp(min=1e-30).log()

    def sampled(
        self,
        scores: Tensor,
        stays: Tensor,
        again: list[tuple[int, int]],
        noise: Tensor,
        temperature: float,
    ) -> Tensor:
        """Draw a plan, [S], from the field made flatter or steeper by the temperature."""
        # Below this the sharpened weights leave the range of single precision.
        warmth = max(self.calm * temperature, 0.1)
        scores, stays, table = scores / warmth, stays / warmth, self.going / warmth
        led = self.messages(scores, stays, (table - table.max()).exp()) + scores + noise
        states: list[int] = []
        last = -1
        for s in range(scores.size(0)):
            here = led[s]
            if last >= 0:
                here = here + table[last]
                here[last] += stays[s]
            source, length = again[s]
            if source >= 0:
                here[states[source]] += self.again[int(length >= self.long)] / warmth
            last = int(here.argmax())
            states.append(last)
        return torch.tensor(states)

    def agreed(self, scores: Tensor, stays: Tensor) -> Tensor:
        """Choose each beat's likeliest state, [S]: the plan that most others agree with."""
        going = (self.going - self.going.max()).exp()
        behind = self.messages(scores, stays, going)
        own = going.diagonal()
        more = stays.exp() - 1
        likely = (scores - scores.max(1, keepdim=True)[0]).exp()
        weight = likely[0]
        states = [int((weight.log() + behind[0]).argmax())]
        for s in range(1, scores.size(0)):
            weight = (torch.mv(going.t(), weight) + more[s] * own * weight) * likely[s]
            weight = (weight / weight.max()).clamp(min=1e-30)
            states.append(int((weight.log() + behind[s]).argmax()))
        return torch.tensor(states)
