"""Teaches a ChoraleNet: what the training loop needs of the four-part accompanist."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor, nn

from models.artifact.manifest import CHORDS_HEARD, MELODY_HEARD, PHRASES_HEARD, ControlSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Composition
from models.music.sixteenths import STEPS_PER_BEAT
from models.networks.chorale.batches import (
    LEFT_OUT,
    Batch,
    losses,
    random_batch,
    shifts,
    validation_loss,
)
from models.networks.chorale.data import Chorale, ranges
from models.networks.chorale.generator import ChoraleGenerator
from models.networks.chorale.layout import ChoraleConfig
from models.networks.chorale.net import ChoraleNet
from models.networks.chorale.pieces import chorales
from models.networks.chorale.plan_batches import (
    PlanBatch,
    plan_collate,
    plan_losses,
    random_plan_batch,
)
from models.networks.chorale.style import controls_for
from models.networks.common.averaged import AveragedLearner, check_plan
from models.networks.common.sampling import performed
from models.training.compute import Compute
from models.training.learner import never, until
from models.training.options import read_options

_SAMPLE_BEATS = 32.0  # enough to hear, and quick to write


@dataclass(frozen=True)
class ChoralePlan:
    """How a ChoraleNet learns."""

    learning_rate: float = 3e-3
    batch_size: int = 32
    crop_steps: int = 128
    weight_decay: float = 0.3
    averaging: float = 0.995
    warmup: float = 0.03
    strikes: float = 0.3  # weight of the loss of re-strikes
    plan_pieces: int = 8  # whole melodies a step from which the planner of chords learns
    plan_weight: float = 0.3
    key_weight: float = 0.1
    # The share of the training after which the voices are given chords. Voices that were given
    # them from the first step lean on them, and leap where a drawn plan asks for it.
    planned_from: float = 0.75

    def __post_init__(self) -> None:
        check_plan(self, "batch_size", "crop_steps", "plan_pieces")


class Scored(nn.Module):
    """A network whose forward is its losses, as DistributedDataParallel wants it."""

    def __init__(self, net: ChoraleNet, plan: ChoralePlan) -> None:
        super().__init__()
        self.net = net
        self.plan = plan

    def forward(self, batch: Batch, weights: tuple[float, float], melodies: PlanBatch) -> Tensor:
        """Return [loss, nats a note, a re-strike decision, a chord, a key], each weighted."""
        notes, again = losses(self.net, batch)
        notes, again = notes * weights[0], again * weights[1]
        chords, key = plan_losses(self.net.planner, melodies)
        plan = self.plan
        loss = notes + plan.strikes * again + plan.plan_weight * chords + plan.key_weight * key
        return torch.stack([loss, notes, again, chords, key])


class ChoraleLearner(AveragedLearner[ChoraleNet]):
    """A four-part network that learns."""

    architecture = "chorale"
    hears = (MELODY_HEARD, CHORDS_HEARD, PHRASES_HEARD)

    def __init__(
        self,
        corpus: Corpus,
        pieces: tuple[Sequence[Chorale], Sequence[Chorale]],
        compute: Compute,
        plan: ChoralePlan,
        config: ChoraleConfig,
    ) -> None:
        self.corpus, self.plan = corpus, plan
        self.train, self.valid = pieces
        if not any(len(p) >= plan.crop_steps for p in self.train):
            beats = plan.crop_steps / STEPS_PER_BEAT
            raise ValueError(f"no training piece is {beats:g} beats long or longer")
        super().__init__(ChoraleNet(config), compute, plan)
        self.scored = compute.wrap(Scored(self.net, plan))
        self.moves = [shifts(p) for p in self.train]
        frames = sum(len(p) for p in self.train)
        self.steps_per_epoch = frames / (plan.batch_size * plan.crop_steps)

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Learn from one batch of crops."""
        self.begin_step(progress)
        plan = self.plan
        planned = progress >= plan.planned_from
        batch = random_batch(self.train, random, plan.batch_size, plan.crop_steps, planned)
        share = part(batch, self.compute.share(plan.batch_size))
        weights = shares_of(batch, share, self.compute.count)
        # every process learns to plan from the same melodies: their share is small
        melodies = random_plan_batch(self.train, random, plan.plan_pieces, self.moves)
        with self.compute.autocast():
            device = self.compute.device
            found = self.scored(share.to(device), weights, melodies.to(device))
        is_learnt = self.descend(found[0])
        _, notes, again, chords, key = found.tolist()
        notes = notes if is_learnt else float("nan")
        return {"notes": notes, "strikes": again, "chords": chords, "key": key}

    def validate(self, enough: Callable[[], bool] = never) -> Mapping[str, float]:
        """Score the running mean on whole validation pieces, in nats a note and a chord."""
        net = self.mean_net
        pieces: list[Chorale] = []
        notes, again = validation_loss(net, _noted(until(self.valid, enough), pieces))
        chords, key = self.plan_loss(net, pieces)
        return {
            "loss": notes + self.plan.plan_weight * chords,
            "notes": notes,
            "strikes": again,
            "chords": chords,
            "key_found": key,
        }

    @torch.inference_mode()
    def plan_loss(
        self, net: ChoraleNet, pieces: Sequence[Chorale] | None = None
    ) -> tuple[float, float]:
        """Score the planner on the validation melodies: (nats a beat, share of keys found)."""
        pieces = self.valid if pieces is None else pieces
        net.eval()
        nats = beats = found = 0.0
        for piece in pieces:
            batch = plan_collate([piece], [0], [False]).to(net.first.device)
            chords, _ = plan_losses(net.planner, batch)
            count = batch.states.size(1)
            nats, beats = nats + float(chords) * count, beats + count
            keys = net.planner(batch.melody, batch.slot, count)[1]
            found += float(keys.argmax() == batch.keys[0])
        return nats / beats, found / len(pieces)

    def sample(self, count: int) -> Sequence[Composition]:
        """Accompany the beginnings of the first `count` validation melodies, seed 0."""
        return performed(self, map(_beginning, self.corpus.valid[:count]))

    def instrument(self) -> nn.Module:
        """Build the generator."""
        return ChoraleGenerator(self.shipped_net(), ranges(self.train)[1:]).eval()

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe temperature, movement and strictness, which is that of the music learnt from."""
        return controls_for(self.train)


def make(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> ChoraleLearner:
    """Make a four-part network for a corpus of four-part pieces."""
    train, valid, reasons = chorales(corpus)
    if not train or not valid:
        why = f"; the first left out: {reasons[0]}" if reasons else ""
        raise ValueError(
            f"the architecture chorale needs four-part pieces to learn from and to choose by, "
            f"got {len(train)} and {len(valid)}{why}"
        )
    plan = read_options(ChoralePlan, options)
    return ChoraleLearner(
        corpus, (train, valid), compute, plan, read_options(ChoraleConfig, options)
    )


def part(batch: Batch, share: slice) -> Batch:
    """Take some of a batch's crops."""
    return Batch(*(getattr(batch, f.name)[share] for f in fields(Batch)))


def shares_of(batch: Batch, share: Batch, count: int) -> tuple[float, float]:
    """Weigh the means over a share so that their mean over `count` shares is the batch's mean.

    Crops differ in how many notes and re-strike decisions they have to be scored.
    """
    pairs = [(b != LEFT_OUT, s != LEFT_OUT) for b, s in
             ((batch.targets, share.targets), (batch.struck, share.struck))]  # fmt: skip
    notes, again = (count * float(own.sum()) / float(whole.sum()) for whole, own in pairs)
    return notes, again


def _beginning(piece: Piece) -> Composition:
    whole = piece.composition
    end = min(whole.meter.bar_line_from(_SAMPLE_BEATS), whole.length)
    melody = replace(whole.melody, clip=whole.melody.clip.window(0.0, end))
    return replace(whole, melody=melody, accompaniment=())


def _noted(pieces: Iterable[Chorale], into: list[Chorale]) -> Iterator[Chorale]:
    """Give the pieces, and note which were given."""
    for piece in pieces:
        into.append(piece)
        yield piece
