"""The arpeggiator on the engine's clock: notes that are held take turns, in time with the song."""

from collections.abc import Callable

import mido

from bridge.engine.performance import Performance
from bridge.events import MidiIn
from bridge.notes.arpeggio import Arpeggio, ArpeggioNote
from bridge.notes.midi_output import DROP_SECONDS, Moment
from bridge.settings import ARPEGGIO_RATES, EARLY, OFF
from models.music.tempo import EPSILON

Sound = Callable[[MidiIn, float], None]  # a message of the player's, and the instant it is now


class Arpeggiator:
    """Strikes and releases what takes turns, on the song's grid; where it stands, at its tempo.

    Places are beats of the song, or of the tempo since nought seconds while it stands. What stops
    the song stops the arpeggio too. Called from: the engine thread.
    """

    def __init__(self, play: Performance, sound: Sound) -> None:
        self._play, self._sound = play, sound
        self.notes = Arpeggio()
        self._sounding: ArpeggioNote | None = None
        self._off: float | None = None  # the place at which it is released
        self._next: float | None = None  # the place of the next turn
        self._line = self._line_now()

    # -- time ------------------------------------------------------------------------------
    def _line_now(self) -> tuple[int, float]:
        """Give what places are counted on: another one after each start, stop and jump."""
        playhead = self._play.parts.playhead
        return playhead.changes, 0.0 if playhead.playing else self._play.parts.bpm

    def _place_at(self, seconds: float) -> float:
        playhead = self._play.parts.playhead
        if playhead.playing:
            return playhead.beat_at(seconds)
        return seconds * self._play.parts.bpm / 60

    def _after(self, place: float) -> float:
        """Give the first step after a place."""
        playhead = self._play.parts.playhead
        if not playhead.playing:
            return place + self._step
        return playhead.transport.next_step(place, self._step)

    @property
    def _step(self) -> float:
        return ARPEGGIO_RATES[self._play.current.settings.arpeggio_rate]

    @property
    def _due(self) -> float | None:
        if self._off is None and self._next is None:  # as always but with an arpeggio
            return None
        places = (place for place in (self._off, self._next) if place is not None)
        return min(places, default=None) if self._line == self._line_now() else None

    @property
    def next_beat(self) -> float | None:
        """The beat of the song at which something is due, while it runs."""
        return self._due if self._play.parts.playhead.playing else None

    @property
    def wakes_at_seconds(self) -> float | None:
        """The instant at which something is due, while the song stands."""
        due = self._due
        is_due = due is not None and not self._play.parts.playhead.playing
        return due * 60 / self._play.parts.bpm if is_due and due is not None else None

    # -- what is due -----------------------------------------------------------------------
    def step(self, moment: Moment) -> None:
        """Do what is due on this beat."""
        due = self.next_beat
        if due is not None and due <= moment.position + EPSILON:
            self._advance(due, moment.due_seconds, moment.now_seconds)

    def wake(self, now_seconds: float) -> None:
        """Do what is due while the song stands."""
        due_seconds = self.wakes_at_seconds
        while due_seconds is not None and due_seconds <= now_seconds:
            due = self._due
            assert due is not None, "it is due at an instant, and at no place"
            self._advance(due, due_seconds, now_seconds)
            due_seconds = self.wakes_at_seconds

    def _advance(self, place: float, at_seconds: float, now_seconds: float) -> None:
        if self._off is not None and self._off <= place + EPSILON:
            self._release(at_seconds, now_seconds)
        if self._next is None or self._next > place + EPSILON:
            return
        if now_seconds - at_seconds > DROP_SECONDS:
            self._next = self._after(place)  # the machine stood still: that turn is left out
        else:
            self._strike(at_seconds, now_seconds)

    def begin(self, at_seconds: float, now_seconds: float) -> None:
        """Begin with the key that was struck: at once if the song stands, else on a step."""
        if self._next is not None and self._line == self._line_now():
            return
        place = self._place_at(at_seconds)
        if not self._play.parts.playhead.playing:
            self._strike(at_seconds, now_seconds)
            return
        # A key that is struck a little late was meant for the step before it.
        first = self._after(place - min(self._step / 4, EARLY))
        if first <= place + EPSILON:
            self._strike(at_seconds, now_seconds)
        else:
            self._line, self._next = self._line_now(), first

    def _strike(self, at_seconds: float, now_seconds: float) -> None:
        self._release(at_seconds, now_seconds)
        settings = self._play.current.settings
        note = self.notes.next(settings.arpeggio, settings.arpeggio_octaves)
        if note is None:
            self._next = None
            return
        self._sounding = note
        self._send("note_on", note, at_seconds, now_seconds)
        # It may be the first note of all, with which the song begins.
        self._line, place = self._line_now(), self._place_at(at_seconds)
        self._next = self._after(place)
        self._off = min(place + settings.arpeggio_gate * self._step, self._next)

    def _release(self, at_seconds: float, now_seconds: float) -> None:
        note, self._sounding, self._off = self._sounding, None, None
        if note is not None:
            self._send("note_off", note._replace(velocity=0), at_seconds, now_seconds)

    def _send(self, kind: str, note: ArpeggioNote, at_seconds: float, now_seconds: float) -> None:
        given = {"channel": note.channel, "note": note.pitch, "velocity": note.velocity}
        self._sound(MidiIn(at_seconds, mido.Message(kind, **given)), now_seconds)

    # -- what changed ----------------------------------------------------------------------
    def look(self, now_seconds: float) -> None:
        """Go on where the song is now, or end if it stands or there is no arpeggio any more."""
        before, self._line = self._line, self._line_now()
        if self._play.current.settings.arpeggio == OFF:
            self.end(now_seconds)
        elif before != self._line and (self._next is not None or self._sounding is not None):
            has_stopped = not before[1] and bool(self._line[1])
            self._release(now_seconds, now_seconds)
            if has_stopped or not self.notes:
                self.end(now_seconds)
            else:
                self._next = self._after(self._place_at(now_seconds) - 2 * EPSILON)

    def end(self, now_seconds: float) -> None:
        """Let nothing take its turn any more, and release what sounds."""
        self.notes.clear()
        self._next = None
        self._release(now_seconds, now_seconds)

    def forget(self) -> None:
        """Count everything as let go: what sounded is released by others."""
        self.notes.clear()
        self._sounding = self._off = self._next = None
