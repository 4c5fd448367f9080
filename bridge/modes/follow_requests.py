"""What mode follow has asked for, and what has come."""

from dataclasses import dataclass

from bridge.interfaces import GenerateRequest
from models.music.clip import Track
from models.music.harmony import Harmony

SIXTEENTHS = 4  # in a beat: the grid on which generators read a melody


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A stretch that was requested: beats `begin` to `end`; the request counts from `origin`.

    The answer is made from `start` on, which is before `begin` if it will come too late for that.
    """

    request: GenerateRequest
    begin: float
    end: float
    origin: float
    start: float
    late_step: float = 1.0  # the grid on which a late answer takes effect
    keeps_rest: bool = False  # what was planned after its end stays
    section: str = ""

    def foreseen(self, place: float) -> set[int]:
        """Give the pitches that it takes the player to strike on this sixteenth of the song."""
        step = round((place - self.origin) * SIXTEENTHS)
        notes = self.request.melody.notes
        return {n.pitch for n in notes if round(n.start * SIXTEENTHS) == step}


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """What came, in the song's beats: from `begin` on, for the stretch `start` to `end`."""

    tracks: tuple[Track, ...]
    begin: float
    end: float
    start: float
    harmony: Harmony | None = None
    keeps_rest: bool = False
    request: GenerateRequest | None = None  # that it answers
