"""A score: tracks with tempo, meter and key signatures, whatever file they came from."""

from dataclasses import dataclass, field, replace

from models.music.clip import Composition, Track
from models.music.tempo import MeterMap, TempoMap


@dataclass(frozen=True, slots=True)
class Score:
    """What a MIDI file holds: its tracks with notes (one a channel), tempo, meter, resolution.

    `keys`: its key signatures as (beat, name such as F#m).
    """

    tracks: tuple[Track, ...] = ()
    tempo: TempoMap = field(default_factory=TempoMap)
    meter: MeterMap = field(default_factory=MeterMap)
    ticks_per_beat: int = 480
    keys: tuple[tuple[float, str], ...] = ()

    @property
    def length(self) -> float:
        """Whole bars up to the last release, in beats."""
        return max((t.clip.length for t in self.tracks), default=0.0)

    def composition(self, melody: int) -> Composition:
        """Make track `melody` (an index) the melody and the other tracks its accompaniment."""
        others = tuple(t for i, t in enumerate(self.tracks) if i != melody)
        chosen = replace(self.tracks[melody], role="melody")
        origin = {"keys": self.keys} if self.keys else {}
        return Composition(chosen, others, self.tempo, self.meter, self.ticks_per_beat, origin)
