"""A learner small enough for tests: two networks, two optimisers, dropout, random batches."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from models.artifact.manifest import TrackSpec
from models.data.piece import Corpus, Piece
from models.music.clip import Clip, Composition, Note, Track
from models.training.compute import Compute
from models.training.learner import never


def piece(name: str, beats: int = 8) -> Piece:
    melody = Track("melody", Clip(tuple(Note(b, 1, 60 + b % 5) for b in range(beats)), beats))
    bass = Track("Bass", Clip(tuple(Note(b, 1, 48) for b in range(0, beats, 2)), beats), "bass")
    return Piece(name, Composition(melody, (bass,)))


CORPUS = Corpus((TrackSpec("Bass", "bass"),), (piece("a"), piece("b")), (piece("c"),))


class Echo(nn.Module):
    """An instrument that plays the melody an octave lower."""

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        inside = (notes[:, 0] == 0) & (notes[:, 1] >= begin) & (notes[:, 1] < end)
        out = notes[inside].clone()
        out[:, 0] = 1
        out[:, 3] = (out[:, 3] - 12).clamp(min=0)
        return out


@dataclass(frozen=True)
class ToyPlan:
    learning_rate: float = 0.05
    width: int = 3


class ToyLearner:
    architecture = "toy"
    steps_per_epoch = 4.0

    def __init__(self, width: int = 3, rate: float = 0.05, corpus: Corpus = CORPUS) -> None:
        self.corpus = corpus
        self.one = nn.Sequential(nn.Linear(4, width), nn.Dropout(0.5), nn.Linear(width, 1))
        self.two = nn.Linear(4, 1)
        self.modules = {"one": self.one, "two": self.two}
        self.optimisers = {
            "one": torch.optim.Adam(self.one.parameters(), rate),
            "two": torch.optim.SGD(self.two.parameters(), rate, momentum=0.9),
        }
        self.broken_at, self.steps, self.scores = None, 0, None

    def step(self, random, progress):
        self.steps += 1
        inputs = torch.from_numpy(random.standard_normal((6, 4)).astype(np.float32))
        said = {}
        for name, module in self.modules.items():
            loss = (module(inputs) - inputs.sum(1, keepdim=True)).square().mean()
            self.optimisers[name].zero_grad()
            loss.backward()
            self.optimisers[name].step()
            said[name] = float(loss.detach())
        if self.broken_at is not None and self.steps >= self.broken_at:
            said["two"] = float("nan")
        return said

    def validate(self, enough=never):
        torch.rand(7)  # looking must not change the course of training
        enough()
        if self.scores:
            return {"loss": self.scores.pop(0)}
        return {"loss": float(sum(p.detach().square().sum() for p in self.two.parameters())) + 1}

    def best(self):
        return self.modules

    def sample(self, count):
        torch.rand(3)
        return [p.composition for p in self.corpus.valid[:count]]

    def instrument(self):
        return Echo()

    def controls(self):
        return ()

    def meters(self):
        return ("4/4",)


def make(corpus: Corpus, compute: Compute, options) -> ToyLearner:
    width = int(options.get("width", 3))
    if width < 1:
        raise ValueError(f"width must be at least 1, got {width}")
    return ToyLearner(width, options.get("learning_rate", 0.05), corpus)


def weights(learner) -> torch.Tensor:
    return torch.cat(
        [p.detach().flatten() for m in learner.modules.values() for p in m.parameters()]
    )
