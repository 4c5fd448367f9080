"""The Bach accompanist as one TorchScript instrument: melody in, alto, tenor and bass out."""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.likelihood import ChoraleLikelihood
from models.networks.chorale.net import LOWEST, MAX_BAR_STEPS, PITCHES, ChoraleNet
from models.networks.chorale.sampler import ChoraleSampler, Reading
from models.networks.common.noise import gumbels, uniforms
from models.networks.common.sixteenth_grid import SixteenthGrid


class ChoraleGenerator(nn.Module):
    """Notes in, notes out (the contract of an artifact), around a trained ChoraleNet."""

    window: Final[int] = 256  # frames of melody read before and after what is asked for
    context: Final[int] = 128  # frames of earlier accompaniment that are walked through again
    # A bar or two more while someone plays must come quickly, and is no worse with less of both.
    short: Final[int] = 32
    near: Final[int] = 64
    lowest: Final[int] = LOWEST
    pitches: Final[int] = PITCHES
    bar_limit: Final[int] = MAX_BAR_STEPS
    voters: Final[int] = 24  # settings that vote for the likeliest one, at temperature 0
    insistence: Final[float] = 3.0  # weight of their votes beside the network's own word

    def __init__(self, net: ChoraleNet, ranges: list[tuple[int, int]]) -> None:
        super().__init__()
        self.grid = SixteenthGrid()
        self.reading = Reading(net)
        self.sampler = ChoraleSampler(net, ranges)
        self.articulation = net.articulation
        self.likelihood = ChoraleLikelihood(net)

    def forward(
        self, notes: Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> Tensor:
        """Return the rows that alto, tenor and bass play in [begin, end)."""
        grid = self.grid
        melody = notes[notes[:, 0] == 0]
        if melody.size(0) == 0 or end <= begin:
            return torch.zeros(0, 5)
        first, last = grid.frame_before(begin), grid.frame_after(end)
        entry = grid.frame_before(float(melody[:, 1].min()))
        leave = grid.frame_after(float((melody[:, 1] + melody[:, 2]).max()))
        # Nothing sounds after the melody, and the network was taught that a piece ends with it.
        last = min(last, -grid.beat_before(-leave))
        if last <= first:
            return torch.zeros(0, 5)
        window = self.near if last - first <= self.short else self.window
        origin = grid.beat_before(max(min(entry, first), first - window))
        horizon = max(min(leave, last + window), last)
        pitch, sounding, onset, velocity = grid.melody_frames(melody, origin, horizon)
        bar = max(grid.frame(controls["beats_per_bar"]), 1)
        active = grid.active_frames(sounding, bar)[first - origin : last - origin]
        if not any(active):
            return torch.zeros(0, 5)
        shift = grid.register_shift(pitch)
        bridged = [grid.fold(p, shift) - self.lowest for p in grid.bridge(pitch)]
        flags = [[float(s) for s in sounding], [float(o) for o in onset]]
        melody_tensors = (torch.tensor(bridged)[None], torch.tensor(flags).t()[None])
        known = self.known_context(notes, origin, first)
        voices, struck = self.write(
            melody_tensors, (origin, first, last, bar), known, controls, seed
        )
        rows = self.rows(voices, struck, active, velocity[first - origin :])
        return self.placed(rows, first, begin, end)

    def known_context(self, notes: Tensor, origin: int, first: int) -> Tensor:
        """Collect the frames just before `first` in which all three voices sound, [n, 3]."""
        size = min(first - origin, self.context)
        lines = [self.grid.context_frames(notes, v + 1, first - size, size) for v in range(3)]
        known = 0
        for i in range(size):
            t = size - 1 - i
            if lines[0][t] < 0 or lines[1][t] < 0 or lines[2][t] < 0:
                break
            known += 1
        frames = torch.tensor(lines, dtype=torch.long).t()[size - known :]
        return (frames - self.lowest).clamp(0, self.pitches - 1)

    def write(
        self,
        melody: tuple[Tensor, Tensor],
        span: tuple[int, int, int, int],
        known: Tensor,
        controls: dict[str, float],
        seed: int,
    ) -> tuple[Tensor, Tensor]:
        """Write the frames of `span` (origin, first, last, bar).

        Returns MIDI pitches [last - first, 3] and where a held pitch is struck again.
        """
        pitch, flags = melody
        origin, first, last, bar = span
        places = [min((origin + t) % bar, self.bar_limit - 1) for t in range(pitch.size(1))]
        place = torch.tensor(places)[None]
        walk, heads, sung = self.reading(
            pitch, flags, place, torch.full_like(place, min(bar, self.bar_limit))
        )
        # frames to walk: the known ones, then those that are wanted
        cut, stop = first - origin - known.size(0), last - origin
        frames = torch.arange(cut, stop) + origin
        soprano = pitch[0, cut:stop]
        part = (walk[cut:stop], heads[cut:stop], sung[cut:stop])
        rules = [controls["voice_leading"], -controls["movement"], 1.0]
        wanted = frames[known.size(0) :]
        if controls["temperature"] > 0.0:
            daring = self.daring(wanted, origin + pitch.size(1), controls["temperature"])
            noise = self.noise(seed, wanted, 1) * daring
            rules = [rules[0], rules[1] - self.sampler.liveliness, self.sampler.sharpness]
        else:
            noise = self.votes(soprano, part, places[cut:stop], known, wanted, rules)
        voices = self.sampler(soprano, part, places[cut:stop], known, noise, rules)[0]
        whole = torch.cat([soprano[:, None], voices], 1)
        again = self.articulation(whole[None], flags[:, cut:stop], place[:, cut:stop])[0]
        chance = uniforms(seed + 7919, frames, 3)
        if controls["temperature"] <= 0.0:
            chance = torch.full_like(chance, 0.5)
        struck = torch.sigmoid(again) > chance
        return voices[known.size(0) :] + self.lowest, struck[known.size(0) :]

    def noise(self, seed: int, frames: Tensor, count: int) -> Tensor:
        """Draw what makes `count` settings differ, [T, 3, count, 64]."""
        drawn = gumbels(seed, frames, 3 * count * self.pitches)
        return drawn.view(-1, 3, count, self.pitches)

    def votes(
        self,
        soprano: Tensor,
        part: tuple[Tensor, Tensor, Tensor],
        places: list[int],
        known: Tensor,
        frames: Tensor,
        rules: list[float],
    ) -> Tensor:
        """Let many settings vote for each pitch, [T, 3, 1, 64] in nats.

        The likeliest note by note is not the likeliest chorale: taking always the best note holds
        too long and drifts. What most settings agree on is nearest to all of them (minimum Bayes
        risk; Kumar & Byrne 2004).
        """
        rules = [rules[0], rules[1] - self.sampler.liveliness, self.sampler.sharpness]
        noise = self.noise(0, frames, self.voters)
        drawn = self.sampler(soprano, part, places, known, noise, rules)[:, known.size(0) :]
        shares = F.one_hot(drawn, self.pitches).float().mean(0)
        return self.insistence * torch.log(shares + 0.02)[:, :, None]

    def daring(self, frames: Tensor, leave: int, temperature: float) -> Tensor:
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
