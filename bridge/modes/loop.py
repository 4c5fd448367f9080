"""Mode `loop`: the phrase and its accompaniment go round until stopped."""

from bridge.modes.active_phrase import MELODY, ActivePhrase
from bridge.modes.mode import Mode
from models.music.tempo import EPSILON


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

    def take_over_from(self, before: Mode, beat: float) -> None:
        """Loop the phrase that is being answered; a phrase without an answer yet goes on."""
        if before.piece is None:
            self.listening, self._record_at = before.listening, before._record_at
            return
        piece, before.piece = before.piece, None
        before.leave(beat)
        piece.begin, self.piece = beat, piece

    def model_changed(self, beat: float) -> None:
        """Hear the new model at the next loop start, or in the phrase's first answer."""
        if self.piece is None:
            self.listening.changed(beat)
        else:
            self.generate()

    def _place(self, piece: ActivePhrase, beat: float) -> float:
        place = round(beat - piece.begin, 6) % piece.length
        return 0.0 if piece.length - place < EPSILON else place

    def _sound(self, piece: ActivePhrase, beat: float) -> None:
        place = self._place(piece, beat)
        is_start = place < EPSILON
        if is_start:
            channel = self.band.settings.channels.thru
            self.band.scheduler.play(piece.wrapped_melody(), beat, channel, MELODY)
        # Only a melody that is still alone takes its accompaniment in before the loop starts over.
        comes_in = piece.ask.is_armed and (is_start or piece.hurries or piece.tracks is None)
        if comes_in or (is_start and piece.ask.is_bettered):
            self._enter(piece, beat, place)
        elif is_start:
            piece.play_accompaniment(self.band.scheduler, beat, 0.0)

    def _resume(self, beat: float) -> None:
        if self.piece is None:
            return
        place = self._place(self.piece, beat)
        if place < EPSILON and self.band.timeline.next_point == beat:
            return  # the bar line that comes now lays out the whole pass
        channel, begin = self.band.settings.channels.thru, beat - place
        clip = self.piece.wrapped_melody()
        self.band.scheduler.play(clip, begin, channel, MELODY, place, chase=True)
        self.piece.play_accompaniment(self.band.scheduler, begin, place, chase=True)
