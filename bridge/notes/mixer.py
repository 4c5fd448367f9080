"""The mixer: which tracks of Continuo's own are heard, and how loud.

A level scales velocities, and is no control change 7. A DAW's track has a fader of its own, and
CC 7 either moves that one (Logic), is heard by no instrument (those of Live), or is recorded into
the clip and stays in the synth after Continuo has gone. A velocity is heard by every instrument, is
part of the note that is recorded, and leaves nothing behind. The takes on disk are as composed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bridge.notes.scheduler import ACCOMPANIMENT, MELODY, Edge

HIGHEST_LEVEL = 2.0


@dataclass(frozen=True, slots=True)
class Strip:
    """How a track is set; `level` 1 is as composed, 0 is silence."""

    mute: bool = False
    solo: bool = False
    level: float = 1.0


class Mixer:
    """The strips of the tracks by their names; what the player plays is never mixed.

    `names`: of the tracks, by their channels. Called from: the engine thread.
    """

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self._strips: dict[str, Strip] = {}
        self.gap: tuple[float, float] | None = None  # beats in which no accompaniment begins

    def strip(self, name: str) -> Strip:
        """How a track is set."""
        return self._strips.get(name, Strip())

    def mute(self, name: str, is_on: bool) -> None:
        """Silence a track, or no longer."""
        self._strips[name] = replace(self.strip(name), mute=is_on)

    def solo(self, name: str, is_on: bool) -> None:
        """Hear this track, and others that are set so, alone."""
        self._strips[name] = replace(self.strip(name), solo=is_on)

    def level(self, name: str, level: float) -> None:
        """Scale the velocities of a track; ValueError beyond 0..2."""
        if not 0 <= level <= HIGHEST_LEVEL:
            raise ValueError(f"level must be in range 0..{HIGHEST_LEVEL:g}, got {level:g}")
        self._strips[name] = replace(self.strip(name), level=level)

    def is_silent(self, name: str) -> bool:
        """Whether nothing of a track is heard."""
        strip = self.strip(name)
        if strip.mute or strip.level == 0:
            return True
        return not strip.solo and any(other.solo for other in self._strips.values())

    def silent_channels(self, thru: int) -> Collection[int]:
        """Give the channels of what is not heard; `thru` is that of the melody."""
        silent = {channel for channel, name in self._names.items() if self.is_silent(name)}
        return silent | ({thru} if self.is_silent(MELODY) else set())

    def mixed(self, edge: Edge) -> Edge | None:
        """Give an onset as loud as it is to be; None: it is not heard. A release stays as it is."""
        if not edge.strikes:
            return edge
        if edge.source == ACCOMPANIMENT and self.gap and self.gap[0] <= edge.beat < self.gap[1]:
            return None
        if not self._strips or edge.source not in (MELODY, ACCOMPANIMENT):
            return edge
        name = self._names.get(edge.channel, "") if edge.source == ACCOMPANIMENT else MELODY
        if self.is_silent(name):
            return None
        level = self.strip(name).level
        if level == 1:
            return edge
        return edge._replace(velocity=min(max(round(edge.velocity * level), 1), 127))
