"""What Continuo sends when others play by its MIDI clock: pulses, starts, stops, song positions.

While the song runs the engine asks in beats, while it stands still in seconds:

    out = ClockOut(now_seconds)
    send(out.play(beat))                      # the song runs from this beat on
    if transport reaches out.next_beat:       # None while the song stands still
        send(out.pulse(due_seconds))
    send(out.locate(beat))                    # the song was put elsewhere, running or not
    send(out.stop())
    if now_seconds >= out.next_seconds(bpm):  # None while the song runs
        send(out.pulse(out.next_seconds(bpm)))
"""

from math import ceil

import mido

from bridge.timing.pulse_filter import PULSES_PER_BEAT
from models.music.tempo import EPSILON

PULSES_PER_SIXTEENTH = 6
_SONG_POSITIONS = 16_384  # as many sixteenths as a song position can tell

Messages = list[mido.Message]


class ClockOut:
    """Knows which message of MIDI clock is next. Called from: the engine thread; sends nothing.

    A song that is begun in mid sixteenth, or before beat 0, is joined by the others at the next
    sixteenth; until then pulses tell them the tempo only.
    """

    def __init__(self, now_seconds: float) -> None:
        self._next: int | None = None  # the pulse of the song to send next; None: it stands still
        self._join = 0  # the pulse at which the others begin to play
        self._are_playing = False
        self._others_at = -1  # the pulse that the others would play next
        self._first_seconds = now_seconds
        self._last_seconds: float | None = None

    @property
    def next_beat(self) -> float | None:
        """The beat at which a pulse is due; None while the song stands still."""
        return None if self._next is None else self._next / PULSES_PER_BEAT

    def next_seconds(self, bpm: float) -> float | None:
        """Return the instant at which a pulse is due at this tempo; None while the song runs."""
        if self._next is not None:
            return None
        if self._last_seconds is None:
            return self._first_seconds
        return self._last_seconds + 60 / (PULSES_PER_BEAT * bpm)

    def play(self, beat: float) -> Messages:
        """Run from `beat` on; return what to send at once."""
        first = _from(beat, 1)
        told: Messages = []
        if self._others_at == first > 0:
            self._join = first  # where they stopped, be it in mid sixteenth
        else:
            self._join, told = self._put(beat)
        if self._join == 0:
            told = []  # that is what Start says
        self._next = first
        return told + self._joined()

    def stop(self) -> Messages:
        """Stand still; return what to send at once."""
        self._next = None
        if not self._are_playing:
            return []
        self._are_playing = False
        return [mido.Message("stop")]

    def locate(self, beat: float) -> Messages:
        """Put the song at `beat`, running or standing still; return what to send at once."""
        if self._next is not None:
            return self.stop() + self.play(beat)
        return self._put(beat)[1]

    def pulse(self, due_seconds: float) -> Messages:
        """Take the pulse that is due; return what to send."""
        self._last_seconds = due_seconds
        told = [mido.Message("clock")]
        if self._next is None:
            return told
        self._next += 1
        if self._are_playing:
            self._others_at += 1
        return told + self._joined()

    def _put(self, beat: float) -> tuple[int, Messages]:
        """Return the pulse from `beat` on at which others can join, and what puts them there."""
        join = _from(beat, PULSES_PER_SIXTEENTH)
        if self._others_at == join:
            return join, []
        self._others_at = join
        sixteenth = join // PULSES_PER_SIXTEENTH % _SONG_POSITIONS
        return join, [mido.Message("songpos", pos=sixteenth)]

    def _joined(self) -> Messages:
        """Have the others begin if the next pulse is the one: they need a moment before it."""
        if self._are_playing or self._next is None or self._next != self._join:
            return []
        self._are_playing = True
        self._others_at = self._join
        return [mido.Message("continue" if self._join else "start")]


def _from(beat: float, pulses: int) -> int:
    """Return the first multiple of `pulses` at or after `beat`; others begin at 0 or later."""
    count = ceil(beat * PULSES_PER_BEAT / pulses - EPSILON) * pulses
    return count if pulses == 1 else max(count, 0)
