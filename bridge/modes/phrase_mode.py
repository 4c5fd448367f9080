"""What the modes `answer` and `loop` share: phrases on bar lines, jumps, endings."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from bridge.events import Generated, GenerateFailed, Sender
from bridge.interfaces import GenerateRequest
from bridge.modes.active_phrase import ActivePhrase
from bridge.modes.fill_in import FillIn
from bridge.modes.mode import HandOver
from bridge.modes.parts import Parts
from bridge.modes.phrase_capture import CapturedPhrase, PhraseCapture, PhraseKind
from bridge.modes.sections import ENDING, Insert
from bridge.modes.situation import RECORDING_SOON, listening, requested
from bridge.modes.take_slots import TakeSlots
from bridge.notes.scheduler import ACCOMPANIMENT, MELODY
from bridge.takes.drafts import whole
from bridge.takes.take import Take
from models.music.tempo import EPSILON

# A jump so near to a bar line was meant to happen on it: it was told a little early or late.
JUMP_SLACK = 0.25
_AT_ONCE = 0.25  # beats: the grid on which other chords come in


class PhraseMode:
    """Opens and closes phrases; subclasses say what sounds. All times in beats.

    `record`: on the next bar line what sounded falls silent, and the bars from there on are the
    new phrase (notes in the last beat before lead into it). Is nothing played in them, Continuo
    is idle, and the next note begins a phrase as the first one did.
    """

    takes_over: ClassVar[bool] = False
    plan_at: float | None = None  # when an answer comes in that need not wait for a bar line
    _mends_at: float | None = None  # when the same take comes in with other chords

    def __init__(self, parts: Parts, before: HandOver) -> None:
        self.parts = parts
        self.capture = before.capture or PhraseCapture(parts, self.kind)
        self.capture.kind = self.kind
        self.slots = TakeSlots(parts, self)
        self.slots.last_melody, self.slots.waiting = before.last_melody, before.waiting
        self.slots.active = before.active
        self.fill_in = FillIn(parts)
        self._ends_at: float | None = None  # a bar line, after an ending

    @property
    def take(self) -> Take | None:
        """The take of what is being played just now."""
        return self.capture.take

    @property
    def kind(self) -> PhraseKind:
        """What is asked about a phrase, and when it ends."""
        return PhraseKind(partial(whole, self.parts.current))

    # -- what subclasses decide ------------------------------------------------------------
    @property
    def is_sounding(self) -> bool:
        """Whether the engine plays something of its own."""
        raise NotImplementedError

    @property
    def hears_phrases(self) -> bool:
        """Whether a note may begin a phrase now."""
        raise NotImplementedError

    def _sounding_words(self) -> str:
        """Say what sounds, or will, of the phrase that was played last; empty: nothing."""
        raise NotImplementedError

    def _begin(self, active: ActivePhrase) -> None:
        """Lay out what a phrase needs besides its accompaniment when it becomes active."""

    def _sound(self, active: ActivePhrase, beat: float) -> None:
        """Lay out what begins to sound on this bar line."""
        raise NotImplementedError

    def _resume(self, beat: float) -> None:
        """Lay out what sounds from `beat` on, after a jump or a pause of the song."""
        raise NotImplementedError

    # -- the player ------------------------------------------------------------------------
    @property
    def state(self) -> str:
        """Idle, listening, generating, armed or playing."""
        if self.is_sounding:
            return self.parts.sounding_state
        if state := self.slots.state:
            return state
        is_open = self.capture.phrase is not None and self.slots.active is None
        return "listening" if is_open or self.capture.has_notes else "idle"

    @property
    def situation(self) -> str:
        """What it is doing, in words that are true now; empty if it does nothing."""
        words = self._sounding_words() or requested(self.parts, self.slots, self.capture)
        if self.slots.active is None or self.capture.has_notes:
            words = words or listening(self.parts, self.capture)
        if self.capture.will_record:
            return f"{words}; {RECORDING_SOON}" if words else RECORDING_SOON
        return words

    @property
    def floor(self) -> float:
        """The beat before which nothing can be recorded any more."""
        return self.capture.floor

    @property
    def phrase_span(self) -> tuple[float, float] | None:
        """Where the phrase lies that is being played."""
        phrase = self.capture.phrase
        return (phrase.begin, phrase.length) if phrase else None

    def onset(self, at_seconds: float) -> None:
        """Begin a phrase with this note if none is open and the mode waits for one."""
        if self.capture.is_free and self.hears_phrases:
            self.capture.begin_with_note(at_seconds)

    def changed(self, beat: float) -> None:
        """Ask again about the melody, which has changed."""
        self.capture.changed(beat)

    def model_changed(self, beat: float) -> None:
        """Use the new model from the next request on."""
        self.capture.changed(beat)

    def lead_changed(self, beat: float) -> None:
        """Ask again about the phrase that is being played: its chords are among what was played."""
        self.capture.changed(beat)

    # -- sections --------------------------------------------------------------------------
    def section_changed(self, beat: float) -> None:
        """Have what sounds made anew for the next bar line, or a fill, break or ending let in."""
        insert, active = self.parts.sections.insert, self.slots.active
        self.capture.changed(beat)
        self._ends_at = self._end_of(insert, beat) if insert and insert.name == ENDING else None
        if insert is None:
            self.fill_in.forget()
            self._aim()
        if active is None:
            return
        if insert is None:
            self._ask_anew(active)
        elif active.is_answered and insert.is_made and beat <= insert.begin + EPSILON:
            self.fill_in.ask(active, insert, self._pass_begin(active, insert.begin))

    def _end_of(self, insert: Insert, beat: float) -> float:
        """Give the bar line on which an ending is over: the model's, or that of what sounds."""
        active = self.slots.active
        if active is None:
            return insert.begin
        is_made = insert.is_made and active.is_answered
        return insert.end if is_made else self._pass_begin(active, beat) + active.length

    def _ask_anew(self, active: ActivePhrase) -> None:
        """Ask for the same take, by what is set now; it comes in on the next bar line."""
        newest, draft = active.take.newest, whole(self.parts.current, active.melody)
        active.hurries = True
        self._put_again(active, replace(draft, chords=newest.chords if newest else None))

    def _put_again(self, active: ActivePhrase, draft: GenerateRequest) -> None:
        """Ask about what sounds already, beside what is asked about the phrase that is played."""
        active.take.is_apart = self.capture.phrase is not None
        self.parts.takes.put(active.take, draft, self.parts.bpm)

    def _pass_begin(self, active: ActivePhrase, beat: float) -> float:
        """Give the beat of the song at which the phrase began that sounds at `beat`."""
        return active.begin

    def _is_closing(self, beat: float) -> bool:
        """Whether an ending that the model made sounds: nothing else begins."""
        insert = self.parts.sections.made_at(beat)
        return self._ends_at is not None and insert is not None and insert.name == ENDING

    def _close_song(self, beat: float, is_over: bool) -> None:
        """Begin nothing more while an ending sounds; then rest."""
        if not is_over:
            self.parts.scheduler.cut(beat + self.parts.bar, MELODY)
            return
        self._ends_at = None
        self.fill_in.forget()
        self.capture.cancel(beat)
        self.slots.leave_active()
        self.slots.waiting = None
        self.parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        self.parts.rest(beat)

    def lose_player(self, beat: float) -> None:
        """Keep what was played so far: the keyboard's port is gone."""
        phrase = self.capture.phrase
        self.capture.abandon(beat)
        self.parts.recorder.release_all(beat)
        if phrase is not None and self.slots.active is not None:
            self.capture.open(phrase.begin, beat)
        elif phrase is not None:
            self.parts.rest(beat)

    # -- takes and phrases -----------------------------------------------------------------
    def generate(self) -> None:
        """Request a new take of what sounds, with the next seed."""
        self.slots.generate()

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Give the answer to the take that it is for."""
        self.slots.answered(event)
        self.fill_in.answered(event)
        active, playhead = self.slots.active, self.parts.playhead
        if active is not None and active.is_mended and playhead.playing:
            beat = playhead.beat_at(event.at_seconds)
            self._mends_at = playhead.transport.next_step(beat, _AT_ONCE)
        self._aim()

    def _aim(self) -> None:
        """Say when something comes in that need not wait for a bar line."""
        instants = (self.fill_in.enters_at, self._mends_at)
        self.plan_at = min((beat for beat in instants if beat is not None), default=None)

    def _ask_mended(self, active: ActivePhrase, draft: GenerateRequest) -> None:
        """Ask for what sounds with other chords; it comes in as soon as it is there."""
        active.hurries = active.mends = True
        self._put_again(active, draft)

    def record(self, beat: float, now_seconds: float) -> None:
        """Begin a new phrase on the next bar line, after the count-in if nothing runs yet."""
        self.slots.begin_anew()
        self.capture.record(beat, now_seconds)

    def end_phrase(self, beat: float) -> None:
        """Close the phrase that is being played on the next bar line."""
        self.capture.end_at(self.parts.playhead.transport.next_bar_line(beat))

    def show_plan(self, sender: Sender) -> None:
        """Tell what is planned; only follow mode plans."""
        raise ValueError("there is no plan: only mode follow plans ahead")

    # -- the playhead ----------------------------------------------------------------------
    @property
    def request_at(self) -> float | None:
        """The beat of the next request."""
        return self.capture.request_at

    def put_request(self, beat: float) -> None:
        """Request the accompaniment of the phrase as it is now."""
        self.capture.put_request()

    def change_plan(self, beat: float) -> None:
        """Let in what need not wait for a bar line."""
        if self.fill_in.enters_at is not None and self.fill_in.enters_at <= beat + EPSILON:
            self.fill_in.enter(self.slots.active, beat)
        if self._mends_at is not None and self._mends_at <= beat + EPSILON:
            self._mends_at, active = None, self.slots.active
            if active is not None and active.is_mended:
                active.enter(self.parts, beat, beat - self._pass_begin(active, beat))
        self._aim()

    def pass_point(self, beat: float, is_bar_line: bool) -> None:
        """Close and open phrases, and let takes in, on bar lines."""
        if not is_bar_line:
            return
        if self._ends_at is not None:
            is_over = beat >= self._ends_at - EPSILON
            if is_over or self._is_closing(beat):
                self._close_song(beat, is_over)
                return
        self._pass_bar_line(beat)

    def _pass_bar_line(self, beat: float) -> None:
        if self.capture.is_record_due(beat):
            self.capture.begin_recording(beat)
            self.slots.make_way()
            self.slots.leave_active()
            self.parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        elif self.capture.is_over(beat):
            self._close(beat)
        # Nothing comes in while a recording is counted in.
        if not self.capture.will_record and (let_in := self.slots.let_in(beat)) is not None:
            self._begin(let_in)
        if (active := self.slots.active) is not None:
            self._sound(active, beat)
            active.keep_unanswered(self.parts)
            active.mute_dropped(self.parts.scheduler, beat)
        if self.capture.phrase is None:
            self.parts.recorder.forget(beat - self.parts.playhead.pickup_window)

    def _close(self, beat: float) -> None:
        captured = self.capture.close()
        if captured.melody.notes and captured.take is not None:
            self._begin(self.slots.play(captured.melody, captured.take, beat))
            if self.hears_phrases:
                self.capture.open(beat, captured.next_first)
            return
        self._keep(captured, beat)

    def _keep(self, captured: CapturedPhrase, beat: float) -> None:
        """Keep a phrase that nothing answers; what led on from it begins the next."""
        self.parts.keeping.keep_melody(captured.melody, self.parts.bpm)
        if captured.next_first < beat - EPSILON or self.is_sounding:
            self.capture.open(beat, captured.next_first)
        else:
            self.parts.rest(beat)

    # -- jumps and endings -----------------------------------------------------------------
    def jump(self, old: float, new: float) -> None:
        """Go on at the beat `new` of a song that was at `old`; nothing of ours sounds now."""
        self._ends_at = self.plan_at = self._mends_at = None
        self.fill_in.forget()
        if abs(new - old) >= JUMP_SLACK:
            self._carry_over(old, new)
        self._resume(new)

    def _carry_over(self, old: float, new: float) -> None:
        """Take what begins or ends on this bar line along, as in a loop brace; leave the rest."""
        transport, active = self.parts.playhead.transport, self.slots.active
        line, there = (transport.bar_line_near(beat, JUMP_SLACK) for beat in (old, new))
        edges = [*self.capture.edges, *([active.begin] if active else [])]
        if line is not None and there is not None and _is_one_of(line, edges):
            self.capture.shift(there - line)
            self.parts.recorder.shift(there - line)
            if active is not None and _is_one_of(line, [active.begin]):
                active.begin = there
        else:
            self.capture.abandon(old)
            self.parts.recorder.release_all(old)
            self.parts.recorder.forget(float("inf"))
        self.capture.move_record(new)

    def stop(self, beat: float) -> None:
        """Leave everything and wait for a note, for `record`, or for a start of the transport."""
        self._ends_at = None
        self.fill_in.forget()
        self.capture.cancel(beat)
        self.slots.stop()
        self.parts.stop(beat)

    def leave(self, beat: float, is_taken_over: bool) -> HandOver:
        """Make room for another mode on this bar line, which may go on with the phrase."""
        slots = self.slots
        active = slots.active if is_taken_over else None
        if is_taken_over and active is None:  # a phrase without an answer yet goes on
            return HandOver(slots.last_melody, slots.waiting, capture=self.capture)
        if active is not None:
            slots.active, active.begin = None, beat
        self.capture.abandon(beat)
        slots.leave_active()
        self.parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        return HandOver(slots.last_melody, slots.waiting, active)


def _is_one_of(line: float, edges: list[float]) -> bool:
    return any(abs(edge - line) < EPSILON for edge in edges)
