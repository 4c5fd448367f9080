"""What goes into the engine's inbox: plain values.

Every event carries `at_seconds`, read from the engine's clock where it happened (a MIDI callback,
the worker's reader thread, a signal handler), because the engine may look at it later.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import mido

from models.artifact.manifest import Manifest
from models.music.clip import Clip, Track
from models.music.harmony import Harmony
from models.music.tempo import Meter

Value = float | str | Clip | None
# What MIDI clock is made of.
CLOCK_MESSAGES = ("clock", "start", "stop", "continue", "songpos")
# Who sent a command, as its transport knows them (OSC: host and port).
Sender = Hashable | None


@dataclass(frozen=True, slots=True)
class MidiIn:
    """A message that arrived at `Continuo In`, or at `port`, an input that was named.

    `at_seconds` is when it was played. One that came from afar arrived later, at `arrived_seconds`,
    by which it is judged whether it is late; `player` is who sent it.
    """

    at_seconds: float
    message: mido.Message
    port: str = ""
    arrived_seconds: float | None = None
    player: "Sender" = None


@dataclass(frozen=True, slots=True)
class Command:
    """What the musician asks for: a name that `bridge.engine.commands` knows, values in order.

    `sender` gets the answer; `address` is what was called, for the error that may be the answer.
    """

    at_seconds: float
    name: str
    values: tuple[Value, ...] = ()
    sender: Sender = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class StepMade:
    """What there was after one model of several: the melody, then the accompaniment."""

    model: str
    technique: str
    seed: int
    controls: Mapping[str, float] = field(default_factory=dict)
    tracks: tuple[Track, ...] = ()


@dataclass(frozen=True, slots=True)
class Generated:
    """The worker's answer to a request: accompaniment tracks, beats counted from the phrase.

    `melody`: track 0 of the answer, where a model edited or extended it. `steps`: what each of
    several models left. `harmony`: the chords that were planned for them, of a model that plans.
    """

    at_seconds: float
    request_id: str
    tracks: tuple[Track, ...]
    seconds: float
    melody: Clip | None = None
    steps: tuple[StepMade, ...] = ()
    harmony: Harmony | None = None


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
    """The MIDI system is `lost` or `back`, or the input `detail` is: `input lost`, `input back`.

    `input left`: another one was chosen in its place. `source lost`: what was connected to
    Continuo's own input is not any more.
    """

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

    `has_jumped` tells that the song did not run to this beat but was put there; `meter` (None: the
    clock tells none) counts its bars from beat 0.
    """

    at_seconds: float
    source: str
    beat: float
    bpm: float
    is_playing: bool
    has_jumped: bool = False
    meter: Meter | None = None


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
