"""What goes into the engine's inbox, what it asks of others, and what it tells them: plain values.

Every event carries `at_seconds`, read from the engine's clock where it happened (a MIDI callback,
the worker's reader thread, a signal handler), because the engine may look at it later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import mido

from models.clip import Clip, Composition, Track
from models.tempo import Meter


# -- into the engine ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MidiIn:
    """A message that arrived at `Continuo In`."""

    at_seconds: float
    message: mido.Message


@dataclass(frozen=True, slots=True)
class Command:
    """A wish of the musician: `stop`, `panic`, `generate`, `record`, `quit`.

    `tempo` takes its bpm and `model` its name as the value.
    """

    at_seconds: float
    name: str
    value: float | str | None = None


@dataclass(frozen=True, slots=True)
class Generated:
    """The worker's answer to a request: accompaniment tracks, beats counted from the phrase."""

    at_seconds: float
    request_id: str
    tracks: tuple[Track, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class GenerateFailed:
    """The worker could not answer; `reason` is a sentence for the musician."""

    at_seconds: float
    request_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerChanged:
    """The worker is `loading`, `ready`, `restarted` or `failed`."""

    at_seconds: float
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PortChanged:
    """The MIDI system is `lost` or `back`."""

    at_seconds: float
    state: str
    detail: str = ""


Event = MidiIn | Command | Generated | GenerateFailed | WorkerChanged | PortChanged


# -- what the engine asks for ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """Accompany `melody` (beats from a bar line, the phrase's first) over `length` beats."""

    request_id: str
    model: str
    melody: Clip
    length: float
    meter: Meter
    bpm: float
    seed: int
    controls: Mapping[str, float] = field(default_factory=dict)


class Output(Protocol):
    """Where sound goes. Called from the engine thread only; must never block."""

    def send(self, message: mido.Message) -> None:
        """Send one message now."""


class Composer(Protocol):
    """Whoever answers requests, later, with Generated or GenerateFailed in the inbox."""

    def request(self, request: GenerateRequest) -> None:
        """Take a request and return at once; a newer one may replace one not yet begun."""


class Keeper(Protocol):
    """Whoever saves takes. Returns at once; disk work happens elsewhere."""

    def save(self, take: Composition) -> None:
        """Save the take as .mid and .json."""


# -- what the engine tells ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StateReport:
    """The engine is now idle, listening, generating, armed or playing."""

    state: str


@dataclass(frozen=True, slots=True)
class BeatReport:
    """A beat began: bar and beat count from 1; `position` is the transport's beat."""

    bar: int
    beat: int
    bpm: float
    position: float


@dataclass(frozen=True, slots=True)
class SoundReport:
    """A message went out at `position` beats, `late_ms` after it was due."""

    position: float
    message: mido.Message
    late_ms: float


@dataclass(frozen=True, slots=True)
class TakeReport:
    """A take was committed: it sounds from the transport beat `begin` on."""

    take: Composition
    begin: float


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A take lies on disk at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """A sentence for the musician; `kind` is info, warning or error."""

    kind: str
    text: str


Report = StateReport | BeatReport | SoundReport | TakeReport | SavedReport | NoticeReport


class Listener(Protocol):
    """Whoever shows or forwards what happens. Called from the engine thread; must never block."""

    def __call__(self, report: Report) -> None:
        """Take one report."""
