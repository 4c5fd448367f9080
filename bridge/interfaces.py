"""What the engine needs of ports, disk, worker and clocks, as protocols."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from models.errors import ContinuoError
from models.music.clip import Clip, Composition, Track
from models.music.tempo import Meter

if TYPE_CHECKING:  # the process that reads OSC starts sooner without it
    import mido


@dataclass(frozen=True, slots=True)
class ModelStep:
    """A model that goes on with what another made: what it is made for, and its controls."""

    model: str
    technique: str = ""
    controls: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """Have `model` do what it is made for with [begin, begin + length) of `melody`.

    Beats are counted from a bar line. `technique`: what it is asked to do; "" whatever it can.
    `context` is what the accompaniment plays already outside of the stretch, tracks named as the
    model names them; without it the model sees the melody alone. `then`: models that go on with
    what it made; `extension` is how many bars one of these extends it by. `is_whole`: the answer
    has what was there outside of the stretch as well. `chords`: what leads the harmony of models
    that hear chords. `swing`: how much the melody swings, for a band that reads it straight and
    swings along. `lane`: a newer request in the same lane replaces one not yet begun; "" is live
    playing, a take requested by id has its own lane.
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
    chords: Clip | None = None
    lane: str = ""
    technique: str = ""
    then: tuple[ModelStep, ...] = ()
    extension: int | None = None
    is_whole: bool = False
    swing: float = 0.0

    @property
    def end(self) -> float:
        """The beat up to which the first model works."""
        return self.begin + self.length

    @property
    def name(self) -> str:
        """Name all models, in their order."""
        return "+".join((self.model, *(step.model for step in self.then)))

    @property
    def techniques(self) -> tuple[str, ...]:
        """What each model is asked to do."""
        return (self.technique, *(step.technique for step in self.then))


class Output(Protocol):
    """Where sound goes. Called from the engine thread only; must never block."""

    def send(self, message: "mido.Message") -> None:
        """Send one message now."""


class InferenceClient(Protocol):
    """Answers requests, later, with Generated or GenerateFailed in the inbox."""

    def request(self, request: GenerateRequest) -> None:
        """Take a request and return at once; a newer one may replace one not yet begun."""

    def load(self, model: str) -> None:
        """Have a model in memory before it is asked for; WorkerChanged says when it is ready."""


class TakeStore(Protocol):
    """Saves takes and settings. Returns at once; disk work happens elsewhere."""

    def save(self, take: Composition, slot: int | None = None) -> None:
        """Save the take as .mid and .json; its provenance has its `id`.

        It takes the place of what was saved in the same slot.
        """

    def grow(self, slot: int, so_far: Callable[[], Composition]) -> None:
        """Save what there is so far of a take that goes on; `save` in this slot ends it.

        `so_far` is called in another thread.
        """

    def judge(self, take_id: str, verdict: str) -> None:
        """Write beside the take that it was `kept` or `dropped`."""

    def remember(self, midi_map: Mapping[str, tuple[int, int | None]]) -> None:
        """Save which control change does what: control and channel (None: any) by function."""


class ExternalClocks(Protocol):
    """The outside clocks, each of which may be in a thread of its own. Returns at once."""

    def choose(self, source: str) -> None:
        """Listen to this source alone: internal, midi, link or jack."""

    def lead(self, what: str, value: float | None = None) -> None:
        """Ask the source chosen to `start`, `stop`, `locate` (beat) or change `tempo` (bpm).

        `meter` tells it the beats in a bar; the sources to come hear of it too.
        """


class PortError(ContinuoError):
    """A MIDI port cannot be had; the sentence names the cure."""
