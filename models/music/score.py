"""A score: tracks with tempo, meter and key signatures, whatever file they came from."""

from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, TypeVar

from models.errors import ContinuoError
from models.music.clip import Composition, Extra, Track
from models.music.tempo import EPSILON, MeterMap, TempoMap
from models.music.whole_bars import whole_bars_end

# Below so many ticks a quarter, sixteenths and triplets of an accompaniment fall beside their time.
COARSE_TICKS, FINE_TICKS = 96, 480

_Value = TypeVar("_Value")


class PickupError(ContinuoError, ValueError):
    """A pick-up that does not fit into the first bar, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a MIDI file holds: its tracks with notes, tempo, meter, resolution.

    `keys`: its key signatures as (beat, name such as F#m); `texts`: words of no single track;
    `notices`: what was odd in the file.
    """

    tracks: tuple[Track, ...] = ()
    tempo: TempoMap = field(default_factory=TempoMap)
    meter: MeterMap = field(default_factory=MeterMap)
    ticks_per_beat: int = 480
    keys: tuple[tuple[float, str], ...] = ()
    notices: tuple[str, ...] = ()
    texts: tuple[Extra, ...] = ()

    @property
    def length(self) -> float:
        """Whole bars up to the last release, in beats."""
        return max((t.clip.length for t in self.tracks), default=0.0)

    def composition(self, melody: int) -> Composition:
        """Make track `melody` (an index) the melody and the other tracks its accompaniment."""
        others = tuple(t for i, t in enumerate(self.tracks) if i != melody)
        chosen = replace(self.tracks[melody], role="melody")
        said = {"keys": self.keys, "texts": self.texts}
        origin = {name: value for name, value in said.items() if value}
        return Composition(chosen, others, self.tempo, self.meter, self.ticks_per_beat, origin)

    def with_pickup(self, beats: float) -> "Score":
        """The score with its first bar line `beats` after its beginning: rests fill the bar.

        A pick-up that the meter changes have as a short bar stays; PickupError if it is no
        shorter than a bar.
        """
        changes = self.meter.changes
        if not beats or (len(changes) > 1 and abs(changes[1][0] - beats) < EPSILON):
            return self
        bar = changes[0][1].beats_per_bar
        if not 0 < beats < bar:
            raise PickupError(f"a pick-up must be in range 0..{bar:g} beats, got {beats:g}")
        rest = bar - beats
        meter = MeterMap(_later(changes, rest))
        clips = [t.clip.shifted(rest) for t in self.tracks]
        length = max((whole_bars_end(clip, meter) for clip in clips), default=0.0)
        tracks = tuple(
            replace(t, clip=replace(clip, length=length), extras=_moved(t.extras, rest))
            for t, clip in zip(self.tracks, clips, strict=True)
        )
        tempo, keys = TempoMap(_later(self.tempo.changes, rest)), _later(self.keys, rest)
        texts = _moved(self.texts, rest)
        return replace(self, tracks=tracks, tempo=tempo, meter=meter, keys=keys, texts=texts)


def finer(ticks_per_beat: int) -> int:
    """The resolution to write in: fine enough for what is added, the file's own ticks kept."""
    if ticks_per_beat >= COARSE_TICKS:
        return ticks_per_beat
    return ticks_per_beat * ceil(FINE_TICKS / ticks_per_beat)


def _moved(extras: tuple[Extra, ...], beats: float) -> tuple[Extra, ...]:
    """Words and controllers later by `beats`; what sets a channel up stays at the beginning."""
    return tuple(replace(e, beat=e.beat + beats) if e.beat else e for e in extras)


def _later(changes: tuple[tuple[float, _Value], ...], beats: float) -> tuple[Any, ...]:
    return tuple((beat + beats if beat else 0.0, value) for beat, value in changes)
