"""The chords under a player in mode follow: planned ahead, and settled as their beats come."""

from collections.abc import Sequence

from models.music.harmony import Chord, Harmony
from models.music.tempo import EPSILON


class FollowedHarmony:
    """Chords in the song's beats: those that were, and those that are meant to be."""

    def __init__(self) -> None:
        self._chords: list[Chord] = []
        self._told_to = float("-inf")
        self._told = ""
        self.key, self.certainty = 0, 0.0

    def mend(self, beat: float, harmony: Harmony) -> None:
        """From `beat` on mean these chords; one that is another than was told is told anew."""
        before = (c.within(float("-inf"), beat) for c in self._chords)
        after = (c.within(beat, float("inf")) for c in harmony.chords)
        self._chords = [c for c in (*before, *after) if c]
        self.key, self.certainty = harmony.key, harmony.certainty
        self._told_to = min(self._told_to, beat)

    def settled(self, until: float) -> list[Chord]:
        """Give the chords that begin before `until` and were not told yet."""
        out: list[Chord] = []
        for chord in self._chords:
            if self._told_to - EPSILON <= chord.start < until - EPSILON:
                if chord.name and chord.name != self._told:
                    out.append(chord)
                self._told = chord.name or self._told
        self._told_to = max(self._told_to, until)
        return out

    def at(self, beat: float) -> Chord | None:
        """Give the chord that is meant to sound at this beat."""
        return next((c for c in self._chords if c.start <= beat + EPSILON < c.end), None)

    def stretch(self, begin: float, end: float, origin: float) -> Harmony:
        """Give what lies in [begin, end), in beats from `origin`."""
        inside: Sequence[Chord | None] = [c.within(begin, end) for c in self._chords]
        chords = tuple(c.shifted(-origin) for c in inside if c)
        return Harmony(chords, self.key, self.certainty)

    def forget(self, before: float) -> None:
        """Drop what ended before this beat."""
        self._chords = [c for c in self._chords if c.end > before]

    def move(self, beat: float) -> None:
        """Go on at another beat of the song."""
        self._told_to, self._told = beat, ""
