"""The plan of a song as its voices need it: the chord of each frame, and where the piece ends."""

from typing import Final, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.music.sixteenths import STEPS_PER_BEAT
from models.networks.chorale.chord_states import CHORD_KINDS, KINDS, NO_CHORD, QUALITIES, STATES
from models.networks.chorale.layout import LOWEST
from models.networks.chorale.led_chords import LedChords
from models.networks.chorale.plan_net import PlanNet
from models.networks.chorale.planner import Planner
from models.networks.common.chord_reader import ChordReader
from models.networks.common.noise import gumbels

_SALT = 104729  # plans and voices must not be drawn from the same numbers


class Plan(NamedTuple):
    """The plan of T frames of melody.

    `states` [1, T, 2] are the chords of each frame and of the next beat, `slot` [T] numbers the
    beats, `keys` [24] says how likely each key is, `strict` [T] how strictly the voices keep to the
    plan, 0..1, and `led` [T, 13] which chords were given, as LedChords lays them out.
    """

    states: Tensor
    slot: Tensor
    keys: Tensor
    strict: Tensor
    led: Tensor


class SongPlan(nn.Module):
    """Plan the chords of a window of melody, going on from what was played before."""

    no_chord: Final[int] = NO_CHORD
    states: Final[int] = STATES
    salt: Final[int] = _SALT
    lowest: Final[int] = LOWEST
    steps: Final[int] = STEPS_PER_BEAT

    def __init__(self, net: PlanNet) -> None:
        super().__init__()
        self.planner = Planner(net)
        self.reader = ChordReader(QUALITIES, KINDS)
        self.led_chords = LedChords()
        self.kinds = KINDS
        self.basses = [kind.bass for kind in CHORD_KINDS]
        self.tones = [list(kind.tones) for kind in CHORD_KINDS]

    def spelled(self, state: int, led: list[float]) -> tuple[float, float, float]:
        """Give the root and the bass of a state as pitch classes, and its tones as bits.

        A chord that leads (`led`, 13 numbers as LedChords gives them) has the tones that were told.
        """
        root, kind = state // self.kinds, state % self.kinds
        bass = (root + self.basses[kind]) % 12
        bits = 0
        for tone in self.tones[kind]:
            bits += 1 << ((root + tone) % 12)
        told = 0
        for tone in range(12):
            if led[tone] > 0.0:
                told += 1 << tone
        if told > 0:
            bits, bass = told, int(led[12])
        return float(root), float(bass), float(bits)

    def forward(
        self,
        melody: tuple[Tensor, Tensor, Tensor, Tensor],
        origin: int,
        known: tuple[int, Tensor],
        told: tuple[Tensor, Tensor],
        controls: dict[str, float],
        seed: int,
    ) -> Plan:
        """Plan pitches [1, T], flags [1, T, 3], places and bars [1, T] from frame `origin` on.

        `known` is (frame of the window, voices [n, 3]) that were played before, `told` are rows
        [n, 5] of chords that are held or given, and of the notes on which phrases end; `controls`
        are those of Planner, but for the key: 0 of the control is to find it. Under chords that are
        given the plan is wholly strict.
        """
        pitch, flags, place, bar = melody
        step = self.steps
        first = origin // step
        slot = (torch.arange(pitch.size(1)) + origin).div(step, rounding_mode="floor") - first
        count = int(slot[-1]) + 1
        given = self.played(pitch[0], slot, known, count)
        lead = told[0]
        self.led(given, lead, first)
        begun: list[int] = torch.floor(told[1][:, 1] + 0.01).long().tolist()
        closing: list[int] = []
        for beat in begun:
            if 0 <= beat - first < count - 1:  # the last beat ends the piece
                closing.append(beat - first)  # noqa: PERF401 - TorchScript knows no such `if`
        controls["key"] = controls["key"] - 1.0  # 0 of the control is to find it
        noise = torch.zeros(0)
        if controls["temperature"] > 0.0:
            noise = gumbels(seed + self.salt, torch.arange(count) + first, self.states)
        states, keys, strict = self.planner(
            (pitch, flags, place, bar), slot[None], count, (given, closing), noise, controls
        )
        following = torch.cat([states[1:], torch.full([1], self.no_chord)])
        if lead.size(0) > 0:
            strict = torch.ones_like(strict)
        paired = torch.stack([states[slot], following[slot]], 1)[None]
        chords = self.led_chords(lead, origin, pitch.size(1))
        return Plan(paired, slot, keys, strict[slot], chords)

    def led(self, given: list[int], lead: Tensor, first: int) -> None:
        """Put the chords of rows `lead` into the beats that they sound in."""
        rows: list[list[float]] = lead[torch.argsort(lead[:, 3])].tolist()
        for s in range(len(given)):
            begin = float(first + s)
            weights = torch.zeros(12)
            bass = -1
            for row in rows:
                inside = min(row[1] + row[2], begin + 1.0) - max(row[1], begin)
                if inside > 0.25:
                    weights[int(row[3]) % 12] += inside
                    bass = int(row[3]) % 12 if bass < 0 else bass
            if bass >= 0:
                given[s] = int(self.reader(weights[None], torch.tensor([bass]))[0])

    def played(
        self, pitch: Tensor, slot: Tensor, known: tuple[int, Tensor], count: int
    ) -> list[int]:
        """Name the chords of the beats that were played whole; -1 for all others."""
        out = [-1] * count
        begin, voices = known
        size = voices.size(0)
        if size == 0:
            return out
        frames = torch.cat([pitch[begin : begin + size, None], voices], 1) + self.lowest
        beats = slot[begin : begin + size]
        first, last = int(beats[0]), int(beats[-1]) + 1
        states: list[int] = self.named(frames, beats - first, last - first).tolist()
        frames_played: list[int] = torch.bincount(beats, minlength=count).tolist()
        frames_there: list[int] = torch.bincount(slot, minlength=count).tolist()
        for number in range(first, last):
            if frames_played[number] == frames_there[number]:
                out[number] = states[number - first]
        return out

    def named(self, pitches: Tensor, beats: Tensor, count: int) -> Tensor:
        """Name the chords of `count` beats, [count], as it was taught: MIDI pitches [T, 4].

        `beats` [T] number the beats of the frames.
        """
        before = torch.cat([torch.full([2], -1), beats])[:-2]
        early = torch.where(beats != before, 2.0, 1.0)  # the first two frames of a beat
        ones = F.one_hot(pitches % 12, 12).float() * early[:, None, None]
        weights = torch.zeros(count, 12).index_add(0, beats, ones.sum(1))
        bass = torch.zeros(count, 12).index_add(0, beats, ones[:, 3]).argmax(1)
        states: Tensor = self.reader(weights, bass)
        return states
