"""Decides chords while the melody is still played: by what was heard, one after another.

Each chord is judged by how long ago the last slot was heard, by the chord before it, and by what
came next when the melody went like this before.
"""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from models.music.key import MAJOR_PROFILE, MINOR_PROFILE
from models.networks.common.melody_repeats import MelodyRepeats
from models.networks.harmoniser.features import MelodyFeatures
from models.networks.harmoniser.melody import Melody
from models.networks.harmoniser.net import HarmonyNet
from models.networks.harmoniser.rules import PlanRules
from models.networks.harmoniser.vocabulary import KINDS, MODES, STATES


class Heard(NamedTuple):
    """What heard slots say: judgments [K, distances, STATES], those of kinds [K, 12, KINDS].

    `sources` [S] are slots whose chords came when the melody went like this before (-1: none).
    """

    known: int
    logits: Tensor
    kinds: Tensor
    sources: list[int]
    keys: Tensor


class LivePlanner(nn.Module):
    """Draws the chords under a Melody of which only the frames before `heard` are known."""

    states: Final[int] = STATES
    kinds: Final[int] = KINDS
    modes: Final[int] = MODES
    going: Tensor
    profiles: Tensor

    def __init__(self, net: HarmonyNet) -> None:
        super().__init__()
        self.net = net
        self.rules = PlanRules()
        self.features = MelodyFeatures()
        self.repeats = MelodyRepeats()
        self.calm = 0.8  # share of the temperature at which chords are drawn
        self.memory = 2.5  # nats for the chord that came next when the melody was heard before
        self.sureness = 12.0  # of a key by how well its profile fits what was heard
        self.ahead = list(net.ahead)
        profiles = torch.tensor([MAJOR_PROFILE, MINOR_PROFILE])
        profiles = profiles - profiles.mean(1, keepdim=True)
        profiles = profiles / profiles.norm(dim=1, keepdim=True)
        each = torch.arange(12)
        shifts = (each[None] - each[:, None]) % 12
        self.register_buffer("profiles", profiles[:, shifts].flatten(0, 1))
        with torch.no_grad():
            self.register_buffer("going", net.live_transitions().clone())

    def forward(
        self, melody: Melody, given: list[int], noise: Tensor, controls: dict[str, float]
    ) -> tuple[Tensor, Tensor]:
        """Plan each slot, as SongPlanner does: full states [S], and how likely each key is."""
        count = int(melody.slot[-1]) + 1
        heard = self.listened(melody, count)
        keys = self.rules.keys(heard.keys, controls["key"])
        fitting = torch.zeros(self.states)
        if controls["key"] >= 1.0:
            fitting = self.net.keyed(keys[None])[0]
        held = self.rules.holding(melody, controls["movement"])
        noise = self.calm * controls["temperature"] * noise
        colour = controls["colour"] * self.rules.coloured
        frame: list[float] = self.rules.frame(melody, count, False).tolist()
        strange, strange_kinds = self.rules.strange(keys), self.rules.strange_kinds(keys)
        out: list[int] = []
        for s in range(count):
            full = given[s]
            if full < 0:
                at = min(s, max(heard.known - 1, 0))
                own = fitting - frame[s] * strange
                here = self.scored(heard, s, out, own) + noise[s, : self.states]
                if s > 0:
                    here[self.rules.path_state(out[s - 1])] += held[s]
                chosen = int(here.argmax())
                root, mode = chosen // self.modes, chosen % self.modes
                kind = heard.kinds[at, root] + self.net.allowed[mode] + colour
                kind = kind - frame[s] * strange_kinds[root]
                kind = kind + noise[s, self.states :]
                if s > 0 and self.rules.path_state(out[s - 1]) == chosen:
                    kind[out[s - 1] % self.kinds] += self.rules.keeping + held[s]
                full = root * self.kinds + int(kind.argmax())
            out.append(full)
        return torch.tensor(out), keys

    def scored(self, heard: Heard, s: int, before: list[int], fitting: Tensor) -> Tensor:
        """Score the chords of slot `s` after those `before`, [STATES]."""
        at = min(s, max(heard.known - 1, 0))
        head = self.head(s - at)
        here = heard.logits[at, head] + fitting
        if s > 0:
            here = here + self.going[head, self.rules.path_state(before[s - 1])]
        source = heard.sources[s]
        if 0 <= source < s:
            here[self.rules.path_state(before[source])] += self.memory
        return here

    def listened(self, melody: Melody, count: int) -> Heard:
        """Judge what was heard of a melody of `count` slots."""
        known = self.heard_slots(melody.slot, melody.heard)
        if known == 0:
            logits = torch.zeros(1, len(self.ahead), self.states)
            kinds = torch.zeros(1, 12, self.kinds)
            return Heard(0, logits, kinds, [-1] * count, torch.full([24], 1.0 / 24))
        size = min(int((melody.slot < known).sum()), melody.heard)
        pitch, onset, slot = melody.pitch[:size], melody.onset[:size], melody.slot[:size]
        classes, plain, counts = self.features(
            pitch, onset, slot, melody.place[:size], melody.bar[:size]
        )
        found, kind = self.net.live(classes[None], plain[None], counts[None])
        sounding = classes[:, :2].sum([0, 1])
        sounding = sounding - sounding.mean()
        fit = torch.mv(self.profiles, sounding / sounding.norm().clamp(min=1e-6))
        keys = torch.softmax(self.sureness * fit, 0)
        # What a key's likeliest tones say against a chord counts where it was heard, not ahead.
        found[0, :, 0] -= self.rules.against(keys, classes[:, :2].sum(1))
        sources = self.recalled(pitch, onset, slot, known, count)
        return Heard(known, found[0], kind[0], sources, keys)

    def head(self, distance: int) -> int:
        """Number the judgment for a slot so far after the last one that was heard."""
        out = 0
        for i, ahead in enumerate(self.ahead):
            if ahead <= distance:
                out = i
        return out

    def heard_slots(self, slot: Tensor, heard: int) -> int:
        """Count the slots of which at least half was heard."""
        if heard <= 0:
            return 0
        last = int(slot[min(heard, slot.size(0)) - 1])
        frames = int((slot == last).sum())
        part = int((slot[:heard] == last).sum())
        return last + int(2 * part >= frames)

    def recalled(
        self, pitch: Tensor, onset: Tensor, slot: Tensor, known: int, count: int
    ) -> list[int]:
        """Find for each slot the one whose chord came when the melody went like this before."""
        runs = self.repeats.runs(self.repeats.same(pitch + 1, onset, slot, known))
        length, source = torch.tril(runs, -1).max(1)
        lengths: list[int] = length.tolist()
        sources: list[int] = source.tolist()
        out: list[int] = []
        for s in range(count):
            at = min(s, known - 1)
            is_long = lengths[at] >= self.repeats.short
            out.append(sources[at] + s - at if is_long else -1)
        return out
