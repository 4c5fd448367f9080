"""Notes, clips, tracks and compositions: frozen values, times in beats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import Any

from models.music.tempo import MeterMap, TempoMap

DRUM_CHANNEL = 9


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be in range {low:g}..{high:g}, got {value:g}")


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note: start and duration in beats, pitch 0-127, velocity 1-127."""

    start: float
    duration: float
    pitch: int
    velocity: int = 80

    def __post_init__(self) -> None:
        _check("pitch", self.pitch, 0, 127)
        _check("velocity", self.velocity, 1, 127)
        if not isfinite(self.start):
            raise ValueError(f"start must be a finite beat, got {self.start:g}")
        if not 0 <= self.duration < inf:
            raise ValueError(f"duration must be at least 0 beats, got {self.duration:g}")

    @property
    def end(self) -> float:
        """The beat at which the note is released."""
        return self.start + self.duration


@dataclass(frozen=True, slots=True)
class Clip:
    """Notes in order of start, and the length in beats after which the clip loops."""

    notes: tuple[Note, ...] = ()
    length: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", tuple(sorted(self.notes)))
        if not self.length >= 0:
            raise ValueError(f"length must be at least 0 beats, got {self.length:g}")

    @property
    def end(self) -> float:
        """The last release, in beats (0 without notes)."""
        return max((n.end for n in self.notes), default=0.0)

    def shifted(self, beats: float) -> "Clip":
        """The same notes `beats` later; the length stays."""
        return replace(self, notes=tuple(replace(n, start=n.start + beats) for n in self.notes))

    def transposed(self, semitones: int) -> "Clip":
        """The same notes higher by `semitones`; ValueError if one leaves 0-127."""
        return replace(self, notes=tuple(replace(n, pitch=n.pitch + semitones) for n in self.notes))

    def window(self, begin: float, end: float) -> "Clip":
        """The notes that start in [begin, end), counted from `begin` and cut at `end`."""
        inside = [n for n in self.notes if begin <= n.start < end]
        cut = tuple(
            replace(n, start=n.start - begin, duration=min(n.duration, end - n.start))
            for n in inside
        )
        return Clip(cut, end - begin)

    def merged(self, other: "Clip") -> "Clip":
        """Both clips' notes together, as long as the longer of them."""
        return Clip(self.notes + other.notes, max(self.length, other.length))


@dataclass(frozen=True, slots=True)
class Extra:
    """What stands beside the notes at a beat: words, controllers; nothing reads it as music.

    `status` is that of MIDI without the channel (0xB0 a controller), or 0xFF00 and a meta type.
    """

    beat: float
    status: int
    data: bytes

    @property
    def is_text(self) -> bool:
        """Whether it is words, not an event of a channel."""
        return self.status >= 0xF000

    @property
    def is_marker(self) -> bool:
        """Whether it is a marker: the name of a place, or of a chord."""
        return self.status == 0xFF06


@dataclass(frozen=True, slots=True)
class Track:
    """A named clip with its General MIDI program and channel (0-15; drums on 9).

    `extras` travel with it, in order of time.
    """

    name: str
    clip: Clip = Clip()
    role: str = "melody"
    program: int = 0
    channel: int = 0
    extras: tuple[Extra, ...] = ()

    def __post_init__(self) -> None:
        _check("program", self.program, 0, 127)
        _check("channel", self.channel, 0, 15)

    @property
    def is_drum(self) -> bool:
        """Whether its pitches are General MIDI drums."""
        return self.channel == DRUM_CHANNEL


@dataclass(frozen=True, slots=True)
class Composition:
    """A melody, its accompaniment, tempo and meter, and where it all came from."""

    melody: Track
    accompaniment: tuple[Track, ...] = ()
    tempo: TempoMap = field(default_factory=TempoMap)
    meter: MeterMap = field(default_factory=MeterMap)
    ticks_per_beat: int = 480
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The melody first, then the accompaniment."""
        return (self.melody, *self.accompaniment)

    @property
    def length(self) -> float:
        """The longest clip's length or last release, in beats."""
        return max((max(t.clip.length, t.clip.end) for t in self.tracks), default=0.0)

    def with_accompaniment(self, tracks: Iterable[Track]) -> "Composition":
        """The same melody with other accompaniment."""
        return replace(self, accompaniment=tuple(tracks))
