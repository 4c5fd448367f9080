"""What sounds after a phrase: the modes `answer` and `loop`, decided on bar lines."""

from bridge.modes.active_phrase import MELODY, ActivePhrase
from bridge.modes.mode import Mode
from models.music.tempo import EPSILON


class Answer(Mode):
    """Every phrase is answered for as long as it was, while the next one is heard already."""

    _last: ActivePhrase | None = None

    @property
    def is_sounding(self) -> bool:
        """Whether an accompaniment sounds."""
        return self.piece is not None and bool(self.piece.tracks)

    @property
    def hears_phrases(self) -> bool:
        """Always."""
        return True

    def _expire(self, beat: float) -> None:
        if self.piece is not None and beat >= self.piece.end - EPSILON:
            self._last = self.piece
            self._leave_piece()

    def _closed(self, piece: ActivePhrase, next_first: float) -> None:
        self._echo(piece)
        self.listening.open(piece.begin, next_first)

    def _echo(self, piece: ActivePhrase, place: float = 0.0) -> None:
        if self.band.settings.echo:
            channel = self.band.settings.channels.thru
            chase = place > 0
            scheduler = self.band.scheduler
            scheduler.play(piece.melody, piece.begin, channel, MELODY, place, chase=chase)

    def _let_in(self, piece: ActivePhrase, beat: float) -> None:
        self._echo(piece)

    def _sound(self, piece: ActivePhrase, beat: float) -> None:
        if piece.ask.is_armed:
            self._enter(piece, beat, beat - piece.begin)

    def _resume(self, beat: float) -> None:
        for piece in (self.piece, self._last):
            if piece is not None and piece.begin - EPSILON <= beat < piece.end - EPSILON:
                self.piece = piece
                place = max(beat - piece.begin, 0.0)
                self._echo(piece, place)
                piece.play_accompaniment(self.band.scheduler, piece.begin, place, chase=True)
                return
        if self.piece is not None:
            self._last = self.piece
            self._leave_piece()
