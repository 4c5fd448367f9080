"""Commands for the transport and its clock: start, stop, tempo, locate, which clock to follow."""

from collections.abc import Mapping

from bridge.engine.clock_follower import ClockFollower
from bridge.engine.command_values import Handler, number
from bridge.engine.performance import Performance
from bridge.events import Command
from bridge.timing.tap_tempo import TapTempo
from models.music.tempo import Meter

_LAST_BEAT = 100_000


class TransportCommands:
    """Moves the song, here or at the outside clock that it follows."""

    def __init__(self, play: Performance, clock_follower: ClockFollower) -> None:
        self._play, self._clock_follower = play, clock_follower
        self._taps = TapTempo()
        self.handlers: Mapping[str, Handler] = {
            "transport/start": self._start,
            "transport/stop": self._stop,
            "transport/tempo": lambda c, now: clock_follower.set_tempo(number(c.values[0]), now),
            "transport/locate": self._locate,
            "cps": self._cps,
            "meter": self._meter,
            "clock": self._clock,
            "clock/offset": self._offset,
            "clock/out": self._clock_out,
            "tap": self._tap,
        }

    def _start(self, _command: Command, now_seconds: float) -> None:
        playhead = self._play.parts.playhead
        self._play.mode.slots.revive()
        if playhead.follows_clock:
            self._clock_follower.lead("start")
            return
        playhead.free_running = True
        if not playhead.playing:
            playhead.start_grid(now_seconds)

    def _stop(self, _command: Command, now_seconds: float) -> None:
        self._play.stop(now_seconds)
        if self._play.parts.playhead.follows_clock and self._play.source != "midi":
            self._play.clocks.lead("stop")

    def _tap(self, command: Command, now_seconds: float) -> None:
        """Take a tap, which was so many milliseconds ago; from the third on it sets the tempo."""
        ago_ms = number(command.values[0]) if command.values else 0.0
        bpm = self._taps.tap(command.at_seconds - ago_ms / 1000)
        if bpm is not None:
            self._clock_follower.set_tempo(bpm, now_seconds)

    def _cps(self, command: Command, now_seconds: float) -> None:
        bpm = number(command.values[0]) * 60 * self._play.parts.bar
        self._clock_follower.set_tempo(bpm, now_seconds)

    def _meter(self, command: Command, now_seconds: float) -> None:
        """Set the meter, or tell it."""
        if not command.values:
            self._play.tell_meter(command.sender)
            return
        if len(command.values) < 2:
            raise ValueError("meter: takes a numerator and a denominator, such as 3 4, or nothing")
        meter = Meter(*(int(number(value)) for value in command.values))
        self._play.choose_meter(meter, now_seconds, command.sender)

    def _locate(self, command: Command, now_seconds: float) -> None:
        beat = number(command.values[0])
        if abs(beat) > _LAST_BEAT:
            raise ValueError(f"beat must be in range 0..{_LAST_BEAT}, got {beat:g}")
        if self._play.parts.playhead.follows_clock:
            self._clock_follower.lead("locate", beat)
        else:
            self._play.locate(beat, now_seconds)

    def _clock(self, command: Command, now_seconds: float) -> None:
        source = str(command.values[0])
        if len(command.values) > 1:
            self._clock_follower.set_offset(source, number(command.values[1]))
        self._clock_follower.choose(source, now_seconds, command.sender)
        self._tell_clock(command, "chosen")

    def _offset(self, command: Command, _now: float) -> None:
        self._clock_follower.set_offset(str(command.values[0]), number(command.values[1]))
        self._tell_clock(command, "chosen" if command.values[0] == self._play.source else "found")

    def _tell_clock(self, command: Command, state: str) -> None:
        source = str(command.values[0])
        values = (source, state, self._clock_follower.offset_ms(source), "")
        self._play.reply("clock", *values, sender=command.sender)

    def _clock_out(self, command: Command, _now: float) -> None:
        is_on = bool(number(command.values[0]))
        self._play.current.change(clock_out=is_on)
        self._play.reply("clock/out", int(is_on), sender=command.sender)
