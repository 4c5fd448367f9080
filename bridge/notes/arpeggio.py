"""Which note of the keys that are held comes next in an arpeggio."""

from collections.abc import Collection
from random import Random
from typing import NamedTuple

from bridge.settings import ARPEGGIOS, OFF

_HIGHEST = 127


class ArpeggioNote(NamedTuple):
    """A note as it is struck; `channel` (0-15) is that of its key."""

    channel: int
    pitch: int
    velocity: int


class Arpeggio:
    """The notes that take turns, in the order of a pattern, over one octave or several.

    What is random is the same each time: it begins anew with the first key.
    """

    def __init__(self) -> None:
        self._held: dict[int, ArpeggioNote] = {}  # by pitch
        self._turn = 0
        self._random = Random(0)

    def __bool__(self) -> bool:
        """Whether there are notes."""
        return bool(self._held)

    def add(self, note: ArpeggioNote) -> None:
        """Let this note take its turn too."""
        if not self._held:
            self._turn, self._random = 0, Random(0)
        self._held[note.pitch] = note

    def keep(self, pitches: Collection[int]) -> None:
        """Let the notes of all other pitches take their turn no more."""
        self._held = {pitch: note for pitch, note in self._held.items() if pitch in pitches}

    def clear(self) -> None:
        """Let no note take its turn any more."""
        self._held.clear()

    def next(self, pattern: str, octaves: int) -> ArpeggioNote | None:
        """Give the note whose turn it is; None without notes, and where the pattern is off."""
        if pattern not in ARPEGGIOS:
            raise ValueError(f"arpeggio must be one of {', '.join(ARPEGGIOS)}, got {pattern!r}")
        if not self._held or pattern == OFF:
            return None
        order = self._order(pattern, octaves)
        turn, self._turn = self._turn, self._turn + 1
        return self._random.choice(order) if pattern == "random" else order[turn % len(order)]

    def _order(self, pattern: str, octaves: int) -> list[ArpeggioNote]:
        held = sorted(self._held.values(), key=lambda note: note.pitch)
        raised = [n._replace(pitch=n.pitch + 12 * i) for i in range(octaves) for n in held]
        by_pitch = {note.pitch: note for note in raised if note.pitch <= _HIGHEST}
        rising = [by_pitch[pitch] for pitch in sorted(by_pitch)]
        if pattern == "down":
            return rising[::-1]
        return rising + rising[-2:0:-1] if pattern == "up-down" else rising
