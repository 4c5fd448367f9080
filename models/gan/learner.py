"""Teaches a generator against its critic: what the training loop asks of both architectures."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from math import cos, pi
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from models.accompany import accompany
from models.artifact import LoadedGenerator
from models.clip import Composition
from models.data.piece import Corpus
from models.gan import losses
from models.gan.chain import (
    Chain,
    chord_loss,
    draw_chords,
    draw_voice,
    line_of,
    voice_loss,
)
from models.gan.instrument import GanInstrument, Generator
from models.gan.layout import Layout, layout_of
from models.gan.muse_gan import MuseConfig, MuseGenerator
from models.gan.rolls import song_of
from models.gan.unet_gan import STRIDE, Critic, UNetConfig, UNetGenerator
from models.gan.windows import Cutter, Window
from models.manifest import ControlSpec, Manifest
from models.training.compute import Compute

CONTROLS = (
    ControlSpec(
        "temperature", "Temperature", 0.0, 2.0, 1.0, "",
        "0 always takes the likeliest notes; higher surprises more",
    ),
    ControlSpec(
        "movement", "Movement", -3.0, 3.0, 0.0, "nats",
        "above 0 the voices move more often, below 0 they hold",
    ),
    ControlSpec(
        "voice_leading", "Strict voice leading", 0.0, 1.0, 1.0, "",
        "from 0.5 on, parallel fifths, octaves and unisons are forbidden",
    ),
)  # fmt: skip
_SHOWN_PIECES = 60  # validation pieces that are scored, at most


@dataclass(frozen=True)
class GanPlan:
    """How the adversaries learn; the defaults mend DeepComposer's (1e-3, 5, 1, 0, 10)."""

    learning_rate: float = 1e-3
    critic_rate: float = 1e-3
    critic_steps: int = 2  # critic updates for each of the generator's
    adversarial: float = 0.05  # weight of the critic's opinion
    reconstruction: float = 1.0  # weight of the likelihood of the true voices
    penalty: float = 10.0
    batch_size: int = 32
    critic_batch: int = 16
    steps: int = 128
    critic_window: int = 64
    warmup: float = 0.5  # share of the training before the critic begins
    averaging: float = 0.995
    weight_decay: float = 0.01
    revisits: int = 0  # tracks that the instrument writes anew when it knows the others

    @classmethod
    def read(cls, options: Mapping[str, float]) -> "GanPlan":
        """Take the plan's numbers among the options; ValueError for impossible ones."""
        known: dict[str, Any] = {f.name: f.default for f in fields(cls)}
        plan = cls(**{k: type(v)(options.get(k, v)) for k, v in known.items()})
        for name in ("steps", "critic_window"):
            if getattr(plan, name) % STRIDE or getattr(plan, name) < STRIDE:
                raise ValueError(
                    f"{name} must be a multiple of {STRIDE}, got {getattr(plan, name)}"
                )
        if plan.critic_steps < 1 or plan.batch_size < 1 or plan.critic_batch < 1:
            raise ValueError("critic_steps, batch_size and critic_batch must be at least 1")
        return plan


class GanLearner:
    """A generator and a critic at school."""

    def __init__(
        self,
        architecture: str,
        corpus: Corpus,
        compute: Compute,
        plan: GanPlan,
        layout: Layout,
        networks: tuple[nn.Module, nn.Module],
    ) -> None:
        self.architecture, self.corpus, self.compute, self.plan = (
            architecture,
            corpus,
            compute,
            plan,
        )
        self.layout = layout
        songs = [s for s in (song_of(p, layout) for p in corpus.train) if s]
        self.valid = [s for s in (song_of(p, layout) for p in corpus.valid) if s][:_SHOWN_PIECES]
        if not songs or not self.valid:
            raise ValueError("no training or no validation piece has a melody that sounds")
        self.cutter = Cutter(layout, songs, plan.steps)
        self.critic_cutter = Cutter(layout, songs, plan.critic_window)
        self.generator = networks[0].to(compute.device)
        self.critic = networks[1].to(compute.device)
        self.mean = AveragedModel(self.generator, avg_fn=_running_mean(plan.averaging))
        self.chain = Chain(layout.rows).to(compute.device)
        # Adam with beta1 = .5 belongs to Wasserstein critics; the decay guards 236 chorales' worth.
        self.optimisers = {
            "generator": torch.optim.AdamW(
                self.generator.parameters(), plan.learning_rate, (0.5, 0.9),
                weight_decay=plan.weight_decay,
            ),
            "critic": torch.optim.Adam(self.critic.parameters(), plan.critic_rate, (0.5, 0.9)),
        }  # fmt: skip
        self.modules = {"generator": self.generator, "critic": self.critic, "mean": self.mean}
        steps = sum(len(s) for s in songs)
        self.steps_per_epoch = steps / (plan.batch_size * plan.steps)

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Update the critic some times and the generator once."""
        self.generator.train()
        self._rates(progress)
        said: dict[str, float] = {}
        fights = self.plan.adversarial > 0 and progress >= self.plan.warmup
        if fights:
            for _ in range(self.plan.critic_steps):
                said = self._critic_step(random)
        loss = torch.zeros((), device=self.compute.device)
        if self.plan.reconstruction > 0:
            rebuilt, again = self._reconstruction(self._draw(self.cutter, random), random)
            loss = self.plan.reconstruction * (rebuilt + 0.3 * again)
            said["reconstruction"], said["strikes"] = rebuilt.item(), again.item()
        if fights:
            window = self._draw(self.critic_cutter, random)
            fooled = losses.generator_loss(
                lambda fake: self.critic(fake, window.melody), self._fakes(window, random)
            )
            said["generator"] = fooled.item()
            # a new critic's opinion is worth little: it comes in over a twentieth of the training
            heard = min((progress - self.plan.warmup) / 0.05, 1.0)
            loss = loss + self.plan.adversarial * heard * fooled
        self._update("generator", self.generator, loss)
        self.mean.update_parameters(self.generator)
        return said

    def _rates(self, progress: float) -> None:
        rise = min(progress / 0.02, 1.0) * 0.95 + 0.05
        fall = 0.02 + 0.98 * (1 + cos(pi * min(progress, 1.0))) / 2
        rates = {"generator": self.plan.learning_rate, "critic": self.plan.critic_rate}
        for name, optimiser in self.optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = rates[name] * min(rise, fall)

    def _draw(self, cutter: Cutter, random: np.random.Generator) -> Window:
        size = self.plan.batch_size if cutter is self.cutter else self.plan.critic_batch
        window = cutter.draw(random, size)
        return window.part(self.compute.share(size)).to(self.compute.device)

    def _update(self, name: str, module: nn.Module, loss: Tensor) -> None:
        self.optimisers[name].zero_grad()
        loss.backward()
        _average_gradients(module, self.compute)
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0 if name == "generator" else 10.0)
        self.optimisers[name].step()

    def _critic_step(self, random: np.random.Generator) -> dict[str, float]:
        window = self._draw(self.critic_cutter, random)
        with torch.no_grad():
            fake = self._fakes(window, random)
        real = self._shown(window.rolls)

        def score(tracks: Tensor) -> Tensor:
            scores: Tensor = self.critic(tracks, window.melody)
            return scores

        apart = losses.critic_loss(score, real, fake)
        mix = torch.rand(len(real), device=real.device)
        penalty = losses.gradient_penalty(score, real, fake, mix)
        self._update("critic", self.critic, apart + self.plan.penalty * penalty)
        return {"critic": apart.item(), "gradient_penalty": penalty.item()}

    def _shown(self, rolls: Tensor) -> Tensor:
        """What the critic sees of real music: rows and strikes, [N, V * (rows + 1), T]."""
        struck = (rolls == 2).any(-1)[..., None]
        seen = torch.cat([rolls > 0, struck], -1).float()
        return seen.transpose(2, 3).flatten(1, 2)

    def _noise(self, window: Window) -> Tensor:
        size = window.melody.size(2) // STRIDE
        noise = cast(int, self.generator.noise)
        return torch.randn(len(window.melody), noise, size, device=window.melody.device)

    def _fakes(self, window: Window, random: np.random.Generator) -> Tensor:
        """Draw accompaniments track by track as the instrument does, as the critic sees them.

        The gradient goes to one track, chosen at random: the others are what it is heard with.
        """
        noise = self._noise(window)
        taught = int(random.integers(self.layout.tracks)) if torch.is_grad_enabled() else -1
        rolls = torch.zeros_like(window.rolls)
        known = torch.zeros_like(window.rolls[..., 0], dtype=torch.bool)
        seen: list[Tensor] = [torch.empty(0)] * self.layout.tracks
        for i, track in enumerate(self.layout.order):
            with torch.set_grad_enabled(i == taught):
                table = self._tables(window.melody, rolls, known, noise)[:, track]
                cells, struck = self._drawn(table, track, window)
            seen[track] = torch.cat([cells, struck[..., None]], -1)
            on = cells.detach().round()
            began = struck.detach().round()[..., None]
            rolls[:, track] = (on + on * began).to(rolls.dtype)
            known[:, track] = True
        return torch.stack(seen, 1).transpose(2, 3).flatten(1, 2)

    def _drawn(self, table: Tensor, track: int, window: Window) -> tuple[Tensor, Tensor]:
        if self.layout.chords[track]:
            return draw_chords(table, window.entry[:, track])
        return draw_voice(self.chain, table, self._entry(window, track))

    def _entry(self, window: Window, track: int) -> Tensor:
        line = line_of(window.entry[:, track])
        return torch.where(window.begun, line, torch.full_like(line, self.layout.rows + 1))

    def _tables(self, melody: Tensor, rolls: Tensor, known: Tensor, noise: Tensor) -> Tensor:
        return tables(self.generator, melody, rolls, known, noise)

    def _reconstruction(self, window: Window, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Score the true tracks, some of them known: nats a step and track, a held step."""
        known, weight = _hidden(self.layout, window, random)
        out = self._tables(window.melody, window.rolls, known, self._noise(window))
        total = torch.zeros((), device=out.device)
        strikes = torch.zeros((), device=out.device)
        for track in range(self.layout.tracks):
            counted = weight[:, track] * (window.inside & ~known[:, track])
            rows, again = self._nats(out[:, track], track, window, counted)
            total, strikes = total + rows, strikes + again
        cells = (weight * (window.inside[:, None] & ~known)).sum().clamp(min=1)
        return total / cells, strikes / cells

    def _nats(
        self, table: Tensor, track: int, window: Window, counted: Tensor
    ) -> tuple[Tensor, Tensor]:
        roll = window.rolls[:, track]
        if self.layout.chords[track]:
            return chord_loss(table, roll, window.entry[:, track], counted), counted.sum() * 0
        entry = self._entry(window, track)
        return voice_loss(self.chain, table, roll, entry, counted)

    @torch.inference_mode()
    def validate(self) -> Mapping[str, float]:
        """Score whole validation pieces: nats a note-step of each track given those before it."""
        net = self.mean.module.eval()
        noise = torch.Generator().manual_seed(0)
        sums = np.zeros((self.layout.tracks, 3))
        for song in self.valid:
            window = self.cutter.whole(song).to(self.compute.device)
            known = torch.zeros_like(window.rolls[..., 0], dtype=torch.bool)
            size = (1, cast(int, net.noise), window.melody.size(2) // STRIDE)
            stir = torch.randn(size, generator=noise).to(self.compute.device)
            for track in self.layout.order:
                out = tables(net, window.melody, window.rolls, known, stir)[:, track]
                rows, again = self._nats(out, track, window, window.inside.float())
                sums[track] += (float(rows), float(again), float(window.inside.sum()))
                known[:, track] = True
        nats = sums[:, 0] / sums[:, 2]
        said = {f"nats_{t.role}": float(n) for t, n in zip(self.corpus.tracks, nats, strict=True)}
        strikes = float(sums[:, 1].sum() / sums[:, 2].sum())
        return {"loss": float(nats.mean()), "strikes": strikes, **said}

    def best(self) -> Mapping[str, nn.Module]:
        """Give the running mean of the generator."""
        return {"mean": self.mean}

    def sample(self, count: int) -> Sequence[Composition]:
        """Accompany the first `count` validation melodies, seed 0."""
        manifest = Manifest(
            self.architecture, self.architecture, "accompany", self.corpus.tracks, self.controls()
        )
        module = cast(torch.jit.ScriptModule, self.instrument().eval())
        player = LoadedGenerator(manifest, module)
        return [accompany(player, p.composition, 0) for p in self.corpus.valid[:count]]

    def instrument(self) -> nn.Module:
        """Build the instrument from the running mean."""
        net = cast(Generator, deepcopy(self.mean.module))
        with torch.no_grad():  # rounding halves the packed file and changes no figure
            for parameter in net.parameters():
                parameter.copy_(parameter.bfloat16().float())
        return GanInstrument(net, self.layout, self._again())

    def _again(self) -> tuple[int, ...]:
        """Choose the tracks that are written a second time, the first one written first."""
        return self.layout.order[: self.plan.revisits]

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe temperature, movement and strictness."""
        return CONTROLS

    def meters(self) -> tuple[str, ...]:
        """List the meters of the training pieces, the commonest first."""
        found: dict[str, int] = {}
        for piece in self.corpus.train:
            for _, meter in piece.composition.meter.changes:
                found[str(meter)] = found.get(str(meter), 0) + 1
        return tuple(sorted(found, key=lambda m: -found[m]))


def tables(net: nn.Module, melody: Tensor, rolls: Tensor, known: Tensor, noise: Tensor) -> Tensor:
    """Ask a generator: tables [N, V, T, K], from features, rolls and which steps are known."""
    sure = known.float()
    sound = (rolls > 0).float() * sure[..., None]
    struck = (rolls == 2).any(-1).float() * sure
    heard = torch.cat([sound, struck[..., None], sure[..., None]], -1).transpose(2, 3)
    out: Tensor = net(torch.cat([melody, heard.flatten(1, 2)], 1), noise)
    return out


def _hidden(layout: Layout, window: Window, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Choose what is known [N, V, T], and how much each track's unknown steps weigh [N, V, 1]."""
    count, steps, tracks = len(window.melody), window.melody.size(2), layout.tracks
    known = np.zeros((count, tracks, steps), bool)
    weight = np.ones((count, tracks, 1), np.float32)
    for n in range(count):
        if random.random() < 0.75:  # as the instrument writes: one track after the other
            done = int(random.integers(tracks))
            known[n, list(layout.order[:done])] = True
            weight[n, list(layout.order[done + 1 :])] = 0.25
        else:
            known[n] = (random.random(tracks) < 0.6)[:, None]
            known[n, int(random.integers(tracks))] = False
        at = int(random.integers(1, steps // 4)) * 4
        draw = random.random()
        if draw < 0.3:
            known[n, :, :at] = True
        elif draw < 0.4:
            known[n, :, at:] = True
    device = window.melody.device
    return torch.from_numpy(known).to(device), torch.from_numpy(weight).to(device)


def _average_gradients(module: nn.Module, compute: Compute) -> None:
    """Share gradients between processes (DistributedDataParallel knows no second derivatives)."""
    if compute.count == 1:
        return
    for parameter in module.parameters():
        if parameter.grad is not None:
            torch.distributed.all_reduce(parameter.grad)
            parameter.grad /= compute.count


def _running_mean(decay: float) -> Any:  # noqa: ANN401 - the type of avg_fn
    def mix(mean: Tensor, weight: Tensor, averaged: Tensor | int) -> Tensor:
        count = float(averaged)
        return torch.lerp(weight, mean, min(decay, (1 + count) / (10 + count)))

    return mix


def make_unet(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> GanLearner:
    """Make a U-Net generator with its critic."""
    plan, layout = GanPlan.read(options), layout_of(corpus)
    config = UNetConfig.read(options)
    networks = UNetGenerator(layout, config), Critic(layout, config.critic_width)
    return GanLearner("unet-gan", corpus, compute, plan, layout, networks)


def make_muse(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> GanLearner:
    """Make MuseGAN's generator, conditioned on the melody, with its critic."""
    plan, layout = GanPlan.read(options), layout_of(corpus)
    config = MuseConfig.read(options)
    networks = MuseGenerator(layout, config), Critic(layout, config.critic_width)
    return GanLearner("muse-gan", corpus, compute, plan, layout, networks)
