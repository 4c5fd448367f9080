"""Small generators, good and bad, and melodies to try them on."""

import torch

from models.artifact.manifest import ControlSpec, Manifest, TrackSpec
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import MeterMap, TempoMap

MANIFEST = Manifest(
    "toy",
    "A toy",
    "accompany",
    tracks=(
        TrackSpec("upper", "harmony", 40, 1, 48, 84),
        TrackSpec("lower", "bass", 42, 2, 36, 60),
    ),
    controls=(ControlSpec("depth", "Depth", 1, 24, 12, "semitones"),),
)


class Toy(torch.nn.Module):
    """Doubles the melody `depth` semitones lower, on a random one of its two tracks."""

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        torch.manual_seed(seed)
        melody = notes[notes[:, 0] == 0]
        out = melody[(melody[:, 1] >= begin) & (melody[:, 1] < end)].clone()
        out[:, 0] = torch.randint(1, 3, (out.size(0),)).float()
        out[:, 3] = (out[:, 3] - controls["depth"]).clamp(0, 127)
        return out


class Fixed(torch.nn.Module):
    """Answers with the same row whatever is played: where the contract can be broken at will."""

    def __init__(self, row: list[float], dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.row = torch.nn.Parameter(torch.tensor([row], dtype=dtype), requires_grad=False)

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        return self.row


class Planning(torch.nn.Module):
    """Plans C when it is asked for its plan alone, and G where it plans as it answers."""

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        return notes[:0]

    def plan(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        return torch.tensor([[begin, end - begin, 0.0, 0.0, 145.0, 0.0, 1.0]])

    def answer_with_plan(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        planned = torch.tensor([[begin, end - begin, 7.0, 7.0, 2180.0, 7.0, 1.0]])
        return self.forward(notes, begin, end, controls, seed), planned


class PlanningBadly(torch.nn.Module):
    """Answers, with a plan that has too few numbers."""

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        return notes[:0]

    def plan(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        return torch.zeros(1, 3)

    def answer_with_plan(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return notes[:0], torch.zeros(1, 3)


class Refusing(torch.nn.Module):
    """Raises."""

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        raise ValueError("out of ideas")


class Endless(torch.nn.Module):
    """Goes on for longer than anybody waits: some looks at the clock, so that a test can end."""

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        turns = 0
        while turns < 6_000_000:
            turns += 1
            if begin > end:
                notes = notes + 1
        return notes[:0]


class Forgetful(torch.nn.Module):
    """Ignores the seed."""

    def forward(
        self, notes: torch.Tensor, begin: float, end: float, controls: dict[str, float], seed: int
    ) -> torch.Tensor:
        return torch.tensor([[1.0, 0.0, 1.0, 60.0, 80.0]]) + torch.rand(1, 5) / 10 * torch.tensor(
            [0.0, 1.0, 1.0, 0.0, 1.0]
        )


class OtherShape(torch.nn.Module):
    """Takes notes only."""

    def forward(self, notes: torch.Tensor) -> torch.Tensor:
        return notes


def melody(*starts: float, length: float = 1.0) -> Clip:
    """A rising line with a note at each start."""
    return Clip(tuple(Note(s, length, 60 + i) for i, s in enumerate(starts)))


def piece(clip: Clip, meter: MeterMap | None = None) -> Composition:
    """A composition of a melody alone."""
    return Composition(
        Track("melody", clip), tempo=TempoMap.constant(90), meter=meter or MeterMap()
    )
