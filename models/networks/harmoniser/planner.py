"""Decides the chords of a song whose melody is known to its end, the whole at once.

A melody that comes again takes the chords that it had: within a real song it does in 92 to 98 of a
hundred cases.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.common.chord_path import ChordPath
from models.networks.common.melody_repeats import MelodyRepeats
from models.networks.harmoniser.features import HEARD_PLAIN, MelodyFeatures
from models.networks.harmoniser.melody import Melody
from models.networks.harmoniser.net import HarmonyNet
from models.networks.harmoniser.rules import PlanRules
from models.networks.harmoniser.vocabulary import KINDS, MODES, STATES


class SongPlanner(nn.Module):
    """Draws the chords under a Melody: full states of the vocabulary."""

    states: Final[int] = STATES
    kinds: Final[int] = KINDS
    modes: Final[int] = MODES
    heard_plain: Final[int] = HEARD_PLAIN

    def __init__(self, net: HarmonyNet) -> None:
        super().__init__()
        self.net = net
        self.rules = PlanRules()
        self.features = MelodyFeatures()
        self.repeats = MelodyRepeats()
        self.rest = 0.3  # share of the noise that is left for the last chord
        with torch.no_grad():
            self.path = ChordPath(net.transitions().clone())

    def forward(
        self, melody: Melody, given: list[int], noise: Tensor, controls: dict[str, float]
    ) -> tuple[Tensor, Tensor]:
        """Plan each slot: full states [S], and how likely each key is, [24].

        `given` [S] are full states that are settled (-1: none), `noise` [S, STATES + KINDS] draws
        the others.
        """
        count = int(melody.slot[-1]) + 1
        temperature, movement = controls["temperature"], controls["movement"]
        homing = controls["cadence"] * self.rules.cadence if melody.is_whole else 0.0
        scores, stays, keys, middle = self.judged(melody, controls["key"], homing > 0.0)
        drawn = noise.narrow(1, 0, self.states).clone()
        frame = self.rules.frame(melody, count, melody.is_whole)[:, None]
        scores = scores - frame * self.rules.strange(keys)
        scores[count - 1] += homing * torch.matmul(keys, self.rules.home)
        if homing > 0.0:
            drawn[count - 1] *= self.rest  # a song comes to rest on its likeliest chord
        self.path.settle(scores, [self.rules.path_state(full) for full in given])
        held = stays + self.rules.holding(melody, movement)
        again = self.repeats(melody.pitch + 1, melody.onset, melody.slot, count)
        if temperature > 0.0:
            states = self.path.sampled(scores, held, again, drawn, temperature)
        else:
            states = self.path.agreed(scores, held)
        following = torch.cat([states[1:], torch.full([1], -1)])
        kinds = self.net.kind_scores(middle, states[None], following[None])[0]
        kinds = kinds + controls["colour"] * self.rules.coloured
        roots = torch.div(states, self.modes, rounding_mode="floor")
        kinds = kinds - frame * self.rules.strange_kinds(keys)[roots]
        kinds = kinds - self.rules.opening * frame * self.rules.coloured
        kinds = kinds + self.path.calm * temperature * noise.narrow(1, self.states, self.kinds)
        kinds[count - 1] -= 2 * homing * self.rules.coloured
        kept = self.rules.keeping + self.rules.slowness(melody, movement)
        return self.with_kinds(states, kinds, again, given, kept), keys

    def judged(
        self, melody: Melody, key: float, ends: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Score a melody's slots [S, STATES], staying [S] and keys [24]; and what kinds go by."""
        classes, plain, counts = self.features(
            melody.pitch, melody.onset, melody.slot, melody.place, melody.bar
        )
        if not ends:
            plain[:, self.heard_plain : self.heard_plain + 2] = 0.0
        there = torch.ones(1, classes.size(0))
        emissions, stays, logits, middle = self.net(classes[None], plain[None], counts[None], there)
        keys = self.rules.keys(torch.softmax(logits[0], 0), key)
        scores = (emissions + self.net.keyed(keys[None]).unsqueeze(1))[0]
        scores = scores - self.rules.strangeness * torch.matmul(keys, self.rules.outside)
        scores = scores - self.rules.against(keys, classes[:, :2].sum(1))
        return scores, stays[0], keys, middle

    def with_kinds(
        self,
        states: Tensor,
        scores: Tensor,
        again: list[tuple[int, int]],
        given: list[int],
        kept: Tensor,
    ) -> Tensor:
        """Choose the kind of each chord of a path by scores [S, KINDS]: full states [S].

        A chord that goes on, and one under a melody that comes again, would rather be as it was.
        """
        path: list[int] = states.tolist()
        out: list[int] = []
        for s in range(len(path)):
            if given[s] >= 0:
                out.append(given[s])
                continue
            here = scores[s]
            if s > 0 and path[s - 1] == path[s]:
                here[out[s - 1] % self.kinds] += kept[s]
            source = again[s][0]
            if source >= 0 and path[source] == path[s]:
                here[out[source] % self.kinds] += 2 * self.rules.keeping
            out.append(path[s] // self.modes * self.kinds + int(here.argmax()))
        return torch.tensor(out)
