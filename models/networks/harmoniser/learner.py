"""Teaches a HarmonyNet: what the training loop asks of the planner of a song's chords."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from models.artifact.manifest import CHORDS_HEARD, MELODY_HEARD, ControlSpec, TrackSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Composition
from models.networks.common.averaged import AveragedLearner, check_plan
from models.networks.common.sampling import performed
from models.networks.harmoniser.batches import SongBatch, agreement, collate, losses, random_batch
from models.networks.harmoniser.controls import CONTROLS
from models.networks.harmoniser.generator import SongChords
from models.networks.harmoniser.net import HarmonyConfig, HarmonyNet
from models.networks.harmoniser.songs import Song, song
from models.networks.harmoniser.voicing import BASS, CHORDS
from models.training.compute import Compute
from models.training.learner import never, until
from models.training.options import read_options

_SAMPLE_BEATS = 64.0
_FINE = 4  # of so many songs one is also learnt beat by beat
_JUDGED = 60  # validation songs by which the best weights are chosen
TRACKS = (
    TrackSpec("Chords", "chords", 0, 1, CHORDS.start, CHORDS.stop - 1),
    TrackSpec("Bass", "bass", 33, 2, BASS.start, BASS.stop - 1),
)


@dataclass(frozen=True)
class HarmoniserPlan:
    """How a HarmonyNet learns."""

    learning_rate: float = 4e-3
    batch_size: int = 16
    crop_slots: int = 64
    weight_decay: float = 0.1
    averaging: float = 0.995
    warmup: float = 0.03
    kind_weight: float = 0.3  # of the qualities and basses, beside the path of the chords
    key_weight: float = 0.3
    live_weight: float = 0.2  # of what is judged while the melody is played
    fine_share: float = 0.15  # of the batches in which chords may change on every beat

    def __post_init__(self) -> None:
        check_plan(self, "batch_size", "crop_slots")


class Scored(nn.Module):
    """A network whose forward is its losses, as DistributedDataParallel wants it."""

    def __init__(self, net: HarmonyNet, plan: HarmoniserPlan) -> None:
        super().__init__()
        self.net = net
        self.weights = (1.0, plan.kind_weight, plan.key_weight, plan.live_weight)

    def forward(self, batch: SongBatch, slots: float, songs: float) -> Tensor:
        """Return [loss, nats a chord, a kind, a key, a live judgment], for such a batch."""
        sums = losses(self.net, batch)
        sizes = (slots, slots, songs, slots * len(self.net.ahead))
        means = sums / torch.tensor(sizes, device=sums.device)
        weights = torch.tensor(self.weights, device=sums.device)
        return torch.cat([(means * weights).sum()[None], means])


class HarmoniserLearner(AveragedLearner[HarmonyNet]):
    """A planner of chords at school."""

    architecture = "harmoniser"
    hears = (MELODY_HEARD, CHORDS_HEARD)

    def __init__(
        self,
        corpus: Corpus,
        songs: tuple[Sequence[Song], Sequence[Song], Sequence[Song]],
        compute: Compute,
        plan: HarmoniserPlan,
        config: HarmonyConfig,
    ) -> None:
        self.corpus = replace(corpus, tracks=TRACKS)
        self.plan = plan
        self.train, self.fine, self.valid = songs
        super().__init__(HarmonyNet(config), compute, plan)
        self.scored = compute.wrap(Scored(self.net, plan))
        slots = sum(len(s) for s in self.train)
        self.steps_per_epoch = slots / (plan.batch_size * plan.crop_slots)

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Learn from one batch of crops."""
        self.begin_step(progress)
        plan = self.plan
        is_fine = bool(self.fine) and random.random() < plan.fine_share
        songs = self.fine if is_fine else self.train
        batch = random_batch(songs, random, plan.batch_size, plan.crop_slots)
        count = self.compute.count
        slots, crops = float(batch.there.sum()) / count, plan.batch_size / count
        share = batch.part(self.compute.share(plan.batch_size)).to(self.compute.device)
        with self.compute.autocast():
            found = self.scored(share, slots, crops)
        is_learnt = self.descend(found[0])
        _, chords, kinds, key, live = found.tolist()
        chords = chords if is_learnt else float("nan")
        return {"chords": chords, "kinds": kinds, "key": key, "live": live}

    @torch.inference_mode()
    def validate(self, enough: Callable[[], bool] = never) -> Mapping[str, float]:
        """Score the running mean on whole validation songs, in nats a slot."""
        net = self.mean_net.eval()
        step = max(len(self.valid) // _JUDGED, 1)
        judged = self.valid[::step]
        total, slots = torch.zeros(4), 0.0
        seen = []
        for one in until(judged, enough):
            seen.append(one)
            batch = collate([(one, 0, len(one))]).to(self.compute.device)
            total += losses(net, batch).cpu()
            slots += len(one)
        chords, kinds, _, live = (total / slots).tolist()
        live /= len(net.ahead)
        plan = self.plan
        loss = chords + plan.kind_weight * kinds + plan.live_weight * live
        found = agreement(net, seen)
        return {"loss": loss, "chords": chords, "kinds": kinds, "live": live, **found}

    def sample(self, count: int) -> Sequence[Composition]:
        """Harmonise the beginnings of the first `count` validation melodies, seed 0."""
        return performed(self, map(_beginning, self.corpus.valid[:count]))

    def instrument(self) -> nn.Module:
        """Build the generator."""
        return SongChords(self.shipped_net()).eval()

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe what can be asked of the plan."""
        return CONTROLS


def make(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> HarmoniserLearner:
    """Make a planner of chords for a corpus of songs: with chord tracks, or any accompaniment."""
    fine = corpus.train[::_FINE]
    sides = ((corpus.train, False), (fine, True), (corpus.valid, False))
    train, fine_songs, valid = (
        [found for piece in side if (found := song(piece, is_fine)) is not None]
        for side, is_fine in sides
    )
    if not train or not valid:
        raise ValueError(
            "the architecture harmoniser needs songs with chords to learn from and to choose by, "
            f"got {len(train)} and {len(valid)}"
        )
    plan = read_options(HarmoniserPlan, options)
    config = read_options(HarmonyConfig, options)
    return HarmoniserLearner(corpus, (train, fine_songs, valid), compute, plan, config)


def _beginning(piece: Piece) -> Composition:
    whole = piece.composition
    end = min(whole.meter.bar_line_from(_SAMPLE_BEATS), whole.length)
    melody = replace(whole.melody, clip=whole.melody.clip.window(0.0, end))
    return replace(whole, melody=melody, accompaniment=())
