"""What a learner learns from: pieces with a melody and accompaniment by role, split by piece."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.clip import Composition
from models.manifest import TrackSpec


@dataclass(frozen=True)
class Piece:
    """One piece of music: its melody, and one accompaniment track for each role it has.

    The composition is quantised and holds whole bars; `name` is unique in its folder.
    """

    name: str
    composition: Composition

    @property
    def bars(self) -> int:
        """How many bars it has, by its own meters."""
        return self.composition.meter.bars(self.composition.length)


@dataclass(frozen=True)
class LeftOut:
    """A file that is not learnt from, and why."""

    file: str
    reason: str


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
