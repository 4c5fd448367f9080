"""What a style is: its parts, their rhythms by meter and intensity, its drums."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.arranging.drum_grooves import Groove
from models.music.tempo import Meter

INTENSITIES = 4  # from a first verse to a last chorus
Rhythms = Mapping[str, tuple[tuple[str, ...], ...]]  # by meter, then intensity: some to choose from
Beats = Mapping[str, tuple[Mapping[int, str], ...]]  # by meter: drums that are written, by pitch

# How a part turns a chord into notes.
BASS, WALKING, BLOCK, SHELL, STRUM, PICK, BOOM = (
    "bass", "walking", "block", "shell", "strum", "pick", "boom",
)  # fmt: skip
FOUR, THREE, SIX = "4/4", "3/4", "6/8"
_HALF = Meter(2, 4)


@dataclass(frozen=True)
class Part:
    """One player: an instrument, where it plays, how, with how many voices and which rhythms."""

    name: str
    role: str
    program: int
    low: int
    high: int
    manner: str
    rhythms: Rhythms
    voices: int = 3
    loudness: int = 70


@dataclass(frozen=True)
class Style:
    """A band's style. `takes` says which drum takes suit it; `beats` are drums for other meters.

    `plain` whether chords are played as triads; `fills` the styles whose fills are played.
    """

    name: str
    title: str
    parts: tuple[Part, ...]
    takes: Callable[[Groove], bool]
    beats: Beats
    fills: tuple[str, ...]
    plain: bool


def meter_key(meter: Meter) -> str | None:
    """Say whose rhythms a meter takes; None where a style has none."""
    if meter == _HALF or (meter.beats_per_bar == 4 and meter.denominator in (2, 4)):
        return FOUR
    return {Meter(3, 4): THREE, Meter(6, 8): SIX}.get(meter)


def cut_rhythm(rhythm: str, meter: Meter) -> str:
    """Cut a rhythm to a bar: 2/4 takes the first half of one in 4/4."""
    return rhythm[: round(meter.beats_per_bar * 4)]
