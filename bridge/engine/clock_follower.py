"""Keeps the song on one clock: Continuo's own, MIDI clock, or a clock from another thread."""

from dataclasses import replace

import mido

from bridge.engine.other_clocks import OtherClocks
from bridge.engine.performance import Performance
from bridge.events import ClockChanged, ClockPosition, MidiIn, Sender
from bridge.settings import CLOCK_NAMES, CLOCKS
from bridge.timing.midi_clock_in import MidiClock
from bridge.timing.pulse_mix import PulseMix
from bridge.timing.song_filter import SongPositionFilter
from models.music.tempo import Meter

# Beyond this (in beats) a song has not drifted, it was put elsewhere.
_JUMP = 0.25
_LEADABLE = ("link", "jack")
_IDLE_PULSES = 48  # enough to know the tempo
_WAIT_SECONDS = 5.0  # for the first message of a MIDI clock
_SILENT_SECONDS = 2.0  # after which a MIDI clock from another port takes the place of the one
NO_MIDI_CLOCK = (
    "no MIDI clock comes into Continuo In: have your DAW or drum machine send its clock there, or "
    "play by Continuo's own (/continuo/clock internal)"
)
TWO_SENDERS = (
    "the pulses of MIDI clock come unevenly, as those of two senders at once do; a port cannot "
    "tell its senders apart: have only one of them send its clock"
)


class ClockFollower:
    """Follows the clock that was chosen, and no other. Called from: the engine thread.

    The song's beat is the clock's, moved by the clock's offset (positive: Continuo later).
    """

    def __init__(self, play: Performance) -> None:
        self._play, self._current = play, play.current
        self._midi = MidiClock(play.parts.bpm)
        self._song = SongPositionFilter()
        self._is_lost = False
        self._idle_pulses = 0
        self._others, self._mix = OtherClocks(play), PulseMix()
        self._port: str | None = None  # from which the MIDI clock comes that is followed
        self._pulse_seconds = 0.0  # when its last message came
        self._waits = play.source == "midi"  # for a first message
        self._waits_until: float | None = None
        self._meters: dict[str, Meter] = {}  # what the clocks said last
        self._chosen_by: Sender = None
        self.choices = 0  # how often a clock was chosen, the same one again included
        play.parts.playhead.follows_clock = play.source != "internal"
        play.clocks.choose(play.source)

    # -- what is set -------------------------------------------------------------------------
    def offset_ms(self, source: str) -> float:
        """Return a clock's offset."""
        return float(self._play.current.settings.offsets_ms.get(source, 0.0))

    def set_offset(self, source: str, offset_ms: float) -> None:
        """Set a clock's offset; ValueError if it is out of range, or there is no such clock."""
        _check_source(source)
        offsets = {**self._play.current.settings.offsets_ms, source: offset_ms}
        self._play.current.change(offsets_ms=offsets)

    def choose(self, source: str, now_seconds: float, sender: Sender = None) -> None:
        """Play by this clock from now on; ValueError if there is no such clock.

        Taken over from outside, the song runs on; given away, it waits for the other to start.
        """
        _check_source(source)
        play, playhead = self._play, self._play.parts.playhead
        self._chosen_by = sender
        self.choices += 1
        if source == play.source:
            return
        old = play.source
        play.current.change(clock=source)
        playhead.free_running = source == "internal" and playhead.playing
        playhead.follows_clock = source != "internal"
        if playhead.follows_clock and playhead.playing:
            self._halt(playhead.beat_at(now_seconds), now_seconds)
        elif not playhead.follows_clock and not playhead.playing:
            play.mode.stop(playhead.transport.beat)  # the next note begins anew
        self._midi, self._is_lost, self._idle_pulses = MidiClock(play.parts.bpm), False, 0
        self._song, self._mix, self._port = SongPositionFilter(), PulseMix(), None
        self._waits = source == "midi"
        self._waits_until = now_seconds + _WAIT_SECONDS if self._waits else None
        self._others.forget()
        if old == "internal":
            play.clocks.lead("tempo", play.parts.bpm)  # what we bring to those who have none yet
        play.clocks.choose(source)
        if source in self._meters:
            self._follow_meter(source, now_seconds)

    def lead(self, what: str, value: float | None = None) -> None:
        """Have the outside clock start, stop or go elsewhere; ValueError if it cannot."""
        if self._play.source not in _LEADABLE:
            sender = "Live" if self._play.source == "live" else "its sender"
            name = "Live" if self._play.source == "live" else "MIDI clock"
            raise ValueError(
                f"{name} cannot be commanded from here: start, stop and locate {sender}"
            )
        self._play.clocks.lead(what, value)

    def set_tempo(self, bpm: float, now_seconds: float) -> None:
        """Change the tempo, of the outside clock if that is possible; ValueError if it is not."""
        if not 20 <= bpm <= 400:
            raise ValueError(f"bpm must be in range 20..400, got {bpm:g}")
        if not self._play.parts.playhead.follows_clock:
            self._play.parts.playhead.set_tempo(bpm, now_seconds)
        elif self._play.source in _LEADABLE:
            self._play.clocks.lead("tempo", bpm)
        else:
            where = "from Live" if self._play.source == "live" else "by MIDI clock"
            raise ValueError(f"the tempo comes {where}: change it there")

    # -- what comes --------------------------------------------------------------------------
    def take_pulse(self, event: MidiIn, at_seconds: float, now_seconds: float) -> None:
        """Take a message of MIDI clock; left out while another clock is followed."""
        message, is_pulse = event.message, event.message.type == "clock"
        if self._play.source != "midi" or not self._is_from_ours(event.port, at_seconds):
            if is_pulse:
                self._others.pulse(event.port, at_seconds)
            return
        if self._is_lost:
            self._is_lost = False
            where = "back" if self._midi.has_come else "there"
            self._tell("midi", "found", f"MIDI clock is {where}")
        if is_pulse and self._mix.take(at_seconds):
            self._play.notice("warning", TWO_SENDERS)
        position = self._midi.take(message, at_seconds)
        if position is not None:
            self.follow(position, now_seconds)
            self._count_idle(message, position)

    def _is_from_ours(self, port: str, at_seconds: float) -> bool:
        """Whether it comes from where the clock comes that is followed: the first that was there.

        Another takes its place when that has been silent for a while.
        """
        silent_seconds = at_seconds - self._pulse_seconds
        if self._port is None or (port != self._port and silent_seconds > _SILENT_SECONDS):
            self._port, self._mix = port, PulseMix()
        if port != self._port:
            return False
        self._pulse_seconds, self._waits = at_seconds, False
        return True

    def _count_idle(self, message: mido.Message, position: ClockPosition) -> None:
        """Say it, once, if MIDI clock comes but its song does not run."""
        self._idle_pulses += message.type == "clock" and not position.is_playing
        if self._idle_pulses == _IDLE_PULSES:
            bpm = position.bpm
            sentence = f"MIDI clock comes, at about {bpm:.0f} bpm; it is followed from its Start on"
            self._tell("midi", "found", sentence)

    def take_song(
        self, beat: float, bpm: float, is_playing: bool, at_seconds: float, now_seconds: float
    ) -> None:
        """Take Live's song position; left out while another clock is followed."""
        if self._play.source != "live":
            if is_playing:
                self._others.song(at_seconds)
            return
        has_jumped = False
        if is_playing:
            beat, has_jumped = self._song.take(beat, bpm, at_seconds)
        else:
            self._song.stand()
        position = ClockPosition(at_seconds, "live", beat, bpm, is_playing, has_jumped)
        self.follow(position, now_seconds)

    @property
    def wakes_at_seconds(self) -> float | None:
        """The instant at which a clock that says nothing more counts as lost."""
        if self._current.settings.clock != "midi":
            return None
        return self._waits_until if self._waits else self._midi.lost_at_seconds

    def wake(self, now_seconds: float) -> None:
        """Say it if MIDI clock is lost, and the song runs on; or if it does not come at all."""
        if self._waits:
            self._wait(now_seconds)
            return
        lost_at = self.wakes_at_seconds
        if lost_at is not None and now_seconds >= lost_at:
            self._midi.lose(now_seconds)
            self._is_lost = True
            bpm = self._play.parts.bpm
            self._tell("midi", "lost", f"MIDI clock is lost: going on at {bpm:.1f} bpm")

    def _wait(self, now_seconds: float) -> None:
        if self._waits_until is None:
            self._waits_until = now_seconds + _WAIT_SECONDS
        elif now_seconds >= self._waits_until:
            self._waits, self._is_lost = False, True
            self._tell("midi", "lost", NO_MIDI_CLOCK)

    def take_meter(self, source: str, meter: Meter, now_seconds: float) -> None:
        """Take the meter that a clock says its song is in: followed, or said why not."""
        if self._meters.get(source) != meter:
            self._meters[source] = meter
            if source == self._play.source:
                self._follow_meter(source, now_seconds)

    def _follow_meter(self, source: str, now_seconds: float) -> None:
        meter, ours = self._meters[source], self._current.settings.meter
        if meter == ours:
            return
        name = CLOCK_NAMES[source]
        try:
            self._play.follow_meter(meter, now_seconds)
        except ValueError as error:
            self._play.notice("warning", f"{name} is in {meter}, Continuo in {ours}: {error}")
        else:
            self._play.notice("info", f"{name} is in {meter}: followed")

    def changed(self, event: ClockChanged) -> None:
        """Tell the state of a clock."""
        if event.source == self._play.source:
            self._tell(event.source, event.state, event.detail)
            if event.state == "failed":
                # No clock runs: the musician must not be left with a song that never starts.
                self.choose("internal", event.at_seconds, self._chosen_by)
                self._tell("internal", "chosen", "")

    def _tell(self, source: str, state: str, detail: str) -> None:
        """Tell all clients, and the one that chose it, the state of a clock."""
        kind = {"failed": "error", "lost": "warning"}.get(state, "info")
        values = (source, state, self.offset_ms(source), detail)
        self._play.reply("clock", *values, sender=self._chosen_by)
        if detail:
            self._play.notice(kind, detail)

    def follow(self, event: ClockPosition, now_seconds: float) -> None:
        """Go with the clock: start, stop, bend, or jump."""
        if event.source != self._play.source:
            return
        if event.meter is not None:
            self.take_meter(event.source, event.meter, now_seconds)
        later_seconds = self.offset_ms(event.source) / 1000
        event = replace(event, at_seconds=event.at_seconds + later_seconds)
        playhead = self._play.parts.playhead
        if not event.is_playing:
            self._stand(event, now_seconds)
        elif not playhead.playing or self._is_elsewhere(event):
            self._jump(event, now_seconds)
        else:
            playhead.pin(event.beat, event.bpm, event.at_seconds, now_seconds)

    def _is_elsewhere(self, event: ClockPosition) -> bool:
        expected = self._play.parts.playhead.transport.beat_at(event.at_seconds)
        return event.has_jumped or abs(expected - event.beat) > _JUMP

    def _stand(self, event: ClockPosition, now_seconds: float) -> None:
        playhead = self._play.parts.playhead
        if playhead.playing:
            self._halt(event.beat, now_seconds)
        elif abs(playhead.transport.beat - event.beat) > _JUMP or event.has_jumped:
            self._jump(event, now_seconds)
        else:
            at_seconds = event.at_seconds
            playhead.move(event.beat, event.bpm, at_seconds, now_seconds, playing=False)

    def _halt(self, beat: float, now_seconds: float) -> None:
        """Stand still; what was played and planned stays, for when the song goes on."""
        self._play.hush(now_seconds)
        self._play.parts.playhead.stop(beat)

    def _jump(self, event: ClockPosition, now_seconds: float) -> None:
        playhead = self._play.parts.playhead
        old, begins = playhead.beat_at(now_seconds), event.is_playing and not playhead.playing
        self._play.hush(now_seconds)
        here = playhead.move(event.beat, event.bpm, event.at_seconds, now_seconds, event.is_playing)
        self._play.mode.jump(old, here)
        if begins and self._play.parts.recorder.held(here):
            self._play.mode.onset(event.at_seconds)  # struck a little before the clock started


def _check_source(source: str) -> None:
    if source not in CLOCKS:
        raise ValueError(f"clock must be one of {', '.join(CLOCKS)}, got {source!r}")
