"""What sounds after a phrase: the modes `answer` and `loop`, decided on bar lines."""

from bridge.desk import Ask
from bridge.listening import Band, Listening
from bridge.piece import ACCOMPANIMENT, MELODY, Piece
from bridge.settings import EARLY
from models.tempo import EPSILON


class Mode:
    """Opens and closes phrases; subclasses say what sounds. All times in beats.

    `record`: on the next bar line what sounded falls silent, and the bars from there on are the
    new phrase (notes in the last beat before lead into it). Is nothing played in them, Continuo
    is idle, and the next note begins a phrase as the first one did.
    """

    def __init__(self, band: Band) -> None:
        self.band = band
        self.listening = Listening(band)
        self.piece: Piece | None = None
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

    def _closed(self, piece: Piece, next_first: float) -> None:
        """Go on after a phrase with notes."""

    def _sound(self, piece: Piece, beat: float) -> None:
        """Lay out what begins to sound on this bar line."""
        raise NotImplementedError

    # -- the player ------------------------------------------------------------------------
    @property
    def asks(self) -> list[Ask]:
        """The takes whose answers still matter."""
        current = self.piece.ask if self.piece else None
        return [ask for ask in (current, self.listening.ask) if ask is not None]

    @property
    def state(self) -> str:
        """Idle, listening, generating, armed or playing."""
        if self.is_sounding:
            return "playing"
        if any(ask.is_armed for ask in self.asks):
            return "armed"
        if any(ask.is_waiting for ask in self.asks):
            return "generating"
        is_open = self.listening.phrase is not None and self.piece is None
        return "listening" if is_open or self.listening.has_notes else "idle"

    def onset(self, at_seconds: float) -> None:
        """Begin a phrase with this note if none is open and the mode waits for one."""
        is_free = self.listening.phrase is None and self._record_at is None
        if is_free and self.hears_phrases:
            self.listening.begin_with_note(at_seconds)

    def generate(self) -> None:
        """Ask for a new take of what sounds, with the next seed."""
        if self.piece is None:
            self.band.desk.notice("info", "nothing to generate from yet: play a phrase first")
            return
        self.piece.ask = self.band.desk.new_ask()
        self.band.desk.ask(self.piece.ask, self.piece.melody, self.band.bpm)

    def record(self, beat: float, now_seconds: float) -> None:
        """Begin a new phrase on the next bar line, after the count-in if nothing runs yet."""
        timeline = self.band.timeline
        if timeline.playing:
            self._record_at = max(timeline.transport.next_bar_line(beat), timeline.origin)
        elif self.band.settings.runs_grid:
            self._record_at = timeline.start_grid(now_seconds)
        else:
            self.band.desk.notice("info", "play: the first note begins the phrase")

    def model_changed(self, beat: float) -> None:
        """Use the new model from the next question on."""
        self.listening.changed(beat)

    # -- the timeline ----------------------------------------------------------------------
    def bar_line(self, beat: float) -> None:
        """Do what is due on this bar line."""
        self._expire(beat)
        phrase = self.listening.phrase
        if self._record_at is not None and beat >= self._record_at - EPSILON:
            self._record(beat)
        elif phrase is not None and beat >= phrase.end - EPSILON:
            self._close(beat)
        if self.piece is not None:
            self._sound(self.piece, beat)
            self._keep_unanswered(self.piece)
        if self.listening.phrase is None:
            self.band.recorder.forget(beat - self.band.timeline.pickup_window)

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
            self.piece = Piece(heard.melody, beat, heard.ask)
            self._closed(self.piece, heard.next_first)
            return
        self.band.desk.keep_melody(heard.melody, self.band.bpm)
        if heard.next_first < beat - EPSILON:
            self.listening.open(beat, heard.next_first)
        else:
            self._rest(beat)

    def _rest(self, beat: float) -> None:
        if not self.band.settings.runs_grid:
            self.band.scheduler.cut(beat)
            self.band.timeline.stop(beat)

    def _enter(self, piece: Piece, beat: float, place: float) -> None:
        """Commit the take that has come: it sounds from `place` on, in the place of the last."""
        begin = beat - place
        piece.tracks = self.band.desk.commit(piece.ask, piece.melody, self.band.bpm, begin)
        piece.is_kept = True
        self.band.scheduler.cut(beat, ACCOMPANIMENT)
        piece.play_accompaniment(self.band.scheduler, begin, place)

    def _keep_unanswered(self, piece: Piece) -> None:
        if piece.ask.answer is None and not piece.ask.is_waiting:
            self._keep_melody(piece)

    def _keep_melody(self, piece: Piece) -> None:
        if not piece.is_kept:
            piece.is_kept = True
            self.band.desk.keep_melody(piece.melody, self.band.bpm)

    def _leave_piece(self) -> None:
        if self.piece is not None:
            self._keep_melody(self.piece)
        self.piece = None

    # -- endings ---------------------------------------------------------------------------
    def stop(self, beat: float) -> None:
        """Leave everything and wait for a note, or for `record`."""
        self.listening.abandon(beat)
        self._leave_piece()
        self._record_at = None
        self.band.recorder.release_all(beat)
        self.band.scheduler.cut(beat)
        self.band.timeline.stop(beat)

    def lose_player(self, beat: float) -> None:
        """Keep what was played so far: the keyboard's port is gone."""
        phrase = self.listening.phrase
        self.listening.abandon(beat)
        self.band.recorder.release_all(beat)
        if phrase is not None and self.piece is not None:
            self.listening.open(phrase.begin, beat)
        elif phrase is not None:
            self._rest(beat)


class Answer(Mode):
    """Every phrase is answered for as long as it was, while the next one is heard already."""

    @property
    def is_sounding(self) -> bool:
        """Whether an accompaniment sounds."""
        return self.piece is not None and self.piece.tracks is not None

    @property
    def hears_phrases(self) -> bool:
        """Always."""
        return True

    def _expire(self, beat: float) -> None:
        if self.piece is not None and beat >= self.piece.end - EPSILON:
            self._leave_piece()

    def _closed(self, piece: Piece, next_first: float) -> None:
        if self.band.settings.echo:
            channel = self.band.settings.channels.thru
            self.band.scheduler.play(piece.melody, piece.begin, channel, MELODY)
        self.listening.open(piece.begin, next_first)

    def _sound(self, piece: Piece, beat: float) -> None:
        if piece.ask.is_armed:
            self._enter(piece, beat, beat - piece.begin)


class Loop(Mode):
    """The phrase and its accompaniment go round until stopped; new takes enter at loop starts."""

    @property
    def is_sounding(self) -> bool:
        """Whether the loop goes round."""
        return self.piece is not None

    @property
    def hears_phrases(self) -> bool:
        """Only while nothing loops: then playing passes through."""
        return self.piece is None

    def model_changed(self, beat: float) -> None:
        """Hear the new model at the next loop start, or in the phrase's first answer."""
        if self.piece is None:
            self.listening.changed(beat)
        else:
            self.generate()

    def _sound(self, piece: Piece, beat: float) -> None:
        place = round(beat - piece.begin, 6) % piece.length
        is_start = place < EPSILON
        if is_start:
            channel = self.band.settings.channels.thru
            self.band.scheduler.play(piece.wrapped_melody(), beat, channel, MELODY)
        # Only a melody that is still alone takes its accompaniment in before the loop starts over.
        comes_in = piece.ask.is_armed and (is_start or piece.tracks is None)
        if comes_in or (is_start and piece.ask.is_bettered):
            self._enter(piece, beat, place)
        elif is_start:
            piece.play_accompaniment(self.band.scheduler, beat, 0.0)
