"""Teaches a Melodist: what the training loop needs of the extender."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from models.artifact.manifest import ControlSpec
from models.data.piece import Corpus
from models.music.clip import Composition
from models.networks.common.averaged import AveragedLearner, check_plan
from models.networks.common.melody_line import MelodyLine, melody_line
from models.networks.transformer.controls import CONTROLS
from models.networks.transformer.events import Reader
from models.networks.transformer.generator import ExtendGenerator
from models.networks.transformer.net import Melodist, TransformerConfig
from models.networks.transformer.task import (
    LEAST_NOTES,
    Batch,
    collate,
    losses,
    random_sequence,
    shares,
)
from models.training.compute import Compute
from models.training.learner import never, until
from models.training.options import read_options

_AT_ONCE = 16  # validation sequences
_JUDGED = 192


@dataclass(frozen=True)
class TransformerPlan:
    """How a Melodist learns: `bars` and, at most, `notes` a stretch.

    `repeats` is what its artifact begins with: tunes that are written out twice teach to repeat.
    """

    learning_rate: float = 1.5e-3
    batch_size: int = 16
    bars: int = 16
    notes: int = 160
    weight_decay: float = 0.05
    averaging: float = 0.995
    warmup: float = 0.03
    repeats: float = 100.0

    def __post_init__(self) -> None:
        check_plan(self, "batch_size", "bars", "notes")


class Scored(nn.Module):
    """A network whose forward is its losses, as DistributedDataParallel wants it."""

    def __init__(self, net: Melodist) -> None:
        super().__init__()
        self.net = net

    def forward(self, given: Batch, notes: float) -> Tensor:
        """Return nats a note [pitch, length, rest] of a batch that counts as so many notes."""
        return losses(self.net, given)[:3] / notes


class TransformerLearner(AveragedLearner[Melodist]):
    """An extender that learns."""

    architecture = "transformer"

    def __init__(
        self,
        corpus: Corpus,
        lines: tuple[Sequence[MelodyLine], Sequence[MelodyLine]],
        compute: Compute,
        plan: TransformerPlan,
        config: TransformerConfig,
    ) -> None:
        super().__init__(Melodist(config), compute, plan, betas=(0.9, 0.98))
        self.corpus, self.plan = corpus, plan
        self.train, self.valid = lines
        self.reader = Reader()
        self.scored = compute.wrap(Scored(self.net))
        self._shares = shares(self.train)
        bars = sum(len(t.bar_lines()) for t in self.train)
        self.steps_per_epoch = bars / (plan.batch_size * plan.bars)
        self._judged = self._validation()

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Learn from one batch of stretches."""
        self.begin_step(progress)
        plan = self.plan
        drawn = [
            random_sequence(self.reader, self.train, self._shares, random, (plan.bars, plan.notes))
            for _ in range(plan.batch_size)
        ]
        share = drawn[self.compute.share(plan.batch_size)]
        notes = sum(len(b.pitch) for b in drawn) / self.compute.count
        with self.compute.autocast():
            found = self.scored(collate(share).to(self.compute.device), notes)
        is_learnt = self.descend(found.sum())
        pitch, length, rest = found.tolist()
        return {"pitch": pitch if is_learnt else float("nan"), "length": length, "rest": rest}

    def validate(self, enough: Callable[[], bool] = never) -> Mapping[str, float]:
        """Score the running mean on stretches of validation pieces, in nats a note."""
        net = self.mean_net.eval()
        total = torch.zeros(4)
        with torch.no_grad():
            for given in until(self._judged, enough):
                total += losses(net, given.to(self.compute.device)).cpu()
        pitch, length, rest = (total[:3] / total[3]).tolist()
        return {"loss": pitch + length + rest, "pitch": pitch, "length": length, "rest": rest}

    def sample(self, count: int) -> Sequence[Composition]:
        """Give the validation pieces themselves: an extension is heard after its own prompt."""
        return [piece.composition for piece in self.corpus.valid[:count]]

    def instrument(self) -> nn.Module:
        """Build the generator."""
        return ExtendGenerator(self.shipped_net()).eval()

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe how it goes on."""
        return tuple(
            replace(c, default=self.plan.repeats) if c.name == "repeats" else c for c in CONTROLS
        )

    def _validation(self) -> list[Batch]:
        """Draw a stretch of each validation piece, the same whatever was learnt."""
        random = np.random.default_rng(1)
        size = (self.plan.bars, self.plan.notes)
        drawn = [
            random_sequence(self.reader, [t], shares([t]), random, size)
            for t in self.valid[:_JUDGED]
        ]
        return [collate(drawn[i : i + _AT_ONCE]) for i in range(0, len(drawn), _AT_ONCE)]


def make(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> TransformerLearner:
    """Make an extender for the melodies of a corpus."""
    sides = [[melody_line(p) for p in side] for side in (corpus.train, corpus.valid)]
    train, valid = ([t for t in side if len(t.notes) >= LEAST_NOTES] for side in sides)
    if not train or not valid:
        raise ValueError(
            "the architecture transformer needs melodies to learn from and to choose by, "
            f"got {len(train)} and {len(valid)}"
        )
    plan = read_options(TransformerPlan, options)
    config = read_options(TransformerConfig, options)
    return TransformerLearner(corpus, (train, valid), compute, plan, config)
