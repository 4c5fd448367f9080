"""Teaches an ArCnn: what the training loop needs of the editor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.artifact.manifest import ControlSpec
from models.data.damage import KINDS
from models.data.piece import Corpus
from models.music.clip import Composition
from models.networks.arcnn.controls import CONTROLS
from models.networks.arcnn.generator import ArCnnGenerator
from models.networks.arcnn.net import ArCnn, ArCnnConfig
from models.networks.arcnn.task import LEFT_OUT, Batch, batch, collate, example
from models.networks.common.averaged import AveragedLearner, check_plan
from models.networks.common.melody_line import MelodyLine, melody_line
from models.training.compute import Compute
from models.training.learner import never, until
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
        check_plan(self, "batch_size")
        if self.steps < 32 or self.steps % 4:
            raise ValueError(f"steps must be whole beats, 32 or more, got {self.steps}")


class Scored(nn.Module):
    """A network whose forward is its loss, as DistributedDataParallel wants it."""

    def __init__(self, net: ArCnn) -> None:
        super().__init__()
        self.net = net

    def forward(self, given: Batch) -> Tensor:
        """Return nats a sixteenth, of those that are not known to be right."""
        return loss_of(self.net, given)


class ArCnnLearner(AveragedLearner[ArCnn]):
    """An editor that learns."""

    architecture = "ar-cnn"

    def __init__(
        self,
        corpus: Corpus,
        lines: tuple[Sequence[MelodyLine], Sequence[MelodyLine]],
        compute: Compute,
        plan: ArCnnPlan,
        config: ArCnnConfig,
    ) -> None:
        super().__init__(ArCnn(config), compute, plan)
        self.corpus, self.plan = corpus, plan
        self.train, self.valid = lines
        self.scored = compute.wrap(Scored(self.net))
        self.steps_per_epoch = sum(len(t) for t in self.train) / (plan.batch_size * plan.steps)
        self._judged = self._damaged_validation()

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Learn from one batch of damaged stretches."""
        self.begin_step(progress)
        plan = self.plan
        whole = batch(self.train, random, plan.batch_size, plan.steps)
        share = whole.part(self.compute.share(plan.batch_size)).to(self.compute.device)
        with self.compute.autocast():
            loss = self.scored(share)
        return {"tokens": float(loss.detach()) if self.descend(loss) else float("nan")}

    def validate(self, enough: Callable[[], bool] = never) -> Mapping[str, float]:
        """Score the running mean on damaged validation stretches, in nats a sixteenth."""
        net = self.mean_net.eval()
        out: dict[str, float] = {}
        with torch.no_grad():
            for name, given in until(self._judged.items(), enough):
                out[name] = float(loss_of(net, given.to(self.compute.device)))
        return {"loss": sum(out.values()) / len(out), **out}

    def sample(self, count: int) -> Sequence[Composition]:
        """Give the validation pieces themselves: edits are heard beside what was damaged."""
        return [piece.composition for piece in self.corpus.valid[:count]]

    def instrument(self) -> nn.Module:
        """Build the generator."""
        return ArCnnGenerator(self.shipped_net()).eval()

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe how much may be edited, and with how much risk."""
        return CONTROLS

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
    sides = [[melody_line(p) for p in side] for side in (corpus.train, corpus.valid)]
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
    out = net(given.rolls, given.meter, given.certain, given.inside)
    return F.nll_loss(out.flatten(0, 1), given.targets.flatten(), ignore_index=LEFT_OUT)
