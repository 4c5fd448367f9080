"""Lets others play by Continuo's clock: sends MIDI clock for whatever the song does."""

import mido

from bridge.current_settings import CurrentSettings
from bridge.notes.midi_output import MidiOutput, Moment
from bridge.timing.midi_clock_out import ClockOut
from bridge.timing.playhead import Playhead
from models.music.tempo import EPSILON


class ClockSender:
    """Sends MIDI clock while that is switched on. Called from: the engine thread."""

    def __init__(self, current: CurrentSettings, playhead: Playhead, output: MidiOutput) -> None:
        self._current, self._playhead, self._output = current, playhead, output
        self._clock: ClockOut | None = None
        self._seen = -1  # the timeline's count of starts, stops and jumps

    @property
    def next_beat(self) -> float | None:
        """The beat of the next pulse, while the song runs."""
        return self._clock.next_beat if self._clock else None

    @property
    def wakes_at_seconds(self) -> float | None:
        """The instant of the next pulse, while the song stands still."""
        return self._clock.next_seconds(self._playhead.transport.bpm) if self._clock else None

    def look(self, now_seconds: float) -> None:
        """Tell the others what the song did since the last look, or that nothing more comes."""
        if self._current.settings.clock_out and self._clock is None:
            self._clock = ClockOut(now_seconds)
            self._seen = self._playhead.changes - self._playhead.playing
        clock = self._clock
        if clock is None:
            return
        if not self._current.settings.clock_out:
            self._send(clock.stop(), self._moment(now_seconds))
            self._clock = None
        elif self._seen != self._playhead.changes:
            self._seen = self._playhead.changes
            self._tell_change(clock, self._moment(now_seconds))

    def _moment(self, now_seconds: float) -> Moment:
        return Moment(self._playhead.beat_at(now_seconds), now_seconds, now_seconds)

    def _tell_change(self, clock: ClockOut, moment: Moment) -> None:
        standing = clock.next_beat is None
        if not self._playhead.playing:
            self._send(clock.locate(moment.position) if standing else clock.stop(), moment)
            return
        begin = self._playhead.changed_at(moment.now_seconds)
        self._send(clock.play(begin) if standing else clock.locate(begin), moment)

    def step(self, moment: Moment) -> None:
        """Tell what the song did, and send the pulse if one is due on this beat."""
        self.look(moment.now_seconds)
        pulse_at = self.next_beat
        if pulse_at is not None and pulse_at <= moment.position + EPSILON:
            self._pulse(moment)

    def _pulse(self, moment: Moment) -> None:
        if self._clock is not None:
            self._send(self._clock.pulse(moment.due_seconds), moment)

    def wake(self, now_seconds: float) -> None:
        """Send the pulses that are due while the song stands still."""
        due_seconds = self.wakes_at_seconds
        while due_seconds is not None and due_seconds <= now_seconds:
            moment = Moment(self._playhead.transport.beat, due_seconds, now_seconds)
            self._pulse(moment)
            due_seconds = self.wakes_at_seconds

    def _send(self, messages: list[mido.Message], moment: Moment) -> None:
        self._output.send_clock(messages, moment)
