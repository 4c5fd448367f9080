"""The Bach accompanist as one TorchScript instrument: melody in, alto, tenor and bass out."""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.artifact.generator import CHORDS, PHRASES
from models.networks.chorale.layout import LOWEST, PITCHES
from models.networks.chorale.likelihood import ChoraleLikelihood
from models.networks.chorale.net import ChoraleNet
from models.networks.chorale.sampler import ChoraleSampler, Reading
from models.networks.chorale.song_plan import Plan, SongPlan
from models.networks.chorale.tone_bias import ToneBias
from models.networks.chorale.window import MelodyWindow, Window
from models.networks.common.noise import gumbels, uniforms
from models.networks.common.sixteenth_grid import SixteenthGrid


class ChoraleGenerator(nn.Module):
    """Notes in, notes out (the contract of an artifact), around a trained ChoraleNet.

    It plans the chords of the melody first, then writes the voices frame by frame.
    """

    lowest: Final[int] = LOWEST
    pitches: Final[int] = PITCHES
    samples: Final[int] = 24  # settings that vote for the likeliest one, at temperature 0
    chord_rows: Final[int] = CHORDS
    phrase_rows: Final[int] = PHRASES
    recent: Final[int] = 16  # frames before what is written that tell where it is struck again
    vote_weight: Final[float] = 20.0  # of their votes beside the network's own logits

    def __init__(self, net: ChoraleNet, ranges: list[tuple[int, int]]) -> None:
        super().__init__()
        self.grid = SixteenthGrid()
        self.window = MelodyWindow()
        self.song_plan = SongPlan(net.planner)
        self.reading = Reading(net)
        self.sampler = ChoraleSampler(net, ranges)
        self.tones = ToneBias()
        # Of the voices while somebody plays: what is held may have to give way to a new chord.
        self.live_strictness = 8.0
        # After a beat's beginning: a passing note leads to where nobody knows yet.
        self.live_patience = 4.0
        self.articulation = net.articulation
        self.likelihood = ChoraleLikelihood(net)

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows that alto, tenor and bass play in [begin, end)."""
        rows, _ = self.answer_with_plan(notes, begin, end, controls, seed)
        return rows

    def plan(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the chords that `forward` would write in [begin, end), [N, 7].

        A row is (start, duration, root, bass, tones, key, certainty): beats, pitch classes, the
        tones as bits of a number, the key 0..23 (minor from 12 on) and how likely it is.
        """
        window = self.window(notes, begin, end, controls)
        if window.last <= window.first:
            return torch.zeros(0, 7)
        return self.told(window, self.chords(notes, window, controls, seed))

    def answer_with_plan(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> tuple[Tensor, Tensor]:
        """Return what `forward` and `plan` do, planned once."""
        window = self.window(notes, begin, end, controls)
        if window.last <= window.first:
            return torch.zeros(0, 5), torch.zeros(0, 7)
        plan = self.chords(notes, window, controls, seed)
        voices, struck = self.write(notes, window, plan, controls, seed)
        rows = self.rows(voices, struck, window.active, window.velocity)
        return self.placed(rows, window.first, begin, end), self.told(window, plan)

    def told(self, window: Window, plan: Plan) -> Tensor:
        """Lay a plan out in rows as `plan` gives them."""
        states: list[int] = plan.states[0, :, 0].tolist()
        numbers: list[int] = plan.slot.tolist()
        led: list[list[float]] = plan.led.tolist()
        key, certainty = float(plan.keys.argmax()), float(plan.keys.max())
        out: list[list[float]] = []
        at = window.first - window.origin
        for t in range(at, window.last - window.origin):
            if t == at or numbers[t] != numbers[t - 1] or led[t] != led[t - 1]:
                start = (window.origin + t) / self.grid.steps
                root, bass, tones = self.song_plan.spelled(states[t], led[t])
                out.append([start, 0.0, root, bass, tones, key, certainty])
            out[-1][1] += 1.0 / self.grid.steps
        return torch.tensor(out)

    def chords(self, notes: Tensor, window: Window, controls: dict[str, float], seed: int) -> Plan:
        """Plan the window's chords, as SongPlan does."""
        settings = controls.copy()
        settings["cadence"] = self.cadence(window, controls)
        known = (window.first - window.origin - window.known.size(0), window.known)
        melody = (window.pitch, window.flags, window.place, window.bars)
        told = (notes[notes[:, 0] == self.chord_rows], notes[notes[:, 0] == self.phrase_rows])
        planned: Plan = self.song_plan(melody, window.origin, known, told, settings, seed)
        return planned

    def cadence(self, window: Window, controls: dict[str, float]) -> float:
        """Say how surely to come home: not at all where the end is far away, or not yet known."""
        is_open = not window.is_whole or "heard" in controls
        return 0.0 if is_open else controls["cadence"]

    def write(
        self,
        notes: Tensor,
        window: Window,
        plan: Plan,
        controls: dict[str, float],
        seed: int,
    ) -> tuple[Tensor, Tensor]:
        """Write the window's frames under a plan.

        Returns MIDI pitches [last - first, 3] and where a held pitch is struck again.
        """
        walk, heads, sung, roots = self.reading(
            window.pitch, window.flags, window.place, window.bars, plan.states
        )
        # frames to walk: the known ones, then those that are wanted
        known, wanted_from = window.known, window.first - window.origin
        cut, stop = wanted_from - known.size(0), window.last - window.origin
        wanted = torch.arange(window.first, window.last)
        soprano = window.pitch[0, cut:stop]
        part = (walk[cut:stop], heads[cut:stop], sung[cut:stop], roots[cut:stop])
        places: list[int] = window.place[0, cut:stop].tolist()
        rules = [controls["voice_leading"], -controls["movement"], 1.0]
        bias = self.chord_bias(window, plan, controls)
        sharpened = [rules[0], rules[1] - self.sampler.movement_bias, self.sampler.sharpness]
        if controls["temperature"] > 0.0:
            leave = window.origin + window.pitch.size(1)
            noise = self.noise(seed, wanted, 1)
            noise = noise * self.noise_scale(wanted, leave, controls["temperature"]) + bias
            rules = sharpened
        else:
            biases = bias
            if known.size(0) == 0:
                part, biases = self.plans(notes, window, controls)
            noise = self.votes(soprano, part, places, known, (wanted, biases), sharpened) + bias
        part = (walk[cut:stop], heads[cut:stop], sung[cut:stop], roots[cut:stop])
        voices = self.sampler(soprano, part, places, known, noise, rules)[0]
        whole = torch.cat([soprano[:, None], voices], 1)
        heard = max(known.size(0) - self.recent, 0)
        struck = self.restruck(whole[heard:], window, cut + heard, controls["temperature"], seed)
        return voices[known.size(0) :] + self.lowest, struck[known.size(0) - heard :]

    def restruck(
        self, voices: Tensor, window: Window, begin: int, temperature: float, seed: int
    ) -> Tensor:
        """Draw where held pitches are struck again, [T, 3], in `voices` [T, 4] from `begin` on."""
        end = begin + voices.size(0)
        flags = window.flags[:, begin:end].narrow(2, 0, 2)
        again = self.articulation(voices[None], flags, window.place[:, begin:end])[0]
        chance = uniforms(seed + 7919, torch.arange(begin, end) + window.origin, 3)
        if temperature <= 0.0:
            chance = torch.full_like(chance, 0.5)
        return torch.sigmoid(again) > chance

    def chord_bias(self, window: Window, plan: Plan, controls: dict[str, float]) -> Tensor:
        """Price the pitches of the window's frames by their chords, [last - first, 3, 1, 64]."""
        begin, end = window.first - window.origin, window.last - window.origin
        slot, strict = plan.slot, plan.strict
        after = torch.zeros_like(strict)
        if "heard" in controls:
            strict = torch.full_like(strict, self.live_strictness)
            after = torch.full_like(strict, self.live_patience)
        ending = self.cadence(window, controls) > 0.0
        final = (slot == slot[-1]).float() * float(ending)
        bias: Tensor = self.tones(
            window.pitch[0, begin:end],
            plan.states[0, begin:end, 0],
            slot[begin:end],
            (strict[begin:end], after[begin:end], final[begin:end]),
            plan.led[begin:end],
        )
        return bias

    def noise(self, seed: int, frames: Tensor, count: int) -> Tensor:
        """Draw what makes `count` settings differ, [T, 3, count, 64]."""
        drawn = gumbels(seed, frames, 3 * count * self.pitches)
        return drawn.view(-1, 3, count, self.pitches)

    def plans(
        self, notes: Tensor, window: Window, controls: dict[str, float]
    ) -> tuple[tuple[Tensor, Tensor, Tensor, Tensor], Tensor]:
        """Read the melody under as many drawn plans as there are votes.

        Returns what Reading does of several, and the prices of the pitches, [T, 3, votes, 64].
        """
        settings = controls.copy()
        settings["temperature"] = 1.0
        states: list[Tensor] = []
        biases: list[Tensor] = []
        for k in range(self.samples):
            plan = self.chords(notes, window, settings, k)
            states.append(plan.states)
            biases.append(self.chord_bias(window, plan, controls))
        walk, heads, sung, roots = self.reading.several(
            window.pitch, window.flags, window.place, window.bars, torch.cat(states)
        )
        begin, end = window.first - window.origin, window.last - window.origin
        part = (walk[begin:end], heads[begin:end], sung[begin:end], roots[begin:end])
        return part, torch.cat(biases, 2)

    def votes(
        self,
        soprano: Tensor,
        part: tuple[Tensor, Tensor, Tensor, Tensor],
        places: list[int],
        known: Tensor,
        wanted: tuple[Tensor, Tensor],
        rules: list[float],
    ) -> Tensor:
        """Let many settings vote for each pitch, [T, 3, 1, 64] in nats.

        The likeliest note by note is not the likeliest chorale: taking always the best note holds
        too long and drifts. What most settings agree on is nearest to all of them (minimum Bayes
        risk; Kumar & Byrne 2004). `part` and the prices in `wanted` are of one plan or of as many
        as there are votes.
        """
        noise = self.noise(0, wanted[0], self.samples) + wanted[1]
        drawn = self.sampler(soprano, part, places, known, noise, rules)[:, known.size(0) :]
        shares = F.one_hot(drawn, self.pitches).float().mean(0)
        return self.vote_weight * torch.log(shares + 0.02)[:, :, None]

    def noise_scale(self, frames: Tensor, leave: int, temperature: float) -> Tensor:
        """Scale the noise, [T, 1, 1, 1]: a phrase comes to rest on its likeliest chords."""
        resting = (frames >= leave - 2 * self.grid.steps).float()
        scale = temperature * (1 - 0.7 * resting)
        return scale[:, None, None, None]

    def log_likelihood(self, frames: Tensor) -> Tensor:
        """Score a chorale on the sixteenth grid, MIDI pitches [T, 4], -1 a rest: nats [T, 3].

        Alto, tenor and bass, each given the whole soprano and what comes before it; rests cost 0.
        """
        scores: Tensor = self.likelihood(frames)
        return scores

    def rows(
        self, voices: Tensor, struck: Tensor, active: list[bool], velocity: list[int]
    ) -> list[list[float]]:
        """Join frames into notes (track, first frame, last frame, pitch, velocity)."""
        out: list[list[float]] = []
        for v in range(3):
            line: list[int] = voices[:, v].tolist()
            again: list[bool] = struck[:, v].tolist()
            for note in self.grid.voice_notes(line, again, active):
                loud = float(min(max(int(0.85 * velocity[note[0]]), 1), 127))
                out.append([v + 1.0, float(note[0]), float(note[1]), float(note[2]), loud])
        return out

    def placed(self, rows: list[list[float]], first: int, begin: float, end: float) -> Tensor:
        """Turn frames into beats and cut at the borders; rows in order of start."""
        if len(rows) == 0:
            return torch.zeros(0, 5)
        table = torch.tensor(rows)
        start = ((table[:, 1] + first) / self.grid.steps).clamp(min=begin)
        stop = ((table[:, 2] + first) / self.grid.steps).clamp(max=end)
        table[:, 1] = start
        table[:, 2] = stop - start
        return table[torch.argsort(start, stable=True)]
