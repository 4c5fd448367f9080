"""Decides the chords under a melody, beat by beat, before any voice is written.

The plan is drawn whole: messages from the end say what each beat may lead to (forward sampling
after backward filtering), so that a piece moves towards its cadence. A melody that comes again
takes the chords that it had: real chorales and songs do so nearly always.
"""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE
from models.networks.chorale.blues_sense import BluesSense, blues_chords
from models.networks.chorale.chord_states import (
    CHORD_KINDS,
    KINDS,
    MAJOR_KINDS,
    MINOR_KINDS,
    SEVENTH_KINDS,
    STATES,
)
from models.networks.chorale.false_relations import contradicted_tones
from models.networks.chorale.key_sense import CLASSES, KEYS
from models.networks.chorale.layout import LOWEST
from models.networks.chorale.plan_net import PlanNet
from models.networks.common.chord_path import ChordPath
from models.networks.common.melody_repeats import MelodyRepeats

_SCALES = (MAJOR_SCALE, NATURAL_MINOR_SCALE)
_RAISED = (9, 11)  # of a minor key: what its dominant and its rising line borrow
_BORROWED = 0.3  # how strange they are beside a tone that is in no form of the scale
# Of a major key: the tones of its minor (a teacher marks them at once) beside those of its
# dominants, which are raised.
_FLAT_SIDE = (3, 8, 10)
# Where the root of a dominant seventh may go: a fifth down, nowhere, a step up.
_RESOLVED = (5, 0, 1, 2)
# How well a phrase ends on triads, by their degree and whether they are minor: in major, in minor.
_RESTS: tuple[dict[tuple[int, bool], float], ...] = (
    {(0, False): 1.0, (7, False): 1.0, (9, True): 0.8, (5, False): 0.8, (2, True): 0.6},
    {(0, True): 1.0, (7, False): 1.0, (3, False): 0.9, (5, True): 0.7, (8, False): 0.6,
     (10, False): 0.6, (0, False): 0.6},
)  # fmt: skip
_ANY_TRIAD = 0.4
_UNRESOLVED = 1.5  # nats where it goes elsewhere


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


def flat_tones() -> Tensor:
    """Count the tones of each state that a major key has from its minor, [keys, states]."""
    table = torch.zeros(KEYS, STATES)
    for state in range(STATES):
        root, kind = divmod(state, KINDS)
        for tonic in range(CLASSES):
            degrees = {(root + tone - tonic) % 12 for tone in CHORD_KINDS[kind].tones}
            # The third of the dominant of the sixth degree is a raised fifth.
            is_raised = 8 in degrees and 4 in degrees
            table[tonic, state] = len(degrees & set(_FLAT_SIDE)) - float(is_raised)
    return table


def unresolved() -> Tensor:
    """Mark the moves in which a dominant seventh does not resolve, [states, states]."""
    state = torch.arange(STATES)
    motion = (state[None] // KINDS - state[:, None] // KINDS) % CLASSES
    is_seventh = torch.isin(state % KINDS, torch.tensor(SEVENTH_KINDS))
    return (is_seventh[:, None] & ~torch.isin(motion, torch.tensor(_RESOLVED))).float()


def tonic_chords() -> Tensor:
    """Mark the chords on which a piece in each key may end, [keys, states]."""
    table = torch.zeros(KEYS, STATES)
    for tonic in range(CLASSES):
        table[tonic, tonic * KINDS + MAJOR_KINDS[0]] = 1.0
        table[12 + tonic, tonic * KINDS + MINOR_KINDS[0]] = 1.0
        table[12 + tonic, tonic * KINDS + MAJOR_KINDS[0]] = 0.8  # the Picardy third
    return table


def resting_chords() -> Tensor:
    """Say how well a phrase ends on each state in each key, [keys, states]: on triads on roots."""
    table = torch.zeros(KEYS, STATES)
    for tonic in range(CLASSES):
        for mode, degrees in enumerate(_RESTS):
            for root in range(CLASSES):
                for kind in (MAJOR_KINDS[0], MINOR_KINDS[0]):
                    degree = ((root - tonic) % 12, kind == MINOR_KINDS[0])
                    worth = degrees.get(degree, _ANY_TRIAD)
                    table[mode * 12 + tonic, root * KINDS + kind] = worth
    return table


class Planner(nn.Module):
    """Draw the chords of a melody's beats; the controls are those of `plan`."""

    kinds: Final[int] = KINDS
    states: Final[int] = STATES
    lowest: Final[int] = LOWEST
    outside: Tensor
    contradicted: Tensor
    flat: Tensor
    home: Tensor
    rests: Tensor
    colours: Tensor
    blue: Tensor

    def __init__(self, net: PlanNet) -> None:
        super().__init__()
        self.net = net
        self.strangeness = 0.6  # nats for each tone outside the key, by default
        self.flatness = 0.7  # nats more for each of them that a major key has from its minor
        self.contradiction = 6.0  # nats where all of a beat's melody is the key's tone beside one
        self.blueness = 6.0  # nats for the three chords of a blues
        self.blue_strictness = 3.0  # of the voices there: they learnt from no blues
        self.cadence = 5.0
        self.closing = 1.5  # nats for a chord on which a phrase may end
        # Of the temperature while somebody plays: who does not know what comes plays safe.
        self.live_calm = 0.85
        self.rest = 0.3  # share of the noise that is left for the first and the last chord
        self.opening = 1.5  # nats for beginning at home
        self.strictness = 0.45  # of the voices, where a melody is heard more than once
        self.repeats = MelodyRepeats()
        self.blues = BluesSense()
        self.register_buffer("outside", outside_tones())
        self.register_buffer("flat", flat_tones())
        self.register_buffer("contradicted", contradicted_tones())
        self.register_buffer("home", tonic_chords())
        self.register_buffer("rests", resting_chords())
        self.register_buffer("blue", blues_chords())
        coloured = [float(len(kind.tones) > 3) for kind in CHORD_KINDS]
        self.register_buffer("colours", torch.tensor(coloured).repeat(CLASSES))
        with torch.no_grad():
            going = net.transitions() - _UNRESOLVED * unresolved()
            self.path = ChordPath(going, again=(5.0, 8.0), calm=1.0)

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
        told: tuple[list[int], list[int]],
        noise: Tensor,
        controls: dict[str, float],
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Plan the beats of one melody: pitches [1, T], flags [1, T, 3], places and bars [1, T].

        `told` are the states that are settled already (-1: none) [S], and the beats on which the
        last notes of phrases begin; `noise` [S, states] draws the other states (nothing is drawn at
        temperature 0). The controls are temperature, movement, colour,
        cadence (0: no ending is wanted) and key (0..23, -1: found). Returns states [S], how likely
        each key is [24], and how strictly the voices have to keep to the plan, 0..1 [S].
        """
        ends, flags = controls["cadence"] > 0.0, melody[1][0]
        emissions, logits, beat = self.net(melody, slot, count, 0 if ends else 8)
        keys = self.keys(logits[0], int(controls["key"]))
        scores = (emissions + self.net.keyed(keys[None]).unsqueeze(1)).flatten(2)[0]
        is_blue = self.blues(melody[0][0], flags[:, 1], int(keys.argmax()))
        against = float(not is_blue) * self.against(keys, melody, slot[0], count)
        scores = scores + self.preference(keys, controls["colour"], is_blue) - against
        at_home = torch.matmul(keys, self.home)
        scores[0] += self.opening * at_home
        resting = torch.ones(count, 1)  # a piece begins and ends on its likeliest chords
        resting[0] *= self.rest
        if ends:
            scores[count - 1] += self.cadence * controls["cadence"] * at_home
            resting[count - 1] *= self.rest
        if noise.size(0) == count:
            noise = noise * resting
        for s in told[1]:
            scores[s] += self.closing * controls["cadence"] * torch.matmul(keys, self.rests)
        self.path.settle(scores, told[0])
        stays = self.holding(beat[0], melody[3][0, -1], controls["movement"])
        again = self.repeats(melody[0][0], flags[:, 1], slot[0], count, flags[:, 2])
        if ends and count > 0:
            again[count - 1] = (-1, 0)  # a piece comes home, whatever its phrases did before
        strict = self.strict(again)
        if is_blue:
            strict = torch.full_like(strict, self.blue_strictness)
        temperature = controls["temperature"]
        if "heard" in controls:
            temperature = temperature * self.live_calm
        if temperature > 0.0:
            return self.path.sampled(scores, stays, again, noise, temperature), keys, strict
        # Nothing is drawn here, so that nothing has to be held to what was drawn before.
        return self.path.agreed(scores, stays), keys, torch.zeros_like(strict)

    def preference(self, keys: Tensor, colour: float, is_blue: bool) -> Tensor:
        """Score the states by the key, [states]: tones outside it cost, `colour` makes them cheap.

        A blues has three chords, and tones outside the key in all of them.
        """
        coloured = colour * self.colours
        if is_blue:
            return coloured + self.blueness * torch.matmul(keys, self.blue)
        outside = max(self.strangeness - 0.5 * colour, 0.0) * torch.matmul(keys, self.outside)
        flat = max(self.flatness - 0.5 * max(colour, 0.0), 0.0) * torch.matmul(keys, self.flat)
        return coloured - outside - flat

    def against(
        self, keys: Tensor, melody: tuple[Tensor, Tensor, Tensor, Tensor], slot: Tensor, count: int
    ) -> Tensor:
        """Score how the melody that was heard contradicts the states, [S, STATES]."""
        heard = (melody[1][0, :, 0] * melody[1][0, :, 2])[:, None]
        ones = F.one_hot((melody[0][0] + self.lowest) % 12, 12).float() * heard
        sung = torch.zeros(count, 12).index_add(0, slot, ones)
        share = sung / torch.bincount(slot, minlength=count).clamp(min=1)[:, None]
        table = torch.matmul(keys, self.contradicted.float().flatten(1)).view(self.states, 12)
        return self.contradiction * torch.matmul(share, table.t())

    def strict(self, again: list[tuple[int, int]]) -> Tensor:
        """Say how strictly the voices keep to the plan, [S]: where a melody is heard twice."""
        out = torch.zeros(len(again))
        for s in range(len(again)):
            source, _ = again[s]
            if source >= 0:
                out[s] = self.strictness
                out[source] = self.strictness
        return out

    def holding(self, beat: Tensor, bar: Tensor, movement: float) -> Tensor:
        """Score staying on a chord on each beat, [S]: a slow harmony moves on strong beats only."""
        stays = self.net.stays[beat]
        half = torch.div(bar, 8, rounding_mode="floor") if int(bar) % 8 == 0 else bar
        weak = (beat % half.clamp(min=1) != 0).float()
        middle = (beat != 0).float() * (1 - weak)
        slow = max(-movement, 0.0)
        stays = stays + 6.0 * min(slow, 1.0) * weak + 6.0 * min(max(slow - 1.0, 0.0), 1.0) * middle
        return stays - max(movement, 0.0)
