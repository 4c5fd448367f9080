"""Teaches a band: its planner of chords, and what judges which bars suit a melody."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.artifact.manifest import CHORDS_HEARD, MELODY_HEARD, ControlSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Composition
from models.networks.band.bars import SongBars, song_bars
from models.networks.band.controls import CONTROLS, SECTIONS
from models.networks.band.generator import Band
from models.networks.band.library import chosen_songs, library
from models.networks.band.matcher import Matcher
from models.networks.band.parts import as_band, is_lead_sheet, labels_of, without_labels
from models.networks.band.textures import size, textures
from models.networks.common.averaged import AveragedLearner, check_plan
from models.networks.common.sampling import performed
from models.networks.harmoniser.batches import agreement, collate, losses, random_batch
from models.networks.harmoniser.net import HarmonyConfig, HarmonyNet
from models.networks.harmoniser.songs import Song, song
from models.training.compute import Compute
from models.training.learner import never, until
from models.training.options import read_options

_JUDGED = 40  # validation songs by which the best weights are chosen
_JUDGED_BARS = 512
_SAMPLE_BEATS = 64.0
_OTHER_METER = -1.0e4


@dataclass(frozen=True)
class BandPlan:
    """How a band learns, how many bars it keeps to play from, and its style's own settings.

    `swing` 0..1 is what the control of that name is if nobody turns it, `sparseness` 0..1 how far
    below 0 the control `density` is.
    """

    learning_rate: float = 4e-3
    batch_size: int = 16
    crop_slots: int = 64
    bars: int = 256  # of accompaniment that are told apart in a step
    library_bars: int = 12000
    weight_decay: float = 0.1
    averaging: float = 0.995
    warmup: float = 0.03
    kind_weight: float = 0.3
    key_weight: float = 0.3
    live_weight: float = 0.2
    match_weight: float = 0.3
    swing: float = 0.0
    sparseness: float = 0.0

    def __post_init__(self) -> None:
        check_plan(self, "batch_size", "crop_slots", "bars", "library_bars")
        for name in ("swing", "sparseness"):
            if not 0 <= (value := getattr(self, name)) <= 1:
                raise ValueError(f"{name} must be between 0 and 1, got {value:g}")


@dataclass(frozen=True)
class Pairs:
    """Bars [N] of melody and accompaniment, with what was played before and their lengths."""

    melody: Tensor
    texture: Tensor
    before: Tensor
    known: Tensor
    steps: Tensor

    def some(self, index: Tensor) -> "Pairs":
        """Take some of the bars."""
        return Pairs(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def pairs(songs: Sequence[SongBars], tracks: Sequence[object]) -> Pairs:
    """Put the bars of songs into pairs of melody and accompaniment."""
    seen = [textures(s, tracks)[0] for s in songs]  # type: ignore[arg-type]
    known = [torch.cat([torch.zeros(1), torch.ones(len(s) - 1)]) for s in songs]
    return Pairs(
        torch.cat([s.melody for s in songs]),
        torch.cat(seen),
        torch.cat([torch.cat([t[:1], t[:-1]]) for t in seen]),
        torch.cat(known),
        torch.cat([torch.from_numpy(s.steps) for s in songs]),
    )


class BandNet(nn.Module):
    """The networks of a band: the planner of chords and the matcher of bars."""

    def __init__(self, config: HarmonyConfig, texture_size: int) -> None:
        super().__init__()
        self.harmony = HarmonyNet(config)
        self.matcher = Matcher(texture_size)


def match_loss(matcher: Matcher, some: Pairs) -> Tensor:
    """Give the nats that it takes to tell the accompaniment of each bar from the others'."""
    scores = matcher.scores(some.melody, some.texture, some.before, some.known)
    other = some.steps[:, None] != some.steps[None]
    scores = scores.masked_fill(other, _OTHER_METER)
    return F.cross_entropy(scores, torch.arange(len(scores)))


class BandLearner(AveragedLearner[BandNet]):
    """A band at school."""

    architecture = "band"
    hears = (MELODY_HEARD, CHORDS_HEARD)
    sections = SECTIONS

    def __init__(
        self,
        corpus: Corpus,
        songs: tuple[Sequence[Song], Sequence[Song]],
        bars: tuple[Sequence[SongBars], Sequence[SongBars]],
        compute: Compute,
        options: tuple[BandPlan, HarmonyConfig],
    ) -> None:
        plan, config = options
        self.corpus, self.plan = corpus, plan
        self.train, self.valid = songs
        self.bars, valid_bars = bars
        super().__init__(BandNet(config, size(corpus.tracks)), compute, plan)
        self.pairs = pairs(self.bars, corpus.tracks)
        judged = pairs(valid_bars or self.bars, corpus.tracks)
        count = len(judged.known)
        self.judged = judged.some(torch.linspace(0, count - 1, min(count, _JUDGED_BARS)).long())
        slots = sum(len(s) for s in self.train)
        self.steps_per_epoch = slots / (plan.batch_size * plan.crop_slots)

    def step(self, random: np.random.Generator, progress: float) -> Mapping[str, float]:
        """Learn from one batch of crops of songs, and one of bars."""
        self.begin_step(progress)
        plan, net = self.plan, self.net
        batch = random_batch(self.train, random, plan.batch_size, plan.crop_slots)
        chosen = random.integers(0, len(self.pairs.known), plan.bars)
        some = self.pairs.some(torch.from_numpy(chosen))
        untold = torch.from_numpy((random.random(plan.bars) < 0.5).astype(np.float32))
        some = replace(some, known=some.known * untold)
        slots, songs = float(batch.there.sum()), float(plan.batch_size)
        sizes = (slots, slots, songs, slots * len(net.harmony.ahead))
        means = losses(net.harmony, batch) / torch.tensor(sizes)
        weights = torch.tensor((1.0, plan.kind_weight, plan.key_weight, plan.live_weight))
        match = match_loss(net.matcher, some)
        is_learnt = self.descend((means * weights).sum() + plan.match_weight * match)
        chords, kinds, key, live = means.tolist()
        chords = chords if is_learnt else float("nan")
        return {
            "chords": chords,
            "kinds": kinds,
            "key": key,
            "live": live,
            "match": float(match.detach()),
        }

    @torch.inference_mode()
    def validate(self, enough: Callable[[], bool] = never) -> Mapping[str, float]:
        """Score the running mean on whole validation songs, in nats a slot and a bar."""
        net = self.mean_net.eval()
        harmony = net.harmony
        step = max(len(self.valid) // _JUDGED, 1)
        total, slots = torch.zeros(4), 0.0
        seen = []
        for one in until(self.valid[::step], enough):
            seen.append(one)
            total += losses(harmony, collate([(one, 0, len(one))]))
            slots += len(one)
        chords, kinds, _, live = (total / slots).tolist()
        live /= len(harmony.ahead)
        plan = self.plan
        match = float(match_loss(net.matcher, self.judged))
        loss = chords + plan.kind_weight * kinds + plan.live_weight * live
        loss += plan.match_weight * match
        found = {"loss": loss, "chords": chords, "kinds": kinds, "live": live, "match": match}
        return found | agreement(harmony, seen)

    def sample(self, count: int) -> Sequence[Composition]:
        """Accompany the beginnings of the first `count` validation melodies, seed 0."""
        return performed(self, map(_beginning, self.corpus.valid[:count]))

    def instrument(self) -> nn.Module:
        """Build the generator."""
        net = self.shipped_net()
        chosen = chosen_songs(self.bars, self.plan.library_bars)
        bars = library(chosen, self.corpus.tracks, net.matcher)
        return Band(net.harmony, deepcopy(net.matcher), bars, self.corpus.tracks).eval()

    def controls(self) -> tuple[ControlSpec, ...]:
        """Describe what can be asked of the band."""
        own = {"swing": self.plan.swing, "density": -self.plan.sparseness}
        return tuple(replace(c, default=own.get(c.name, c.default)) for c in CONTROLS)


def make(corpus: Corpus, compute: Compute, options: Mapping[str, float]) -> BandLearner:
    """Make a band for a corpus of songs; ValueError if they are too few or have no chords."""
    named = as_band(corpus)
    corpus = without_labels(named)
    sides = [
        [
            (chords, bars)
            for whole, piece in zip(*side, strict=True)
            if (chords := song(whole))
            and ((bars := _bars(whole, piece, corpus)) or is_lead_sheet(whole))
        ]
        for side in ((named.train, corpus.train), (named.valid, corpus.valid))
    ]
    train, valid = sides
    if not any(b for _, b in train) or not any(b for _, b in valid):
        raise ValueError(
            "the architecture band needs songs with a melody and an accompaniment to learn from "
            f"and to choose by, got {sum(bool(b) for _, b in train)} and "
            f"{sum(bool(b) for _, b in valid)}"
        )
    return BandLearner(
        corpus,
        ([c for c, _ in train], [c for c, _ in valid]),
        ([b for _, b in train if b], [b for _, b in valid if b]),
        compute,
        (read_options(BandPlan, options), read_options(HarmonyConfig, options)),
    )


def _bars(whole: Piece, piece: Piece, corpus: Corpus) -> SongBars | None:
    """Cut a piece into bars; a lead sheet has none, where others have a band."""
    if len(corpus.tracks) > 1 and is_lead_sheet(whole):
        return None
    return song_bars(piece, corpus.tracks, labels_of(whole))


def _beginning(piece: Piece) -> Composition:
    whole = piece.composition
    end = min(whole.meter.bar_line_from(_SAMPLE_BEATS), whole.length)
    melody = replace(whole.melody, clip=whole.melody.clip.window(0.0, end))
    return replace(whole, melody=melody, accompaniment=())
