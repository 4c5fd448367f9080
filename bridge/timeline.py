"""Where the engine is in time: its transport, the next grid point, where a phrase begins."""

from bridge.metronome import pulse
from bridge.settings import EARLY, PlaySettings
from bridge.transport import Transport
from models.tempo import EPSILON

_BEAT_PLACES = 9


class Timeline:
    """The transport in force and the next point (a beat, a click or a bar line) to come."""

    def __init__(self, settings: PlaySettings) -> None:
        self._settings = settings
        bar = settings.meter.beats_per_bar
        # A pick-up ends on beat 0: the transport waits at the last bar line before it.
        waiting = 0.0
        while waiting > -settings.pickup + EPSILON:
            waiting -= bar
        self.transport = Transport(settings.bpm, settings.meter, waiting)
        self.origin = 0.0  # where the count-in ends
        self.next_point: float | None = None

    @property
    def playing(self) -> bool:
        """Whether the beats run."""
        return self.transport.playing

    @property
    def pickup_window(self) -> float:
        """Beats before a bar line in which a first note is that bar line's pick-up."""
        usual = min(1.0, self._settings.meter.beats_per_bar / 2)
        pickup = self._settings.pickup
        return max(usual, pickup + EARLY) if pickup else usual

    def beat_at(self, seconds: float) -> float:
        """Return the beat at `seconds`, free of float dust."""
        return round(self.transport.beat_at(seconds), _BEAT_PLACES)

    def start_grid(self, now_seconds: float) -> float:
        """Start the beats with the count-in; return the bar line at which it ends.

        Without a count-in the bar of the pick-up, if there is one, is the first.
        """
        begin = self.transport.bar_line_from(self.transport.beat)
        count_in = self._settings.count_in_bars * self._settings.meter.beats_per_bar
        self.origin = begin + count_in if begin > 0 or not count_in else 0.0
        self._start(self.origin - count_in, now_seconds)
        return self.origin

    def _start(self, beat: float, now_seconds: float) -> None:
        self.transport = self.transport.started(beat, now_seconds)
        on_grid = self._after(beat - 2 * EPSILON)
        self.next_point = on_grid if on_grid - beat < EPSILON else self._after(beat)

    def stop(self, beat: float) -> None:
        """Stand still at `beat` until a note or a grid starts again."""
        self.transport = self.transport.stopped(beat)
        self.next_point = None

    def set_tempo(self, bpm: float, now_seconds: float) -> None:
        """Go on at `bpm` from now."""
        self.transport = self.transport.with_tempo(bpm, now_seconds)

    def pass_point(self) -> None:
        """Move on to the grid point after this one."""
        if self.next_point is not None:
            self.next_point = self._after(self.next_point)

    def _after(self, beat: float) -> float:
        transport = self.transport
        return min(
            transport.next_step(beat, 1.0), transport.next_step(beat, pulse(self._settings.meter))
        )

    def place_onset(self, at_seconds: float) -> float | None:
        """Return the bar line at which a phrase with this first note begins.

        A stopped transport is pinned by the note. None: the note came during the count-in.
        """
        if not self.playing:
            pickup = self._settings.pickup
            begin = self.transport.bar_line_from(self.transport.beat + pickup)
            self._start(begin - pickup, at_seconds)
            self.origin = begin - pickup
            return begin
        beat = self.beat_at(at_seconds)
        line = self.transport.bar_line_from(beat)
        if line - beat > self.pickup_window + EPSILON:
            line = self.transport.bar_line(beat)
        return line if line > self.origin - EPSILON else None
