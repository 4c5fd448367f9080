"""Modes `answer` and `follow` with a model that extends: it goes on where the player stopped."""

from bridge.events import Generated, GenerateFailed
from bridge.interfaces import GenerateRequest
from bridge.modes.answer import Answer
from bridge.modes.continuation import Continuation
from bridge.modes.mode import HandOver
from bridge.modes.parts import Parts
from bridge.modes.phrase_capture import PhraseKind
from bridge.modes.phrase_mode import JUMP_SLACK
from bridge.modes.situation import NEXT_BAR, coming
from bridge.takes.drafts import part
from bridge.takes.take import Take
from models.music.clip import Clip
from models.music.tempo import EPSILON

_LONGEST_BARS = 64  # of a phrase that ends by silence
_QUIET_BARS = 0.5  # of silence before a bar line: the player has stopped


class GoOn(Answer):
    """Where the player stops, the melody goes on from the bar line; when they play, it yields.

    In mode answer they have stopped when the phrase's bars are over.
    """

    def __init__(self, parts: Parts, before: HandOver) -> None:
        self._going: Continuation | None = None
        super().__init__(parts, before)

    @property
    def kind(self) -> PhraseKind:
        """Ask for the first bar after the phrase."""
        return PhraseKind(self._draft, has_next=False)

    def _draft(self, melody: Clip) -> GenerateRequest:
        end = melody.length
        return part(self.parts.current, melody, (end, end + self.parts.bar))

    @property
    def take(self) -> Take | None:
        """The take that is being made: of what goes on, or of the phrase."""
        return self._going.take if self._going else self.capture.take

    @property
    def is_sounding(self) -> bool:
        """Whether it goes on, or a take sounds that was asked for."""
        return (self._going is not None and self._going.is_playing) or super().is_sounding

    def _sounding_words(self) -> str:
        if self._going is None:
            return super()._sounding_words()
        if self._going.is_playing:
            return "going on from where you stopped: play, and it yields"
        return coming(self.parts, self._going.take, NEXT_BAR)

    # -- the player ------------------------------------------------------------------------
    def onset(self, at_seconds: float) -> None:
        """Yield: what sounds ends by the next beat, and a phrase begins."""
        if self._going is not None and self.parts.playhead.playing:
            beat = self.parts.playhead.beat_at(at_seconds)
            self._end(beat, self.parts.playhead.transport.next_step(beat, 1.0))
        super().onset(at_seconds)

    def _end(self, beat: float, until: float | None = None) -> None:
        """Go on no longer."""
        going, self._going = self._going, None
        if going is not None:
            going.stop(beat, beat if until is None else until)
            self.slots.last_melody = going.phrase

    def model_changed(self, beat: float) -> None:
        """Go on with the new model."""
        super().model_changed(beat)
        if self._going is not None:
            self._going.void(beat)

    def generate(self) -> None:
        """Go on in another way, or make another take of the last phrase."""
        if self._going is not None:
            self._going.renew(self.parts.takes.new_take())
        else:
            super().generate()

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Take a bar in, or an answer to something else."""
        if self._going is None or not self._going.answered(event):
            super().answered(event)

    # -- the playhead ----------------------------------------------------------------------
    def pass_point(self, beat: float, is_bar_line: bool) -> None:
        """Go on, or end, on a bar line."""
        if is_bar_line and self._going is not None:
            waiting = self.slots.waiting
            is_relieved = waiting is not None and waiting.take.is_armed
            if self.capture.is_record_due(beat) or is_relieved:
                self._end(beat)
            elif not self._going.pass_bar_line(beat):
                self._end(beat)
                if self.capture.phrase is None:
                    self.parts.rest(beat)
        super().pass_point(beat, is_bar_line)

    def _close(self, beat: float) -> None:
        assert self.capture.phrase is not None, "no phrase is open"
        begin, captured = self.capture.phrase.begin, self.capture.close()
        leads_on = captured.next_first < beat - EPSILON
        if captured.melody.notes and captured.take is not None and not leads_on:
            self.slots.make_way()
            self.slots.last_melody = captured.melody
            self._going = Continuation(self.parts, captured.melody, captured.take, begin, beat)
            return
        self._keep(captured, beat)

    # -- jumps and endings -----------------------------------------------------------------
    def jump(self, old: float, new: float) -> None:
        """Go on after a pause of the song, but not elsewhere in it."""
        if abs(new - old) >= JUMP_SLACK:
            self._end(old)
        super().jump(old, new)

    def _resume(self, beat: float) -> None:
        super()._resume(beat)
        if self._going is not None:
            self._going.resume(beat)

    def stop(self, beat: float) -> None:
        """Leave everything."""
        self._end(beat)
        super().stop(beat)

    def leave(self, beat: float, is_taken_over: bool) -> HandOver:
        """Make room for another mode."""
        self._end(beat)
        return super().leave(beat, is_taken_over)


class GoOnInSilence(GoOn):
    """Mode follow with a model that extends: the player has stopped after half a bar of silence."""

    @property
    def kind(self) -> PhraseKind:
        """Let the phrase end on any bar line."""
        return PhraseKind(self._draft, self.parts.bar, has_next=False)

    def _is_silent(self, beat: float, line: float) -> bool:
        """Whether the player has stopped before this bar line, as far as is known at `beat`."""
        recorder, quiet = self.parts.recorder, line - _QUIET_BARS * self.parts.bar + EPSILON
        return not recorder.held(beat) and all(n.end <= quiet for n in recorder.done())

    def put_request(self, beat: float) -> None:
        """Ask only if the player seems to have stopped."""
        phrase = self.capture.phrase
        if phrase is not None and self._is_silent(beat, phrase.end):
            super().put_request(beat)
        else:
            self.capture.skip_request()

    def _close(self, beat: float) -> None:
        phrase = self.capture.phrase
        assert phrase is not None, "no phrase is open"
        is_long = phrase.length > (_LONGEST_BARS - 0.5) * self.parts.bar
        if self._is_silent(beat, beat) and phrase.has_notes(self.parts.recorder):
            super()._close(beat)
        elif is_long:
            captured = self.capture.close()
            self.parts.keeping.keep_melody(captured.melody, self.parts.bpm)
            self.capture.open(beat, captured.next_first)
        else:
            self.capture.prolong(self.parts.bar)
