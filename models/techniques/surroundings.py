"""What a generator is shown around a stretch, so that the time a piece takes grows with its notes.

Shown the whole piece for every stretch, 20,000 notes took minutes: each was put into rows again
and again. No generator reads further than a few bars, so it gets what is near.
"""

from bisect import bisect_left
from collections.abc import Iterable

from models.music.clip import Clip, Note

# 64 bars of 4/4 before and after; the networks that ship read 16 bars at most.
CONTEXT_BEATS = 256.0


class Timeline:
    """Notes in order of start, later ones added at the end, and what of them is near a stretch."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self._notes: list[Note] = []
        self._starts: list[float] = []
        self._reached: list[float] = []  # the latest release among the notes up to here
        self.add(notes)

    def add(self, notes: Iterable[Note]) -> None:
        """Add notes in order, none of which begins before those that are there."""
        for note in notes:
            self._notes.append(note)
            self._starts.append(note.start)
            self._reached.append(max(note.end, self._reached[-1] if self._reached else note.end))

    def near(self, begin: float, end: float) -> tuple[Note, ...]:
        """The notes that begin before `end`, and sound or begin after `begin`."""
        first = bisect_left(self._reached, begin)
        last = bisect_left(self._starts, end)
        return tuple(n for n in self._notes[first:last] if n.end >= begin)

    def around(self, begin: float, end: float) -> Clip:
        """What a generator is shown of them for [begin, end)."""
        return Clip(self.near(begin - CONTEXT_BEATS, end + CONTEXT_BEATS))

    @property
    def notes(self) -> tuple[Note, ...]:
        """All of them."""
        return tuple(self._notes)


class GrowingTrack:
    """A track while a stretch of it is written from its beginning to its end.

    It starts with what lies outside of [begin, end), cut where it would ring into it.
    """

    def __init__(self, clip: Clip, begin: float, end: float) -> None:
        before = [n for n in clip.notes if n.start < begin]
        cut = (Note(n.start, min(n.duration, begin - n.start), n.pitch, n.velocity) for n in before)
        self._length = clip.length
        self._before = Timeline(cut)
        self._after = Timeline(clip.notes[bisect_left(clip.notes, end, key=lambda n: n.start) :])

    def add(self, notes: Iterable[Note]) -> None:
        """Write on: notes that begin after all that were written, before the end."""
        self._before.add(notes)

    def around(self, begin: float, end: float) -> Clip:
        """What a generator is shown of it for [begin, end)."""
        return self._before.around(begin, end).merged(self._after.around(begin, end))

    @property
    def clip(self) -> Clip:
        """All notes."""
        return Clip(self._before.notes + self._after.notes, self._length)
