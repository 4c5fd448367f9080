"""Teaches a generator against its critic: what the training loop asks of both architectures."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from math import cos, pi
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from models.artifact.manifest import ControlSpec
from models.data.piece import Corpus
from models.music.clip import Composition
from models.networks.common.averaging import running_mean
from models.networks.common.controls import MOVEMENT, TEMPERATURE, VOICE_LEADING
from models.networks.common.export import round_weights
from models.networks.common.sampling import performed
from models.networks.gan import losses
from models.networks.gan.fake_sampler import FakeSampler, hidden, shown, tables
from models.networks.gan.instrument import GanInstrument, Generator
from models.networks.gan.layout import Layout, layout_of
from models.networks.gan.muse_gan import MuseConfig, MuseGenerator
from models.networks.gan.plan import GanPlan
from models.networks.gan.rolls import rolls_of
from models.networks.gan.unet_gan import STRIDE, Critic, UNetConfig, UNetGenerator
from models.networks.gan.windows import RollWindow, WindowSampler
from models.training.compute import Compute
from models.training.learner import never, until
from models.training.options import read_options

CONTROLS = (
    replace(
        TEMPERATURE,
        default=0.7,
        description="0 always takes the likeliest notes; higher surprises more",
    ),
    MOVEMENT,
    VOICE_LEADING,
)
_SHOWN_PIECES = 60  # validation pieces that are scored, at most


class GanLearner:
    """Trains a generator against its critic."""

    def __init__(
        self,
        architecture: str,
        corpus: Corpus,
        compute: Compute,
        plan: GanPlan,
        layout: Layout,
        networks: tuple[nn.Module, nn.Module],
    ) -> None:
        self.architecture, self.corpus, self.layout = architecture, corpus, layout
        self.compute, self.plan = compute, plan
        songs = [s for s in (rolls_of(p, layout) for p in corpus.train) if s]
        self.valid = [s for s in (rolls_of(p, layout) for p in corpus.valid) if s][:_SHOWN_PIECES]
        if not songs or not self.valid:
            raise ValueError("no training or no validation piece has a melody that sounds")
        self.window_sampler = WindowSampler(layout, songs, plan.steps)
        self.critic_windows = WindowSampler(layout, songs, plan.critic_window)
        self.generator = networks[0].to(compute.device)
        self.critic = networks[1].to(compute.device)
        self.mean = AveragedModel(self.generator, avg_fn=running_mean(plan.averaging))
        self.fake_sampler = FakeSampler(layout, compute.device)
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
            rebuilt, again = self._rebuilding(random)
            loss = self.plan.reconstruction * (rebuilt + 0.3 * again)
            said["reconstruction"], said["strikes"] = rebuilt.item(), again.item()
        if fights:
            fooled = self._fooling(random)
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

    def _windows(self, random: np.random.Generator) -> RollWindow:
        """Draw windows for the critic: this process's share of them."""
        size = self.plan.critic_batch
        window = self.critic_windows.draw(random, size)
        return window.part(self.compute.share(size)).to(self.compute.device)

    def _update(self, name: str, module: nn.Module, loss: Tensor) -> None:
        self.optimisers[name].zero_grad()
        loss.backward()
        _average_gradients(module, self.compute)
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0 if name == "generator" else 10.0)
        self.optimisers[name].step()

    def _critic_step(self, random: np.random.Generator) -> dict[str, float]:
        window = self._windows(random)
        with torch.no_grad():
            fake = self._fakes(window, taught=-1)
        real = shown(window.rolls)

        def score(tracks: Tensor) -> Tensor:
            scores: Tensor = self.critic(tracks, window.melody)
            return scores

        apart = losses.critic_loss(score, real, fake)
        mix = torch.rand(len(real), device=real.device)
        penalty = losses.gradient_penalty(score, real, fake, mix)
        self._update("critic", self.critic, apart + self.plan.penalty * penalty)
        return {"critic": apart.item(), "gradient_penalty": penalty.item()}

    def _fooling(self, random: np.random.Generator) -> Tensor:
        """What the generator pays for being found out; one track at a time learns from it."""
        window = self._windows(random)
        fake = self._fakes(window, int(random.integers(self.layout.tracks)))
        return losses.generator_loss(lambda tracks: self.critic(tracks, window.melody), fake)

    def _fakes(self, window: RollWindow, taught: int) -> Tensor:
        noise = self._noise(window)

        def ask(rolls: Tensor, known: Tensor) -> Tensor:
            return tables(self.generator, window.melody, rolls, known, noise)

        return self.fake_sampler.fakes(ask, window, taught)

    def _noise(self, window: RollWindow) -> Tensor:
        size = window.melody.size(2) // STRIDE
        noise = cast(int, self.generator.noise)
        return torch.randn(len(window.melody), noise, size, device=window.melody.device)

    def _rebuilding(self, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Score the true tracks, some of them known: nats a step, for rows and for strikes."""
        size, device = self.plan.batch_size, self.compute.device
        window = self.window_sampler.draw(random, size)
        known, weight = hidden(self.layout, (size, self.plan.steps), random)
        share = self.compute.share(size)
        window = window.part(share).to(device)
        known, weight = known[share].to(device), weight[share].to(device)
        with self.compute.autocast():
            noise = self._noise(window)
            out = tables(self.generator, window.melody, window.rolls, known, noise)
        total = torch.zeros(2, device=device)
        counted = weight * (window.inside[:, None] & ~known)
        for track in range(self.layout.tracks):
            table = out[:, track].float()
            total = total + torch.stack(
                self.fake_sampler.nats(table, track, window, counted[:, track])
            )
        total = total / counted.sum().clamp(min=1)
        return total[0], total[1]

    @torch.inference_mode()
    def validate(self, enough: Callable[[], bool] = never) -> Mapping[str, float]:
        """Score whole validation pieces: nats a note-step of each track given those before it."""
        net = self.mean.module.eval()
        noise = torch.Generator().manual_seed(0)
        sums = np.zeros((self.layout.tracks, 3))
        for song in until(self.valid, enough):
            window = self.window_sampler.whole(song).to(self.compute.device)
            known = torch.zeros_like(window.rolls[..., 0], dtype=torch.bool)
            size = (1, cast(int, net.noise), window.melody.size(2) // STRIDE)
            stir = torch.randn(size, generator=noise).to(self.compute.device)
            for track in self.layout.order:
                out = tables(net, window.melody, window.rolls, known, stir)[:, track]
                rows, again = self.fake_sampler.nats(out, track, window, window.inside.float())
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
        return performed(self, [p.composition for p in self.corpus.valid[:count]])

    def instrument(self) -> nn.Module:
        """Build the instrument from the running mean."""
        net = cast(Generator, deepcopy(self.mean.module).cpu())
        round_weights(net)
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


def _average_gradients(module: nn.Module, compute: Compute) -> None:
    """Share gradients between processes (DistributedDataParallel knows no second derivatives)."""
    if compute.count == 1:
        return
    for parameter in module.parameters():
        if parameter.grad is not None:
            torch.distributed.all_reduce(parameter.grad)
            parameter.grad /= compute.count


def make_unet(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> GanLearner:
    """Make a U-Net generator with its critic."""
    config, layout = read_options(UNetConfig, options), layout_of(corpus)
    networks = UNetGenerator(layout, config), Critic(layout, config.critic_width)
    return GanLearner("unet-gan", corpus, compute, read_options(GanPlan, options), layout, networks)


def make_muse(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> GanLearner:
    """Make MuseGAN's generator, conditioned on the melody, with its critic."""
    config, layout = read_options(MuseConfig, options), layout_of(corpus)
    networks = MuseGenerator(layout, config), Critic(layout, config.critic_width)
    return GanLearner("muse-gan", corpus, compute, read_options(GanPlan, options), layout, networks)
