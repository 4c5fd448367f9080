"""Lets others play by Continuo's clock: sends MIDI clock for whatever the song does."""

import mido

from bridge.current_settings import CurrentSettings
from bridge.notes.midi_output import MidiOutput, Moment
from bridge.timing.midi_clock_out import ClockOut
from bridge.timing.playhead import Playhead


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
        """Tell the others what the song did since the last look."""
        if self._current.settings.clock_out and self._clock is None:
            self._clock = ClockOut(now_seconds)
            self._seen = self._playhead.changes - self._playhead.playing
        clock = self._clock
        if clock is None or self._seen == self._playhead.changes:
            return
        self._seen = self._playhead.changes
        moment = Moment(self._playhead.beat_at(now_seconds), now_seconds, now_seconds)
        if not self._playhead.playing:
            standing = clock.next_beat is None
            self._send(clock.locate(moment.position) if standing else clock.stop(), moment)
        elif clock.next_beat is None:
            self._send(clock.play(self._playhead.changed_at(now_seconds)), moment)
        else:
            self._send(clock.locate(self._playhead.changed_at(now_seconds)), moment)

    def leave(self, now_seconds: float) -> None:
        """Stop the others, and send nothing more, unless it is switched on again."""
        if self._clock is not None and not self._current.settings.clock_out:
            moment = Moment(self._playhead.beat_at(now_seconds), now_seconds, now_seconds)
            self._send(self._clock.stop(), moment)
            self._clock = None

    def pulse(self, moment: Moment) -> None:
        """Send the pulse that is due on this beat."""
        if self._clock is not None:
            self._send(self._clock.pulse(moment.due_seconds), moment)

    def wake(self, now_seconds: float) -> None:
        """Send the pulses that are due while the song stands still."""
        due_seconds = self.wakes_at_seconds
        while due_seconds is not None and due_seconds <= now_seconds:
            moment = Moment(self._playhead.transport.beat, due_seconds, now_seconds)
            self.pulse(moment)
            due_seconds = self.wakes_at_seconds

    def _send(self, messages: list[mido.Message], moment: Moment) -> None:
        self._output.send_clock(messages, moment)
