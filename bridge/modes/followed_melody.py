"""What a player who is followed has played, and will probably play."""

from dataclasses import replace

from bridge.modes.parts import Parts
from bridge.settings import EARLY
from models.music.clip import Clip, Note
from models.music.melody_forecast import cadence, continued
from models.music.tempo import EPSILON

_SIXTEENTHS = 4


class FollowedMelody:
    """The melody of a piece in the song's beats; `first`: the beat of its first note."""

    def __init__(self, parts: Parts, begin: float, first: float) -> None:
        self._parts = parts
        self._phrase_at, self._phrase_first = begin, first
        self._former: tuple[Note, ...] = ()  # played here before the song jumped back

    def ahead(self, at: float, begin: float, end: float, origin: float, is_end: bool) -> Clip:
        """Return what was played, and what will probably be, in beats from `origin`."""
        meter = self._parts.settings.meter
        played = self.played(at + origin, origin)
        if is_end:
            last = cadence(played, begin, meter)
            return Clip((*played.notes, *last.notes), end)
        before = tuple(n for n in self._former if at + origin <= n.start < end + origin)
        if before:
            again = Clip(before).shifted(-origin)
            return Clip((*played.notes, *again.notes), end)
        return continued(played, at, end, meter)

    def played(self, beat: float, origin: float) -> Clip:
        """Return what was played before a beat, in beats from `origin`."""
        recorder = self._parts.recorder
        notes = (n for n in (*recorder.done(), *recorder.held(beat)) if n.start < beat)
        moved = tuple(replace(n, start=n.start - origin) for n in notes)
        return Clip(moved, max(beat - origin, 0.0))  # a pick-up comes before its origin

    def phrase_is_whole(self, beat: float) -> bool:
        """Whether as many bars were played since the last phrase as a phrase has."""
        length = self._parts.settings.bars * self._parts.bar
        return beat - self._phrase_at >= length - EPSILON

    def last_phrase(self, beat: float) -> Clip | None:
        """Return what was played since the last time, in beats from there; None if nothing was.

        A note that was struck a little early belongs to the bar line that it was meant for.
        """
        since, self._phrase_at = self._phrase_at, beat
        first, self._phrase_first = self._phrase_first, beat - EARLY
        played = self.played(beat, since).notes
        inside = (n for n in played if first - EPSILON <= n.start + since < beat - EARLY)
        notes = tuple(_on_line(n) for n in inside)
        return Clip(notes, max(beat - since, 0.0)) if notes else None

    def move(self, new: float, line: float) -> None:
        """Go on at another beat of the song, in the bar that begins on `line`."""
        recorder = self._parts.recorder
        self._former = tuple(n for n in recorder.done() if n.start >= new)
        recorder.forget_from(new)
        self._phrase_at, self._phrase_first = line, line - EARLY


def _on_line(note: Note) -> Note:
    if not -EARLY - EPSILON <= note.start < 0:
        return note
    return replace(note, start=0.0, duration=max(note.end, 0.0))


def on_grid(clip: Clip) -> list[tuple[int, int, int]]:
    """Give a melody as the generators read it, on sixteenths."""
    return [(round(n.start * _SIXTEENTHS), round(n.end * _SIXTEENTHS), n.pitch) for n in clip.notes]
