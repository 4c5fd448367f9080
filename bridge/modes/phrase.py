"""Which of the recorded notes are one phrase, and that phrase as a melody."""

from dataclasses import dataclass, replace

from bridge.notes.quantise import quantise
from bridge.notes.recorder import Recorder
from bridge.settings import EARLY
from models.music.clip import Clip, Note
from models.music.tempo import EPSILON


@dataclass(frozen=True, slots=True)
class Phrase:
    """Bars from `begin` on; notes from `first` on belong, the earlier ones as its pick-up.

    Notes in the last `pickup` beats alone do not make a phrase: they lead into the next one.
    Notes in the last `lead` beats always do.
    """

    begin: float
    length: float
    first: float
    pickup: float = 1.0
    lead: float = 0.0

    @property
    def end(self) -> float:
        """The bar line that closes it."""
        return self.begin + self.length

    def _inside(self, recorder: Recorder, until: float) -> list[Note]:
        last = self.end - self.lead - EPSILON
        done = [n for n in recorder.done() if self.first <= n.start < last]
        # A key struck just before the end and still down is the next phrase's down-beat.
        last_held = last if self.lead else self.end - EARLY
        return done + [n for n in recorder.held(until) if self.first <= n.start <= last_held]

    def _leading_on(self, recorder: Recorder) -> list[Note]:
        """Return the notes before its end that are the next phrase's for sure."""
        held = [n for n in recorder.held(self.end) if self.end - EARLY < n.start]
        if not self.lead:
            return held
        played = recorder.done() + recorder.held(self.end)
        begin = max(self.end - self.lead - EPSILON, self.first)
        return [n for n in played if begin <= n.start < self.end - EPSILON] + held

    def has_notes(self, recorder: Recorder) -> bool:
        """Tell whether anything was played since it began."""
        return any(n.start >= self.first for n in recorder.done() + recorder.held(self.end))

    def _is_pickup_only(self, notes: list[Note]) -> bool:
        return all(n.start >= self.end - self.pickup - EPSILON for n in notes)

    def melody(self, recorder: Recorder, strength: float = 0.0, until: float | None = None) -> Clip:
        """Return its notes so far, in beats from `begin`, held ones lasting to `until`, or its end.

        `strength` (0-1) draws them towards the grid.
        """
        notes = self._inside(recorder, self.end if until is None else until)
        if self._is_pickup_only(notes):
            return Clip((), self.length)
        moved = tuple(self._placed(note) for note in notes)
        return quantise(Clip(moved, self.length), strength)

    def _placed(self, note: Note) -> Note:
        start, end = note.start - self.begin, min(note.end - self.begin, self.length)
        if -EARLY - EPSILON <= start < 0:  # struck a little early: meant for the bar line
            start = 0.0
        return replace(note, start=start, duration=max(end - start, 0.0))

    def next_first(self, recorder: Recorder) -> float:
        """Return the earliest onset that belongs to the phrase after this one."""
        notes = self._inside(recorder, self.end)
        leading = self._leading_on(recorder)
        spare = notes + leading if self._is_pickup_only(notes) else leading
        return min([n.start for n in spare] + [self.end])


def is_same_music(one: Clip, other: Clip) -> bool:
    """Tell whether two recordings of a phrase differ by no onset, and no release that matters."""
    if len(one.notes) != len(other.notes):
        return False
    pairs = zip(one.notes, other.notes, strict=True)
    return all(
        (a.start, a.pitch) == (b.start, b.pitch) and abs(a.end - b.end) <= EARLY for a, b in pairs
    )
