"""What all modes share: phrases opened and closed on bar lines, takes asked for, jumps, endings."""

from bridge.events import Generated, GenerateFailed, Sender
from bridge.modes.active_phrase import ACCOMPANIMENT, MELODY, ActivePhrase
from bridge.modes.parts import Parts
from bridge.modes.phrase_capture import PhraseCapture
from bridge.settings import EARLY
from bridge.takes.take import Take
from models.music.clip import Clip
from models.music.tempo import EPSILON

# A jump so near to a bar line was meant to happen on it: its word came a little early or late.
_JUMP_SLACK = 0.25


class Mode:
    """Opens and closes phrases; subclasses say what sounds. All times in beats.

    `record`: on the next bar line what sounded falls silent, and the bars from there on are the
    new phrase (notes in the last beat before lead into it). Is nothing played in them, Continuo
    is idle, and the next note begins a phrase as the first one did.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.capture = PhraseCapture(parts)
        self.active: ActivePhrase | None = None
        self.last_melody: Clip | None = None  # the phrase that `generate` is about
        self._waiting: ActivePhrase | None = None  # wished for, and not heard yet
        self._stopped: ActivePhrase | None = None  # what a start of the transport brings back
        self._record_at: float | None = None

    # -- what subclasses decide ------------------------------------------------------------
    @property
    def is_sounding(self) -> bool:
        """Whether the engine plays something of its own."""
        raise NotImplementedError

    @property
    def hears_phrases(self) -> bool:
        """Whether a note may begin a phrase now."""
        raise NotImplementedError

    def _expire(self, beat: float) -> None:
        """Leave the piece if its time is over."""

    def _closed(self, active: ActivePhrase, next_first: float) -> None:
        """Go on after a phrase with notes."""

    def _let_in(self, active: ActivePhrase, beat: float) -> None:
        """Lay out what a piece that was wished for needs besides its accompaniment."""

    def _sound(self, active: ActivePhrase, beat: float) -> None:
        """Lay out what begins to sound on this bar line."""
        raise NotImplementedError

    def _resume(self, beat: float) -> None:
        """Lay out what sounds from `beat` on, after a jump or a pause of the song."""

    # -- the player ------------------------------------------------------------------------
    @property
    def open_takes(self) -> list[Take]:
        """The takes whose answers still matter."""
        actives = [active.take for active in (self.active, self._waiting) if active]
        return [*actives, *([self.capture.take] if self.capture.take else [])]

    @property
    def state(self) -> str:
        """Idle, listening, generating, armed or playing."""
        if self.is_sounding:
            stands = self.parts.playhead.follows_clock and not self.parts.playhead.playing
            return "armed" if stands else "playing"
        if any(take.is_armed for take in self.open_takes if self._may_sound(take)):
            return "armed"
        if any(take.is_waiting for take in self.open_takes):
            return "generating"
        is_open = self.capture.phrase is not None and self.active is None
        return "listening" if is_open or self.capture.has_notes else "idle"

    def _may_sound(self, take: Take) -> bool:
        is_on_hold = self._waiting is not None and take is self._waiting.take
        return not is_on_hold or self.parts.playhead.playing

    def onset(self, at_seconds: float) -> None:
        """Begin a phrase with this note if none is open and the mode waits for one."""
        is_free = self.capture.phrase is None and self._record_at is None
        if is_free and self.hears_phrases:
            self.capture.begin_with_note(at_seconds)

    def changed(self, beat: float) -> None:
        """Note that the melody, the model or a control changed."""
        self.capture.changed(beat)

    def model_changed(self, beat: float) -> None:
        """Use the new model from the next question on."""
        self.capture.changed(beat)

    # -- takes -----------------------------------------------------------------------------
    def generate(self) -> None:
        """Ask for a new take of what sounds, with the next seed."""
        melody = self.active.melody if self.active else self.last_melody
        if melody is None:
            self.parts.takes.notice("info", "nothing to generate from yet: play a phrase first")
            return
        self._request(self.parts.takes.new_take(), melody)

    def request_take(self, take_id: str, seed: int | None, sender: Sender) -> None:
        """Ask for a take by its id: of the phrase sent under that id, or else of the last one.

        What was asked like that already is given again. ValueError without a phrase.
        """
        takes = self.parts.takes
        melody = takes.phrases.find(take_id) or self.last_melody
        if melody is None:
            raise ValueError("there is no phrase yet: send one (melody/begin) or play one")
        self.last_melody = melody
        old = takes.give_again(take_id, melody, seed, self.parts.bpm, sender)
        if old is not None:
            self._put_in_place(old, melody)
        else:
            self._request(takes.new_requested_take(take_id, seed, sender), melody)

    def again(self, old: Take, sender: Sender) -> None:
        """Ask for another take in the place of this one, with the next seed."""
        if old.newest is None:
            raise ValueError(f"take {old.take_id} was never asked for")
        take = self.parts.takes.new_requested_take(old.take_id, old.seed + 1, sender)
        self._request(take, old.newest.melody)

    def _request(self, take: Take, melody: Clip) -> None:
        self._put_in_place(take, melody)
        self.parts.takes.request(take, melody, self.parts.bpm)

    def _put_in_place(self, take: Take, melody: Clip) -> None:
        if self.active is not None and self.active.melody == melody:
            if self.active.sounding is not take:
                take.rearm()
            self.active.take = take
        else:
            take.rearm()
            bar = self.parts.settings.meter.beats_per_bar
            self._waiting = ActivePhrase(melody, 0.0, take, bar)

    def drop(self, take: Take) -> None:
        """Let this take be heard no more from the next bar line on."""
        if self._waiting is not None and self._waiting.take is take:
            self._waiting = None
        if self.active is not None:
            self.active.drop(take)

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Give the answer to the take that it is for."""
        takes = self.parts.takes
        for take in [*self.open_takes, *takes.requested]:
            if isinstance(event, Generated):
                if take.take_answer(event) and take.is_requested:
                    takes.deliver(take)
            elif take.take_failure(event):
                takes.fail(take, event.reason)

    def ask_again(self) -> None:
        """Repeat the open questions: the worker that had them may be gone."""
        for take in {
            id(take): take for take in (*self.open_takes, *self.parts.takes.requested)
        }.values():
            self.parts.takes.ask_again(take)

    # -- the timeline ----------------------------------------------------------------------
    @property
    def ask_at(self) -> float | None:
        """The beat of the next question."""
        return self.capture.ask_at

    def put_question(self, beat: float) -> None:
        """Ask what is to be asked at this beat."""
        self.capture.put_question()

    def record(self, beat: float, now_seconds: float) -> None:
        """Begin a new phrase on the next bar line, after the count-in if nothing runs yet."""
        playhead = self.parts.playhead
        if playhead.playing:
            self._record_at = max(playhead.transport.next_bar_line(beat), playhead.origin)
        elif playhead.follows_clock:
            self.parts.takes.notice("info", "the clock stands still: recording begins when it runs")
            self._record_at = playhead.transport.bar_line_from(beat)
        elif playhead.runs_grid:
            self._record_at = playhead.start_grid(now_seconds)
        else:
            self.parts.takes.notice("info", "play: the first note begins the phrase")

    def end_phrase(self, beat: float) -> None:
        """Close the phrase that is being played on the next bar line."""
        self.capture.end_at(self.parts.playhead.transport.next_bar_line(beat))

    def revive(self) -> None:
        """Let what the last stop ended sound again from the next bar line on."""
        self._waiting, self._stopped = self._waiting or self._stopped, None
        if self._waiting is not None:
            self._waiting.take.rearm()

    @property
    def plan_at(self) -> float | None:
        """The beat, not only on the grid, at which something of the mode's own is due."""
        return None

    def change_plan(self, beat: float) -> None:
        """Do what is due then."""

    def grid_point(self, beat: float) -> None:
        """Do what is due on this beat, or pulse of the click."""

    def bar_line(self, beat: float) -> None:
        """Do what is due on this bar line."""
        self._expire(beat)
        phrase = self.capture.phrase
        if self._record_at is not None and beat >= self._record_at - EPSILON:
            self._record(beat)
        elif phrase is not None and beat >= phrase.end - EPSILON:
            self._close(beat)
        self._take_in(beat)
        if self.active is not None:
            self._sound(self.active, beat)
            self._keep_unanswered(self.active)
            self._mute(self.active, beat)
        if self.capture.phrase is None:
            self.parts.recorder.forget(beat - self.parts.playhead.pickup_window)

    def _take_in(self, beat: float) -> None:
        """Let a piece in that was wished for and has come."""
        waiting = self._waiting
        runs = self.parts.playhead.runs_grid or self.active is not None
        if waiting is None or not waiting.take.is_armed or not runs:
            return
        self._leave_active()
        self.parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        self.active, self._waiting = waiting, None
        waiting.begin = beat
        self._let_in(waiting, beat)

    def _mute(self, active: ActivePhrase, beat: float) -> None:
        if active.is_dropped:
            self.parts.scheduler.cut(beat, ACCOMPANIMENT)
            active.tracks, active.sounding, active.is_dropped = (), None, False

    def _record(self, beat: float) -> None:
        self._record_at = None
        # A phrase that was being played has its own last notes; else they lead into the new one.
        has_pickup = self.capture.phrase is None or self.parts.settings.pickup > 0
        self.capture.abandon(beat)
        self._leave_active()
        self.parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        window = self.parts.playhead.pickup_window if has_pickup else EARLY
        self.capture.open(beat, beat - window)

    def _close(self, beat: float) -> None:
        captured = self.capture.close()
        if captured.melody.notes and captured.take is not None:
            bar = self.parts.settings.meter.beats_per_bar
            self.active = ActivePhrase(captured.melody, beat, captured.take, bar)
            self.last_melody, self._stopped = captured.melody, None
            self._closed(self.active, captured.next_first)
            return
        self.parts.takes.keep_melody(captured.melody, self.parts.bpm)
        if captured.next_first < beat - EPSILON:
            self.capture.open(beat, captured.next_first)
        else:
            self._rest(beat)

    def _rest(self, beat: float) -> None:
        if not self.parts.playhead.runs_grid:
            self.parts.scheduler.cut(beat)
            self.parts.playhead.stop(beat)

    def _enter(self, active: ActivePhrase, beat: float, place: float) -> None:
        """Commit the take that has come: it sounds from `place` on, in the place of the last."""
        begin = beat - place
        active.take_over(self.parts.takes.commit(active.take, active.melody, self.parts.bpm, begin))
        self.parts.scheduler.cut(beat, ACCOMPANIMENT)
        active.play_accompaniment(self.parts.scheduler, begin, place)

    def _keep_unanswered(self, active: ActivePhrase) -> None:
        if active.take.answer is None and not active.take.is_waiting:
            self._keep_melody(active)

    def _keep_melody(self, active: ActivePhrase) -> None:
        if not active.is_kept:
            active.is_kept = True
            self.parts.takes.keep_melody(active.melody, self.parts.bpm)

    def _leave_active(self) -> None:
        if self.active is not None:
            self._keep_melody(self.active)
        self.active = None

    # -- jumps of the song -----------------------------------------------------------------
    def jump(self, old: float, new: float) -> None:
        """Go on at the beat `new` of a song that was at `old`; nothing of ours sounds now."""
        if abs(new - old) >= _JUMP_SLACK:
            self._carry_over(old, new)
        self._resume(new)

    def _carry_over(self, old: float, new: float) -> None:
        """Take what begins or ends on this bar line along, as in a loop brace; leave the rest."""
        line, there = self._line_near(old), self._line_near(new)
        if line is not None and there is not None and self._turns_on(line):
            self.capture.shift(there - line)
            self.parts.recorder.shift(there - line)
            if self.active is not None and abs(self.active.begin - line) < EPSILON:
                self.active.begin = there
        else:
            self.capture.abandon(old)
            self.parts.recorder.release_all(old)
            self.parts.recorder.forget(float("inf"))
        if self._record_at is not None:
            self._record_at = self.parts.playhead.transport.bar_line_from(new)

    def _line_near(self, beat: float) -> float | None:
        line = self.parts.playhead.transport.bar_line_from(beat - _JUMP_SLACK)
        return line if line - beat <= _JUMP_SLACK else None

    def _turns_on(self, line: float) -> bool:
        """Whether a phrase or a piece begins or ends on this bar line."""
        phrase = self.capture.phrase
        edges = [phrase.begin, phrase.end] if phrase else []
        edges += [self.active.begin] if self.active else []
        return any(abs(edge - line) < EPSILON for edge in edges)

    # -- endings ---------------------------------------------------------------------------
    def stop(self, beat: float) -> None:
        """Leave everything and wait for a note, for `record`, or for a start of the transport."""
        if self._waiting is not None:
            self._stopped = self._waiting
        elif self.active is not None and self.active.take.answer is not None:
            bar = self.parts.settings.meter.beats_per_bar
            self._stopped = ActivePhrase(self.active.melody, 0.0, self.active.take, bar)
        self.capture.abandon(beat)
        self._leave_active()
        self._waiting, self._record_at = None, None
        self.parts.recorder.release_all(beat)
        self.parts.recorder.forget(float("inf"))
        self.parts.scheduler.cut(beat)
        if not self.parts.playhead.follows_clock:
            self.parts.playhead.stop(beat)

    def leave(self, beat: float) -> None:
        """Make room for another mode on this bar line."""
        self.capture.abandon(beat)
        self._leave_active()
        self.parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)

    def successor(self, kind: "type[Mode]", beat: float) -> "Mode":
        """Hand over to another mode on this bar line: what is taken over is not ended."""
        after = kind(self.parts)
        after.last_melody, after._waiting = self.last_melody, self._waiting
        after.take_over_from(self, beat)
        return after

    def take_over_from(self, before: "Mode", beat: float) -> None:
        """Begin in the place of another mode; what it was doing ends here."""
        before.leave(beat)

    def show_plan(self, sender: Sender) -> None:
        """Tell what is planned; only follow mode plans."""
        raise ValueError("there is no plan: only mode follow plans ahead")

    def lose_player(self, beat: float) -> None:
        """Keep what was played so far: the keyboard's port is gone."""
        phrase = self.capture.phrase
        self.capture.abandon(beat)
        self.parts.recorder.release_all(beat)
        if phrase is not None and self.active is not None:
            self.capture.open(phrase.begin, beat)
        elif phrase is not None:
            self._rest(beat)
