"""Where a song on MIDI clock is: pulses, start, stop, continue and song positions, no ports.

Errors of sixteenths played by this clock against the sender's true beats, in ms (p50 / p99), and
of isobar's way (the pulse as it came, the last interval smoothed by 0.95), simulated over 64 s:

| jitter of the pulses     | steady    | isobar     | 60-180-60 bpm | isobar     | 100 <-> 140 bpm |
|--------------------------|-----------|------------|---------------|------------|-----------------|
| JACK, periods of 5.3 ms  | 0.1 / 0.4 | 1.4 / 2.9  | 0.3 / 3.4     | 1.4 / 4.7  | 0.1 / 0.7       |
| JACK, periods of 10.7 ms | 0.3 / 3.4 | 2.8 / 5.6  | 0.6 / 6.4     | 2.9 / 7.5  | 0.3 / 1.8       |
| normal, 2.5 ms; 1% 26 ms | 0.5 / 2.5 | 1.9 / 6.9  | 1.2 / 6.9     | 1.9 / 7.4  | 0.6 / 4.3       |
| USB, 1 to 3 ms           | 0.1 / 0.5 | 0.5 / 1.4  | 0.2 / 2.0     | 0.6 / 4.2  | 0.2 / 0.9       |
"""

import mido

from bridge.events import ClockPosition
from bridge.timing.pulse_counter import PulseCounter
from bridge.timing.pulse_filter import PULSES_PER_BEAT

SOURCE = "midi"
PULSES_PER_SIXTEENTH = 6

_LOST_SECONDS = 0.3
_LOST_PULSES = 6


class MidiClock:
    """Follows one sender's clock messages; `bpm` is the tempo until two pulses tell another.

    The first pulse after Start is beat 0; after Continue it is the pulse after the last one, or
    the one that a Song Position Pointer named. Not thread-safe.
    """

    def __init__(self, bpm: float) -> None:
        self._count = PulseCounter(bpm)
        self._next = 0  # the pulse of the song that comes next
        self._is_playing = False
        self._is_waiting = False  # started, and its first pulse has not come
        self._has_jumped = False
        self._last_seconds: float | None = None  # when the last pulse came
        self._is_lost = False

    @property
    def bpm(self) -> float:
        """The tempo, as far as it is known."""
        return self._count.filter.bpm

    @property
    def has_come(self) -> bool:
        """Whether there was a pulse."""
        return self._last_seconds is not None

    @property
    def lost_at_seconds(self) -> float | None:
        """The instant at which the clock is lost if no pulse comes; None: it need not come."""
        if not self._is_playing or self._is_waiting or self._is_lost:
            return None
        return self._silent_at_seconds

    @property
    def _silent_at_seconds(self) -> float:
        if self._last_seconds is None:
            return float("-inf")
        pause_seconds = max(_LOST_SECONDS, _LOST_PULSES * self._count.filter.period_seconds)
        return self._last_seconds + pause_seconds

    def lose(self, now_seconds: float) -> None:
        """Go on at the last tempo, from now until pulses come again or the sender stops."""
        if self._is_playing and not self._is_waiting and now_seconds >= self._silent_at_seconds:
            self._is_lost = True

    def take(self, message: mido.Message, at_seconds: float) -> ClockPosition | None:
        """Take a message that came at this instant; return where the song is, if it tells that.

        The position is the filtered one of the last pulse, whose instant is not quite when it
        came. Messages that are not about time are left alone.
        """
        match message.type:
            case "clock":
                return self._pulse(at_seconds)
            case "start":
                return self._start(at_seconds)
            case "continue":
                return self._continue(at_seconds)
            case "stop":
                return self._stop(at_seconds)
            case "songpos":
                return self._locate(message.pos * PULSES_PER_SIXTEENTH, at_seconds)
        return None

    # -- pulses ------------------------------------------------------------------------------
    def _pulse(self, at_seconds: float) -> ClockPosition:
        if self._last_seconds is not None:
            at_seconds = max(at_seconds, self._last_seconds)
        moved = self._listen(at_seconds)
        self._last_seconds = at_seconds
        self._is_waiting = self._is_lost = False
        if not self._is_playing:
            return self._standing(at_seconds, has_jumped=False)
        self._next = max(self._next + moved, 0)
        has_jumped, self._has_jumped = self._has_jumped, False
        beat = (self._next - 1) / PULSES_PER_BEAT
        return ClockPosition(
            self._count.filter.at_seconds, SOURCE, beat, self.bpm, True, has_jumped
        )

    def _listen(self, at_seconds: float) -> int:
        """Filter a pulse; return how many pulses the song has moved."""
        if self._is_lost or (at_seconds > self._silent_at_seconds and not self._is_waiting):
            missed = self._missed(at_seconds) if self._is_playing else 0
            self._count.begin(at_seconds)
            return 1 + missed
        if self._is_waiting:
            self._count.begin(at_seconds)
            return 1
        return self._count.take(at_seconds)

    def _missed(self, now_seconds: float) -> int:
        """Return how many pulses would have come since the last one, this one not counted."""
        if self._last_seconds is None:
            return 0
        return max(round(self._count.filter.deviation(now_seconds)), 0)

    # -- messages from the sender -------------------------------------------------------------
    def _start(self, at_seconds: float) -> ClockPosition | None:
        was_playing = self._is_playing and not self._is_waiting
        self._next = 0
        self._go()
        if was_playing:
            self._has_jumped = True  # told with the pulse that is beat 0
            return None
        return self._standing(at_seconds, has_jumped=True)

    def _continue(self, at_seconds: float) -> ClockPosition | None:
        if self._is_playing:
            return None  # a sender that goes on goes on
        self._go()
        return self._standing(at_seconds, has_jumped=False)

    def _go(self) -> None:
        self._is_playing = self._is_waiting = True
        self._is_lost = False

    def _stop(self, at_seconds: float) -> ClockPosition | None:
        if self._is_playing and self._is_lost:
            self._next += self._missed(at_seconds)
        self._is_playing = self._is_waiting = self._is_lost = self._has_jumped = False
        return self._standing(at_seconds, has_jumped=False)

    def _locate(self, pulse: int, at_seconds: float) -> ClockPosition | None:
        if self._is_playing and not self._is_waiting:
            # Some senders tell the sixteenth that runs, which is no jump.
            if not 0 <= self._next - pulse < PULSES_PER_SIXTEENTH:
                self._next, self._has_jumped = pulse, True
            return None
        has_jumped = pulse != self._next
        self._next = pulse
        return self._standing(at_seconds, has_jumped)

    def _standing(self, at_seconds: float, has_jumped: bool) -> ClockPosition:
        beat = self._next / PULSES_PER_BEAT
        return ClockPosition(at_seconds, SOURCE, beat, self.bpm, False, has_jumped)
