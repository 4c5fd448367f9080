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

    def __init__(self, band: Parts) -> None:
        self.band = band
        self.listening = PhraseCapture(band)
        self.piece: ActivePhrase | None = None
        self.current: Clip | None = None  # the phrase that `generate` is about
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

    def _closed(self, piece: ActivePhrase, next_first: float) -> None:
        """Go on after a phrase with notes."""

    def _let_in(self, piece: ActivePhrase, beat: float) -> None:
        """Lay out what a piece that was wished for needs besides its accompaniment."""

    def _sound(self, piece: ActivePhrase, beat: float) -> None:
        """Lay out what begins to sound on this bar line."""
        raise NotImplementedError

    def _resume(self, beat: float) -> None:
        """Lay out what sounds from `beat` on, after a jump or a pause of the song."""

    # -- the player ------------------------------------------------------------------------
    @property
    def asks(self) -> list[Take]:
        """The takes whose answers still matter."""
        pieces = [piece.ask for piece in (self.piece, self._waiting) if piece]
        return [*pieces, *([self.listening.ask] if self.listening.ask else [])]

    @property
    def state(self) -> str:
        """Idle, listening, generating, armed or playing."""
        if self.is_sounding:
            stands = self.band.timeline.is_led and not self.band.timeline.playing
            return "armed" if stands else "playing"
        if any(ask.is_armed for ask in self.asks if self._may_sound(ask)):
            return "armed"
        if any(ask.is_waiting for ask in self.asks):
            return "generating"
        is_open = self.listening.phrase is not None and self.piece is None
        return "listening" if is_open or self.listening.has_notes else "idle"

    def _may_sound(self, ask: Take) -> bool:
        is_on_hold = self._waiting is not None and ask is self._waiting.ask
        return not is_on_hold or self.band.timeline.playing

    def onset(self, at_seconds: float) -> None:
        """Begin a phrase with this note if none is open and the mode waits for one."""
        is_free = self.listening.phrase is None and self._record_at is None
        if is_free and self.hears_phrases:
            self.listening.begin_with_note(at_seconds)

    def changed(self, beat: float) -> None:
        """Note that the melody, the model or a control changed."""
        self.listening.changed(beat)

    def model_changed(self, beat: float) -> None:
        """Use the new model from the next question on."""
        self.listening.changed(beat)

    # -- takes -----------------------------------------------------------------------------
    def generate(self) -> None:
        """Ask for a new take of what sounds, with the next seed."""
        melody = self.piece.melody if self.piece else self.current
        if melody is None:
            self.band.desk.notice("info", "nothing to generate from yet: play a phrase first")
            return
        self._ask_for(self.band.desk.new_ask(), melody)

    def wish(self, take_id: str, seed: int | None, sender: Sender) -> None:
        """Ask for a take by its id: of the phrase sent under that id, or else of the last one.

        What was asked like that already is given again. ValueError without a phrase.
        """
        desk = self.band.desk
        melody = desk.phrases.find(take_id) or self.current
        if melody is None:
            raise ValueError("there is no phrase yet: send one (melody/begin) or play one")
        self.current = melody
        old = desk.give_again(take_id, melody, seed, self.band.bpm, sender)
        if old is not None:
            self._put_in_place(old, melody)
        else:
            self._ask_for(desk.wished_ask(take_id, seed, sender), melody)

    def again(self, old: Take, sender: Sender) -> None:
        """Ask for another take in the place of this one, with the next seed."""
        if old.newest is None:
            raise ValueError(f"take {old.take_id} was never asked for")
        ask = self.band.desk.wished_ask(old.take_id, old.seed + 1, sender)
        self._ask_for(ask, old.newest.melody)

    def _ask_for(self, ask: Take, melody: Clip) -> None:
        self._put_in_place(ask, melody)
        self.band.desk.ask(ask, melody, self.band.bpm)

    def _put_in_place(self, ask: Take, melody: Clip) -> None:
        if self.piece is not None and self.piece.melody == melody:
            if self.piece.sounding is not ask:
                ask.recall()
            self.piece.ask = ask
        else:
            ask.recall()
            bar = self.band.settings.meter.beats_per_bar
            self._waiting = ActivePhrase(melody, 0.0, ask, bar)

    def drop(self, ask: Take) -> None:
        """Let this take be heard no more from the next bar line on."""
        if self._waiting is not None and self._waiting.ask is ask:
            self._waiting = None
        if self.piece is not None:
            self.piece.drop(ask)

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Give the answer to the take that it is for."""
        desk = self.band.desk
        for ask in [*self.asks, *desk.wishes]:
            if isinstance(event, Generated):
                if ask.take_answer(event) and ask.is_wished:
                    desk.deliver(ask)
            elif ask.take_failure(event):
                desk.fail(ask, event.reason)

    def ask_again(self) -> None:
        """Repeat the open questions: the worker that had them may be gone."""
        for ask in {id(ask): ask for ask in (*self.asks, *self.band.desk.wishes)}.values():
            self.band.desk.ask_again(ask)

    # -- the timeline ----------------------------------------------------------------------
    @property
    def ask_at(self) -> float | None:
        """The beat of the next question."""
        return self.listening.ask_at

    def put_question(self, beat: float) -> None:
        """Ask what is to be asked at this beat."""
        self.listening.put_question()

    def record(self, beat: float, now_seconds: float) -> None:
        """Begin a new phrase on the next bar line, after the count-in if nothing runs yet."""
        timeline = self.band.timeline
        if timeline.playing:
            self._record_at = max(timeline.transport.next_bar_line(beat), timeline.origin)
        elif timeline.is_led:
            self.band.desk.notice("info", "the clock stands still: recording begins when it runs")
            self._record_at = timeline.transport.bar_line_from(beat)
        elif timeline.runs_grid:
            self._record_at = timeline.start_grid(now_seconds)
        else:
            self.band.desk.notice("info", "play: the first note begins the phrase")

    def end_phrase(self, beat: float) -> None:
        """Close the phrase that is being played on the next bar line."""
        self.listening.end_at(self.band.timeline.transport.next_bar_line(beat))

    def revive(self) -> None:
        """Let what the last stop ended sound again from the next bar line on."""
        self._waiting, self._stopped = self._waiting or self._stopped, None
        if self._waiting is not None:
            self._waiting.ask.recall()

    @property
    def turn_at(self) -> float | None:
        """The beat, not only on the grid, at which something of the mode's own is due."""
        return None

    def turn(self, beat: float) -> None:
        """Do what is due then."""

    def grid_point(self, beat: float) -> None:
        """Do what is due on this beat, or pulse of the click."""

    def bar_line(self, beat: float) -> None:
        """Do what is due on this bar line."""
        self._expire(beat)
        phrase = self.listening.phrase
        if self._record_at is not None and beat >= self._record_at - EPSILON:
            self._record(beat)
        elif phrase is not None and beat >= phrase.end - EPSILON:
            self._close(beat)
        self._take_in(beat)
        if self.piece is not None:
            self._sound(self.piece, beat)
            self._keep_unanswered(self.piece)
            self._mute(self.piece, beat)
        if self.listening.phrase is None:
            self.band.recorder.forget(beat - self.band.timeline.pickup_window)

    def _take_in(self, beat: float) -> None:
        """Let a piece in that was wished for and has come."""
        waiting = self._waiting
        runs = self.band.timeline.runs_grid or self.piece is not None
        if waiting is None or not waiting.ask.is_armed or not runs:
            return
        self._leave_piece()
        self.band.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        self.piece, self._waiting = waiting, None
        waiting.begin = beat
        self._let_in(waiting, beat)

    def _mute(self, piece: ActivePhrase, beat: float) -> None:
        if piece.is_dropped:
            self.band.scheduler.cut(beat, ACCOMPANIMENT)
            piece.tracks, piece.sounding, piece.is_dropped = (), None, False

    def _record(self, beat: float) -> None:
        self._record_at = None
        # A phrase that was being played has its own last notes; else they lead into the new one.
        has_pickup = self.listening.phrase is None or self.band.settings.pickup > 0
        self.listening.abandon(beat)
        self._leave_piece()
        self.band.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        window = self.band.timeline.pickup_window if has_pickup else EARLY
        self.listening.open(beat, beat - window)

    def _close(self, beat: float) -> None:
        heard = self.listening.close()
        if heard.melody.notes and heard.ask is not None:
            bar = self.band.settings.meter.beats_per_bar
            self.piece = ActivePhrase(heard.melody, beat, heard.ask, bar)
            self.current, self._stopped = heard.melody, None
            self._closed(self.piece, heard.next_first)
            return
        self.band.desk.keep_melody(heard.melody, self.band.bpm)
        if heard.next_first < beat - EPSILON:
            self.listening.open(beat, heard.next_first)
        else:
            self._rest(beat)

    def _rest(self, beat: float) -> None:
        if not self.band.timeline.runs_grid:
            self.band.scheduler.cut(beat)
            self.band.timeline.stop(beat)

    def _enter(self, piece: ActivePhrase, beat: float, place: float) -> None:
        """Commit the take that has come: it sounds from `place` on, in the place of the last."""
        begin = beat - place
        piece.take_over(self.band.desk.commit(piece.ask, piece.melody, self.band.bpm, begin))
        self.band.scheduler.cut(beat, ACCOMPANIMENT)
        piece.play_accompaniment(self.band.scheduler, begin, place)

    def _keep_unanswered(self, piece: ActivePhrase) -> None:
        if piece.ask.answer is None and not piece.ask.is_waiting:
            self._keep_melody(piece)

    def _keep_melody(self, piece: ActivePhrase) -> None:
        if not piece.is_kept:
            piece.is_kept = True
            self.band.desk.keep_melody(piece.melody, self.band.bpm)

    def _leave_piece(self) -> None:
        if self.piece is not None:
            self._keep_melody(self.piece)
        self.piece = None

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
            self.listening.shift(there - line)
            self.band.recorder.shift(there - line)
            if self.piece is not None and abs(self.piece.begin - line) < EPSILON:
                self.piece.begin = there
        else:
            self.listening.abandon(old)
            self.band.recorder.release_all(old)
            self.band.recorder.forget(float("inf"))
        if self._record_at is not None:
            self._record_at = self.band.timeline.transport.bar_line_from(new)

    def _line_near(self, beat: float) -> float | None:
        line = self.band.timeline.transport.bar_line_from(beat - _JUMP_SLACK)
        return line if line - beat <= _JUMP_SLACK else None

    def _turns_on(self, line: float) -> bool:
        """Whether a phrase or a piece begins or ends on this bar line."""
        phrase = self.listening.phrase
        edges = [phrase.begin, phrase.end] if phrase else []
        edges += [self.piece.begin] if self.piece else []
        return any(abs(edge - line) < EPSILON for edge in edges)

    # -- endings ---------------------------------------------------------------------------
    def stop(self, beat: float) -> None:
        """Leave everything and wait for a note, for `record`, or for a start of the transport."""
        if self._waiting is not None:
            self._stopped = self._waiting
        elif self.piece is not None and self.piece.ask.answer is not None:
            bar = self.band.settings.meter.beats_per_bar
            self._stopped = ActivePhrase(self.piece.melody, 0.0, self.piece.ask, bar)
        self.listening.abandon(beat)
        self._leave_piece()
        self._waiting, self._record_at = None, None
        self.band.recorder.release_all(beat)
        self.band.recorder.forget(float("inf"))
        self.band.scheduler.cut(beat)
        if not self.band.timeline.is_led:
            self.band.timeline.stop(beat)

    def leave(self, beat: float) -> None:
        """Make room for another mode on this bar line."""
        self.listening.abandon(beat)
        self._leave_piece()
        self.band.scheduler.cut(beat, MELODY, ACCOMPANIMENT)

    def successor(self, kind: "type[Mode]", beat: float) -> "Mode":
        """Hand over to another mode on this bar line: what is taken over is not ended."""
        after = kind(self.band)
        after.current, after._waiting = self.current, self._waiting
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
        phrase = self.listening.phrase
        self.listening.abandon(beat)
        self.band.recorder.release_all(beat)
        if phrase is not None and self.piece is not None:
            self.listening.open(phrase.begin, beat)
        elif phrase is not None:
            self._rest(beat)
