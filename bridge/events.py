"""What goes into the engine's inbox, what it asks of others, and what it tells them: plain values.

Every event carries `at_seconds`, read from the engine's clock where it happened (a MIDI callback,
the worker's reader thread, a signal handler), because the engine may look at it later.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import mido

from models.clip import Clip, Composition, Track
from models.manifest import Manifest
from models.tempo import Meter

Value = float | str | Clip | None
# Whoever asked, as the side that took the question in knows him (OSC: host and port).
Sender = Hashable | None


# -- into the engine ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MidiIn:
    """A message that arrived at `Continuo In`."""

    at_seconds: float
    message: mido.Message


@dataclass(frozen=True, slots=True)
class Command:
    """A wish of the musician, by the name that `bridge.orders` knows, with its values in order.

    `sender` gets the answer; `address` is what he called, for the error that he may get instead.
    """

    at_seconds: float
    name: str
    values: tuple[Value, ...] = ()
    sender: Sender = None
    address: str = ""


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


@dataclass(frozen=True, slots=True)
class ModelsChanged:
    """The models that there are now, in the order of their program changes."""

    at_seconds: float
    manifests: tuple[Manifest, ...]


@dataclass(frozen=True, slots=True)
class ClockPosition:
    """An outside clock says: at `at_seconds` the song was at `beat`, at this tempo, or stopped.

    `has_jumped` tells that the song did not run to this beat but was put there.
    """

    at_seconds: float
    source: str
    beat: float
    bpm: float
    is_playing: bool
    has_jumped: bool = False


@dataclass(frozen=True, slots=True)
class ClockChanged:
    """An outside clock is `found`, `lost` (nothing comes any more) or `failed`; with a sentence."""

    at_seconds: float
    source: str
    state: str
    detail: str = ""


Event = (
    MidiIn
    | Command
    | Generated
    | GenerateFailed
    | WorkerChanged
    | PortChanged
    | ModelsChanged
    | ClockPosition
    | ClockChanged
)


# -- what the engine asks for ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """Accompany `melody` (beats from a bar line) in [begin, begin + length).

    `context` is what the accompaniment plays already outside of it, tracks named as the model
    names them; without it the model sees the melody alone. `line`: a newer question of the same
    line replaces one not yet begun; "" is what is played live, a wish has a line of its own.
    """

    request_id: str
    model: str
    melody: Clip
    length: float
    meter: Meter
    bpm: float
    seed: int
    controls: Mapping[str, float] = field(default_factory=dict)
    begin: float = 0.0
    context: tuple[Track, ...] = ()
    line: str = ""


class Output(Protocol):
    """Where sound goes. Called from the engine thread only; must never block."""

    def send(self, message: mido.Message) -> None:
        """Send one message now."""


class Composer(Protocol):
    """Whoever answers requests, later, with Generated or GenerateFailed in the inbox."""

    def request(self, request: GenerateRequest) -> None:
        """Take a request and return at once; a newer one may replace one not yet begun."""

    def load(self, model: str) -> None:
        """Have a model in memory before it is asked for; WorkerChanged says when it is ready."""


class Keeper(Protocol):
    """Whoever saves takes and settings. Returns at once; disk work happens elsewhere."""

    def save(self, take: Composition) -> None:
        """Save the take as .mid and .json; its provenance has its `id`."""

    def judge(self, take_id: str, verdict: str) -> None:
        """Write beside the take that it was `kept` or `dropped`."""

    def remember(self, cc_map: Mapping[str, tuple[int, int | None]]) -> None:
        """Save which control change does what: control and channel (None: any) by function."""


class Clocks(Protocol):
    """The outside clocks, each of which may be in a thread of its own. Returns at once."""

    def choose(self, source: str) -> None:
        """Listen to this source alone: internal, midi, link or jack."""

    def lead(self, what: str, value: float | None = None) -> None:
        """Ask the source chosen to `start`, `stop`, `locate` (beat) or change `tempo` (bpm)."""


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
    """A take is there: it sounds from the transport beat `begin` on (None: not yet, or never)."""

    take: Composition
    begin: float | None
    take_id: str = ""
    sender: Sender = None


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A take lies on disk at `path`."""

    path: str
    take_id: str = ""


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """A sentence for the musician; `kind` is info, warning or error.

    An error over a Command carries its address and sender.
    """

    kind: str
    text: str
    address: str = ""
    sender: Sender = None


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What follow mode means to play in one bar: beats from its bar line, which is at `begin`.

    `is_committed`: nothing will change it any more.
    """

    bar: int
    begin: float
    tracks: tuple[Track, ...]
    is_committed: bool
    sender: Sender = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer or a change in plain values, named as in the table of OSC addresses.

    `name` is the address without `/continuo/`: pong, status, control, model/item, mode, clock...
    """

    name: str
    values: tuple[float | str, ...] = ()
    sender: Sender = None


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """A message for the script in Ableton Live alone, named as in the table; to its host, port."""

    name: str
    values: tuple[float | str, ...]
    sender: Sender


@dataclass(frozen=True, slots=True)
class LiveClips:
    """A take for the script in Ableton Live alone, to be written under `request_id`.

    `scene`: beside which it is wanted, from 0, -1 anywhere. `fire`: to be launched as well.
    """

    request_id: str
    take: Composition
    name: str
    scene: int
    fire: bool
    sender: Sender


Report = (
    StateReport
    | BeatReport
    | SoundReport
    | TakeReport
    | SavedReport
    | NoticeReport
    | PlanReport
    | Reply
    | LiveMessage
    | LiveClips
)


class Listener(Protocol):
    """Whoever shows or forwards what happens. Called from the engine thread; must never block."""

    def __call__(self, report: Report) -> None:
        """Take one report."""
