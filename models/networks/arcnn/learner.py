"""Teaches an ArCnn: what the training loop asks of the editor."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from models.artifact.manifest import ControlSpec
from models.data.damage import KINDS
from models.data.piece import Corpus
from models.music.clip import Composition
from models.networks.arcnn.generator import ArCnnGenerator
from models.networks.arcnn.net import ArCnn, ArCnnConfig
from models.networks.arcnn.offer import CONTROLS
from models.networks.arcnn.task import LEFT_OUT, Batch, batch, collate, example
from models.networks.common.averaging import running_mean
from models.networks.common.controls import METERS
from models.networks.common.export import round_weights
from models.networks.common.schedule import warmed_cosine
from models.networks.common.tunes import Tune, tune
from models.training.compute import Compute
from models.training.options import read_options

_JUDGED = 40  # validation stretches, each damaged in every way
_LEAST_NOTES = 4


@dataclass(frozen=True)
class ArCnnPlan:
    """How an ArCnn learns; `steps` are the sixteenths of a stretch."""

    learning_rate: float = 2e-3
    batch_size: int = 16
    steps: int = 128
    weight_decay: float = 0.05
    averaging: float = 0.99
    warmup: float = 0.03

    def __post_init__(self) -> None:
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {self.batch_size}")
        if self.steps < 32 or self.steps % 4:
            raise ValueError(f"steps must be whole beats, 32 or more, got {self.steps}")
        if not 0 < self.averaging < 1 or not 0 < self.warmup < 1:
            raise ValueError("averaging and warmup must be between 0 and 1")


class Scored(nn.Module):
    """A network whose forward is its loss, as DistributedDataParallel wants it."""

    def __init__(self, net: ArCnn) -> None:
        super().__init__()
        self.net = net

    def forward(self, given: Batch) -> Tensor:
        """Return nats a sixteenth, of those that are not known to be right."""
        return loss_of(self.net, given)


class ArCnnLearner:
    """An editor at school."""

    architecture = "ar-cnn"

    def __init__(
        self,
        corpus: Corpus,
        tunes: tuple[Sequence[Tune], Sequence[Tune]],
        compute: Compute,
        plan: ArCnnPlan,
        config: ArCnnConfig,
    ) -> None:
        self.corpus, self.compute, self.plan = corpus, compute, plan
        self.train, self.valid = tunes
        self.net = ArCnn(config).to(compute.device)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), plan.learning_rate, weight_decay=plan.weight_decay
        )
        # The running mean of the weights generalises better than the last ones (Polyak).
        self.mean = AveragedModel(self.net, avg_fn=running_mean(plan.averaging))
        self.scored = compute.wrap(Scored(self.net))
        self.modules: Mapping[str, nn.Module] = {"net": self.net, "mean": self.mean}
        self.optimisers = {"net": self.optimiser}
        self.steps_per_epoch = sum(len(t) for t in self.train) / (plan.batch_size * plan.steps)
        self._judged = self._damaged_validation()

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Learn from one batch of damaged stretches."""
        self.net.train()
        plan = self.plan
        for group in self.optimiser.param_groups:
            group["lr"] = warmed_cosine(plan.learning_rate, plan.warmup, progress)
        whole = batch(self.train, random, plan.batch_size, plan.steps)
        share = whole.part(self.compute.share(plan.batch_size)).to(self.compute.device)
        with self.compute.autocast():
            loss = self.scored(share)
        self.optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        if torch.isfinite(norm):
            self.optimiser.step()
            self.mean.update_parameters(self.net)
        return {"tokens": float(loss.detach()) if torch.isfinite(norm) else float("nan")}

    def validate(self) -> Mapping[str, float]:
        """Score the running mean on damaged validation stretches, in nats a sixteenth."""
        net = self.mean_net.eval()
        out: dict[str, float] = {}
        with torch.no_grad():
            for name, given in self._judged.items():
                out[name] = float(loss_of(net, given.to(self.compute.device)))
        return {"loss": sum(out.values()) / len(out), **out}

    @property
    def mean_net(self) -> ArCnn:
        """The network with the running mean of the weights."""
        return cast(ArCnn, self.mean.module)

    def best(self) -> Mapping[str, nn.Module]:
        """Give the running mean."""
        return {"net": self.mean_net}

    def sample(self, count: int) -> Sequence[Composition]:
        """Give the validation pieces themselves: edits are heard beside what was damaged."""
        return [piece.composition for piece in self.corpus.valid[:count]]

    def instrument(self) -> nn.Module:
        """Build the generator, its weights rounded as they are shipped."""
        net = deepcopy(self.mean_net).cpu().eval()
        round_weights(net)
        return ArCnnGenerator(net).eval()

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe how much may be edited, and how daringly."""
        return CONTROLS

    def meters(self) -> tuple[str, ...]:
        """List the meters that can be asked for: places in bars of any length are learnt."""
        return METERS

    def _damaged_validation(self) -> dict[str, Batch]:
        """Damage the validation melodies in every way, the same whatever was learnt."""
        random = np.random.default_rng(1)
        steps = self.plan.steps
        found: dict[str, list[Batch]] = {kind.__name__: [] for kind, _ in KINDS}
        for whole in self.valid[:_JUDGED]:
            lines = whole.bar_lines()
            part = whole.window(int(lines[min(1, len(lines) - 1)]), steps)
            if len(part.notes) >= _LEAST_NOTES:
                for kind, _ in KINDS:
                    found[kind.__name__].append(example(part, steps, random, kind))
        return {name: collate(examples) for name, examples in found.items() if examples}


def make(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> ArCnnLearner:
    """Make an editor for the melodies of a corpus."""
    sides = [[tune(p) for p in side] for side in (corpus.train, corpus.valid)]
    train, valid = ([t for t in side if len(t.notes) >= _LEAST_NOTES] for side in sides)
    if not train or not valid:
        raise ValueError(
            "the architecture ar-cnn needs melodies to learn from and to choose by, "
            f"got {len(train)} and {len(valid)}"
        )
    plan = read_options(ArCnnPlan, options)
    return ArCnnLearner(corpus, (train, valid), compute, plan, read_options(ArCnnConfig, options))


def loss_of(net: nn.Module, given: Batch) -> Tensor:
    """Score the tokens of a batch, in nats a sixteenth."""
    out = net(given.rolls, given.metre, given.certain, given.inside)
    return F.nll_loss(out.flatten(0, 1), given.targets.flatten(), ignore_index=LEFT_OUT)
