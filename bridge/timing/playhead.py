"""Where the engine is in time: its transport, the next grid point, where a phrase begins."""

from collections.abc import Callable
from dataclasses import replace

from bridge.current_settings import CurrentSettings
from bridge.settings import EARLY
from bridge.timing.metronome import pulse
from bridge.timing.transport import Transport
from models.music.tempo import EPSILON

_BEAT_PLACES = 9


class Playhead:
    """The transport in force and the next point (a beat, a click or a bar line) to come.

    `follows_clock`: an outside clock sets position, tempo and whether it plays. `free_running`: the
    bar lines were started by a command, and run until they are stopped.
    """

    def __init__(self, current: CurrentSettings) -> None:
        self._current = current
        settings = current.settings
        self.transport = Transport(settings.bpm, settings.meter, self._waiting())
        self.origin = 0.0  # where the count-in ends
        self.next_point: float | None = None
        self.follows_clock = False
        self.free_running = False
        self.changes = 0  # starts, stops and jumps so far
        self.on_bend: Callable[[Transport, Transport], None] = lambda _old, _new: None
        self._changed_at = self.transport.beat
        # Until when, and by which transport, time ran before the one in force was known.
        self._known_seconds = float("-inf")
        self._before = self.transport

    def _waiting(self) -> float:
        """Return where to wait for a first note: a pick-up ends on beat 0."""
        waiting, settings = 0.0, self._current.settings
        while waiting > -settings.pickup + EPSILON:
            waiting -= settings.meter.beats_per_bar
        return waiting

    def wait_anew(self) -> None:
        """Wait for a first note where the pick-up says, if that is still to come."""
        if not self.playing and not self.follows_clock and self.transport.beat <= 0:
            self.transport = replace(self.transport, beat=self._waiting())

    @property
    def playing(self) -> bool:
        """Whether the beats run."""
        return self.transport.playing

    @property
    def runs_grid(self) -> bool:
        """Whether the bar lines run before anything is played, and when nothing is played."""
        return self.follows_clock or self.free_running or self._current.settings.runs_grid

    @property
    def counts_in(self) -> bool:
        """Whether a key that is pressed has a count-in begin."""
        return self._current.settings.counts_in and not (self.follows_clock or self.free_running)

    @property
    def is_counting_in(self) -> bool:
        """Whether the count-in is heard."""
        is_before = self.next_point is not None and self.next_point <= self.origin + EPSILON
        return self.counts_in and self.playing and is_before

    @property
    def pickup_window(self) -> float:
        """Beats before a bar line in which a first note is that bar line's pick-up."""
        settings = self._current.settings
        usual = min(1.0, settings.meter.beats_per_bar / 2)
        return max(usual, settings.pickup + EARLY) if settings.pickup else usual

    def beat_at(self, seconds: float) -> float:
        """Return the beat at `seconds`, free of float dust."""
        return round(self.transport.beat_at(seconds), _BEAT_PLACES)

    def due_seconds(self, beat: float) -> float:
        """Return the instant at which `beat` falls, or at which it became known that it had."""
        promised = min(self._before.seconds_at(beat), self._known_seconds)
        return max(self.transport.seconds_at(beat), promised)

    def start_grid(self, now_seconds: float) -> float:
        """Start the beats with the count-in; return the bar line at which it ends.

        Without a count-in the bar of the pick-up, if there is one, is the first.
        """
        settings = self._current.settings
        begin = self.transport.bar_line_from(self.transport.beat)
        count_in = settings.count_in_bars * settings.meter.beats_per_bar
        self.origin = begin + count_in if begin > 0 or not count_in else 0.0
        self._start(self.origin - count_in, now_seconds)
        return self.origin

    def _start(self, beat: float, now_seconds: float) -> None:
        self.transport = self._before = self.transport.started(beat, now_seconds)
        self._known_seconds = now_seconds
        self._count_change(beat)
        self._aim(beat)

    def _count_change(self, beat: float) -> None:
        self.changes += 1
        self._changed_at = beat

    def changed_at(self, now_seconds: float) -> float:
        """Return the beat from which the song runs since its last start or jump."""
        return self._changed_at if self.playing else self.beat_at(now_seconds)

    def _aim(self, beat: float) -> None:
        """Wait for the first grid point at or after `beat`."""
        on_grid = self._after(beat - 2 * EPSILON)
        self.next_point = on_grid if on_grid - beat < EPSILON else self._after(beat)

    def stop(self, beat: float) -> None:
        """Stand still at `beat` until a note, a grid or the outside clock starts again."""
        if self.playing:
            self._count_change(beat)
        self.transport = self.transport.stopped(beat)
        self.next_point = None

    def set_tempo(self, bpm: float, now_seconds: float) -> None:
        """Go on at `bpm` from now."""
        self._replace(self.transport.with_tempo(bpm, now_seconds), now_seconds)

    def _replace(self, transport: Transport, now_seconds: float) -> None:
        self.on_bend(self.transport, transport)
        self._before, self._known_seconds = self.transport, now_seconds
        self.transport = transport

    def change_meter(self, beat: float) -> None:
        """Count the bars by the meter that is set now: from the bar line `beat` on, if it is ours.

        By an outside clock, or standing before the beginning, they count from beat 0.
        """
        meter, transport = self._current.settings.meter, self.transport
        if self.follows_clock or beat <= 0:
            transport = transport.counted_from_0(meter)
        else:
            line = transport.bar_line_from(beat)
            transport = transport.with_meter(meter, line)
            beat = beat if transport.playing else line
        if not transport.playing and not self.follows_clock:
            transport = replace(transport, beat=beat if beat > 0 else self._waiting())
        self.transport = transport
        if self.playing:
            self._aim(beat)

    # -- following an outside clock ----------------------------------------------------------
    def pin(self, beat: float, bpm: float, at_seconds: float, now_seconds: float) -> None:
        """Run on through `beat` at `at_seconds`: what is laid out bends, nothing comes twice."""
        there = replace(self.transport, bpm=bpm, beat=beat, at_seconds=at_seconds)
        self._replace(there, now_seconds)

    def move(
        self, beat: float, bpm: float, at_seconds: float, now_seconds: float, playing: bool
    ) -> float:
        """Go to where `beat` at `at_seconds` says, running or standing; return the beat of now."""
        there = self.transport.counted_from_0(self._current.settings.meter)
        there = replace(there, bpm=bpm, beat=beat, at_seconds=at_seconds, playing=playing)
        self.transport = self._before = there  # what was promised before is void
        self._known_seconds = now_seconds
        self.next_point = None
        here = self.beat_at(now_seconds)
        # A song that starts on a bar line starts with it, even if we hear of it a little later.
        if playing and 0 <= here - beat < EARLY:
            here = beat
        self.origin = float("-inf") if self.follows_clock else self.transport.bar_line(here)
        self._count_change(here)
        if playing:
            self._aim(here)
        return here

    def pass_point(self) -> None:
        """Move on to the grid point after this one."""
        if self.next_point is not None:
            self.next_point = self._after(self.next_point)

    def _after(self, beat: float) -> float:
        transport = self.transport
        step = pulse(self._current.settings.meter)
        return min(transport.next_step(beat, 1.0), transport.next_step(beat, step))

    def place_onset(self, at_seconds: float) -> float | None:
        """Return the bar line at which a phrase with this first note begins.

        A stopped transport is pinned by the note. None: the note came during the count-in, or
        while the outside clock stands still.
        """
        if not self.playing:
            return None if self.follows_clock else self._place_first(at_seconds)
        beat = self.beat_at(at_seconds)
        line = self.transport.bar_line_from(beat)
        if line - beat > self.pickup_window + EPSILON:
            line = self.transport.bar_line(beat)
        return line if line > self.origin - EPSILON else None

    def _place_first(self, at_seconds: float) -> float:
        pickup = self._current.settings.pickup
        begin = self.transport.bar_line_from(self.transport.beat + pickup)
        self._start(begin - pickup, at_seconds)
        self.origin = begin - pickup
        return begin
