"""What changes all the time while somebody plays, told when it does: song, phrase, keys, sounds."""

from dataclasses import replace

from bridge.engine.command_values import Handler
from bridge.engine.performance import Performance
from bridge.events import Command
from bridge.notes.sound_news import SoundTeller
from bridge.reports import LineReport, PhraseReport

_SLACK_SECONDS = 0.005  # a clock that is followed bends the song all the time, and by less

_Span = tuple[float, float]  # where a phrase begins, and how long it is


class PlayingNews:
    """Looks, after all that happens, what of it is news. Called from: the engine thread."""

    def __init__(self, play: Performance, sounds: SoundTeller) -> None:
        self._play, self._sounds = play, sounds
        self._line: LineReport | None = None
        self._changes = 0
        self._span: _Span | None = None
        self._last: PhraseReport | None = None
        self.handlers: dict[str, Handler] = {
            "sounds": self._ask_sounds,
            "phrase": self._tell_phrase,
            "line": lambda _, now: self._tell_line(now),
        }

    @property
    def wakes_at_seconds(self) -> float | None:
        """When there is something to be told ahead."""
        return self._sounds.wakes_at_seconds if self._sounds.is_watched else None

    def look(self, now_seconds: float) -> None:
        """Tell what is new."""
        playhead = self._play.parts.playhead
        if self._has_moved(now_seconds):
            self._tell_line(now_seconds)
        self._tell_keys()
        span = self._play.mode.phrase_span
        if span != self._span:
            self._changed_phrase(span)
        self._sounds.look(now_seconds, playhead.playing)

    # -- the song ------------------------------------------------------------------------------
    def _has_moved(self, now_seconds: float) -> bool:
        """Whether the song is elsewhere than what was told last says."""
        line, playhead = self._line, self._play.parts.playhead
        transport = playhead.transport
        if line is None or line.playing != transport.playing or playhead.changes != self._changes:
            return True
        if abs(line.bpm - transport.bpm) > 1e-3:
            return True
        passed = (now_seconds - line.at_seconds) * line.bpm / 60 if line.playing else 0.0
        away = transport.beat_at(now_seconds) - line.beat - passed
        return abs(away) * 60 / transport.bpm > _SLACK_SECONDS

    def _tell_line(self, now_seconds: float) -> None:
        playhead = self._play.parts.playhead
        self._changes, transport = playhead.changes, playhead.transport
        beat = transport.beat_at(now_seconds)
        self._line = LineReport(transport.playing, beat, transport.bpm, now_seconds)
        self._play.listener(self._line)

    # -- what is played ------------------------------------------------------------------------
    def _tell_keys(self) -> None:
        playing = self._play.parts.playhead.playing
        for is_on, beat, pitch, velocity in self._play.parts.recorder.take_news():
            if playing or not is_on:
                self._play.reply("played", int(is_on), beat, pitch, velocity)

    def _changed_phrase(self, span: _Span | None) -> None:
        begin, length = span or self._span or (0.0, 0.0)
        self._span = span
        self._play.reply("phrase", int(span is not None), begin, length)

    def phrase_taken(self, report: PhraseReport) -> None:
        """Remember the phrase that was taken over last."""
        self._last = report

    def _tell_phrase(self, command: Command, _now: float) -> None:
        begin, length = self._span or (0.0, 0.0)
        is_open = int(self._span is not None)
        self._play.reply("phrase", is_open, begin, length, sender=command.sender)
        if self._last is not None:
            self._play.listener(replace(self._last, sender=command.sender))

    # -- what sounds ---------------------------------------------------------------------------
    def _ask_sounds(self, command: Command, now_seconds: float) -> None:
        is_wanted = bool(command.values[0])
        self._sounds.watch(command.sender, is_wanted)
        self._play.reply("sounds", int(is_wanted), sender=command.sender)
        if is_wanted:
            self._play.output.tell_programs(now_seconds)
