"""The chords that lead the harmony while playing: named at the start, by OSC, or held by a hand."""

from math import floor
from typing import NamedTuple

from bridge.notes.chord_hand import ChordHand
from bridge.timing.transport import Transport
from models.music.clip import Clip, Note
from models.music.progression import BarLines, Progression
from models.music.tempo import EPSILON

_ALWAYS = float("-inf")
_MOST_CHANGES = 256
STEP = 0.5  # beats: chords lead from such a point on


class LedChord(NamedTuple):
    """Pitch classes of a chord that leads, and of its bass."""

    tones: frozenset[int]
    bass: int


class ChordLead:
    """What leads, and since when; nothing: the melody does.

    Instants are kept, not beats: after a jump, or when the song begins anew, what was said last
    goes on to lead. `is_by_hand`: `hand` said it.
    Called from: the engine thread.
    """

    def __init__(self, progression: Progression | None = None) -> None:
        self._changes: list[tuple[float, Progression | None]] = [(_ALWAYS, progression)]
        self.name = ""  # of what leads
        self.is_by_hand = False
        self.hand = ChordHand()

    @property
    def progression(self) -> Progression | None:
        """What was said last; None: the melody leads."""
        return self._changes[-1][1]

    @property
    def is_leading(self) -> bool:
        """Whether any chords lead, or did."""
        return any(progression is not None for _, progression in self._changes)

    def say(
        self,
        at_seconds: float,
        progression: Progression | None,
        name: str = "",
        *,
        is_by_hand: bool = False,
    ) -> None:
        """Let these chords lead from the half beat at this instant on; None: the melody does."""
        self.name, self.is_by_hand = name, is_by_hand
        before = [change for change in self._changes if change[0] < at_seconds - EPSILON]
        self._changes = [*before[-_MOST_CHANGES:], (at_seconds, progression)]

    def since(self, transport: Transport) -> float:
        """Give the beat of the song from which on leads what was said last."""
        return self._beat(transport, self._changes[-1][0])

    @staticmethod
    def place(transport: Transport, at_seconds: float) -> float:
        """Give the instant of the half beat that is nearest."""
        if not transport.playing:
            return at_seconds
        return transport.seconds_at(round(transport.beat_at(at_seconds) / STEP) * STEP)

    def bend(self, old: Transport, new: Transport) -> None:
        """Keep what was said at its beats: from now on the song runs by another tempo."""
        if old.playing and old.bpm != new.bpm:
            self._changes = [
                (s if s == _ALWAYS else new.seconds_at(old.beat_at(s)), progression)
                for s, progression in self._changes
            ]

    def chord_at(self, transport: Transport, beat: float) -> LedChord | None:
        """Give the chord that leads at a beat of the song; None: the melody leads there."""
        notes = [n for n in self.clip(transport, beat, STEP).notes if n.start < EPSILON]
        if not notes:
            return None
        return LedChord(frozenset(n.pitch % 12 for n in notes), min(n.pitch for n in notes) % 12)

    def anywhere(self, length: float, bars: BarLines) -> Clip:
        """Give what was said last, from its first bar on: for music without a place in the song."""
        last = self.progression
        return Clip(tuple(last.notes(0.0, length, 0.0, bars)) if last else (), length)

    def begins_beat(self, transport: Transport) -> float:
        """Give the beat in which leads what was said last: bands hear chords on beats.

        From there on it is asked for while it is being played; what is past sounds no more.
        """
        since = self.since(transport)
        return since if since == _ALWAYS else floor(since + EPSILON)

    def clip(
        self, transport: Transport, begin: float, length: float, *, on_beat: bool = False
    ) -> Clip:
        """Give the chords under `length` beats from the song's beat `begin` on, counted there.

        `on_beat`: what was said last leads from the beat on in which it was said.
        """
        if not transport.playing:
            return self.anywhere(length, transport)
        out: list[Note] = []
        end = begin + length
        for since, progression in reversed(self._changes):
            start = self._beat(transport, since)
            if on_beat and since == self._changes[-1][0]:
                start = self.begins_beat(transport)
            if progression is not None and start < end:
                first = max(transport.bar_line(start), 0.0) if start > 0 else 0.0
                out += progression.notes(max(start, begin), end, first, transport)
            end = min(end, start)
            if end <= begin + EPSILON:
                break
        return Clip(tuple(out), length).shifted(-begin)

    @staticmethod
    def _beat(transport: Transport, at_seconds: float) -> float:
        if at_seconds == _ALWAYS:
            return at_seconds
        return round(transport.beat_at(at_seconds) / STEP) * STEP
