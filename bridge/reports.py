"""What the engine tells: plain values for its listeners."""

from dataclasses import dataclass
from typing import Protocol

import mido

from bridge.events import Sender
from models.music.changes import Changes
from models.music.clip import Clip, Composition, Track


@dataclass(frozen=True, slots=True)
class StateReport:
    """The engine is now idle, listening, generating, armed or playing."""

    state: str


@dataclass(frozen=True, slots=True)
class StatusLine:
    """What Continuo is doing now, in words for the musician."""

    text: str


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
class EditReport:
    """What an edit took out of the melody of a take and what it put in, told before the take."""

    take_id: str
    changes: Changes
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

    `name` is the address without `/continuo/`: pong, control, model/item, mode, clock...
    """

    name: str
    values: tuple[float | str, ...] = ()
    sender: Sender = None


@dataclass(frozen=True, slots=True)
class SoundNews:
    """What sounds in a moment, as in the table, for `watchers` alone: told at `at_seconds`.

    `player` sent it, where it is a key that somebody plays from afar.
    """

    name: str
    values: tuple[float, ...]
    at_seconds: float
    watchers: frozenset[Sender]
    player: Sender = None


@dataclass(frozen=True, slots=True)
class LineReport:
    """At `at_seconds` the song was at `beat`, and goes on at `bpm` from there, or stands."""

    playing: bool
    beat: float
    bpm: float
    at_seconds: float


@dataclass(frozen=True, slots=True)
class PhraseReport:
    """A phrase was taken over: its notes count from the song's beat `begin`."""

    begin: float
    melody: Clip
    sender: Sender = None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What Continuo is doing, in answer to `status`; `late` messages went out late so far."""

    state: str
    model: str
    bpm: float
    beat: float
    bars: int
    clock: str
    mode: str
    offset_ms: float
    playing: bool
    late: int
    sender: Sender = None


@dataclass(frozen=True, slots=True)
class AbletonMessage:
    """A message for the script in Ableton Live alone, named as in the table; to its host, port."""

    name: str
    values: tuple[float | str, ...]
    sender: Sender


@dataclass(frozen=True, slots=True)
class AbletonScene:
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
    | StatusLine
    | BeatReport
    | SoundReport
    | TakeReport
    | EditReport
    | SavedReport
    | NoticeReport
    | PlanReport
    | Reply
    | StatusReport
    | AbletonMessage
    | AbletonScene
    | SoundNews
    | LineReport
    | PhraseReport
)


class Listener(Protocol):
    """Shows or forwards what happens. Called from the engine thread; must never block."""

    def __call__(self, report: Report) -> None:
        """Take one report."""
