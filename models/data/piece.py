"""What a learner learns from: pieces with a melody and accompaniment by role, split by piece."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.artifact.manifest import TrackSpec
from models.errors import ContinuoError
from models.music.clip import Composition


class DatasetError(ContinuoError, ValueError):
    """A folder holds nothing to learn from; the message says why."""


@dataclass(frozen=True)
class Facts:
    """What a piece's file was before it was prepared, for the report.

    `roles` are all that it had, also those that the corpus does not keep; `off_grid` is the share
    of onsets more than a fiftieth of a beat beside the grid, `triplets` of those on triplets.
    """

    file: str = ""
    roles: tuple[str, ...] = ()
    melody: str = ""  # why that track is the melody
    off_grid: float = 0.0
    triplets: float = 0.0

    @property
    def is_triplet_heavy(self) -> bool:
        """Whether so many onsets are triplets that a grid of sixteenths bends the rhythm."""
        return self.triplets >= 0.25 and self.triplets >= 0.6 * self.off_grid


@dataclass(frozen=True)
class Piece:
    """One piece of music: its melody, and one accompaniment track for each role it has.

    The composition is quantised and holds whole bars; `name` is unique in its folder. `timing` is
    by how many beats each note of the drums was played later than the grid has it.
    """

    name: str
    composition: Composition
    facts: Facts = Facts()
    timing: tuple[float, ...] = ()

    @property
    def bars(self) -> int:
        """How many bars it has, by its own meters."""
        return self.composition.meter.bars(self.composition.length)


@dataclass(frozen=True)
class LeftOut:
    """A file that is not learnt from, and why; `kind` sorts the reasons for the report."""

    file: str
    reason: str
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


@dataclass(frozen=True)
class Corpus:
    """Pieces to train on and pieces to choose by: never two parts of one piece in both.

    `tracks` is the accompaniment that the pieces have in common, top voice first, as a manifest
    describes it; every piece's accompaniment has exactly these roles, an absent one as a track
    without notes.
    """

    tracks: tuple[TrackSpec, ...]
    train: Sequence[Piece]
    valid: Sequence[Piece]
    left_out: Sequence[LeftOut] = field(default_factory=tuple)
    steps_per_beat: int = 4
