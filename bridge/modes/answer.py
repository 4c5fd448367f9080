"""Mode `answer`: each phrase is answered while the next one is heard already."""

from bridge.modes.active_phrase import MELODY, ActivePhrase
from bridge.modes.phrase_mode import PhraseMode
from models.music.tempo import EPSILON


class Answer(PhraseMode):
    """Every phrase is answered for as long as it was, while the next one is heard already."""

    _last: ActivePhrase | None = None

    @property
    def is_sounding(self) -> bool:
        """Whether an answer sounds."""
        return self.slots.active is not None and self.slots.active.is_answered

    @property
    def hears_phrases(self) -> bool:
        """Always."""
        return True

    def pass_point(self, beat: float, is_bar_line: bool) -> None:
        """Leave the phrase whose answer is over, before anything else."""
        active = self.slots.active
        if is_bar_line and active is not None and beat >= active.end - EPSILON:
            self._leave(active)
        super().pass_point(beat, is_bar_line)

    def _leave(self, active: ActivePhrase) -> None:
        self._last = active
        self.slots.leave_active()

    def _begin(self, active: ActivePhrase, place: float = 0.0, *, chase: bool = False) -> None:
        # A melody that a model changed is the answer: without it there would be none.
        if self.parts.settings.echo or active.sung is not None:
            channel = self.parts.settings.channels.thru
            scheduler = self.parts.scheduler
            scheduler.play(active.heard, active.begin, channel, MELODY, place, chase=chase)

    def _sound(self, active: ActivePhrase, beat: float) -> None:
        # This is how an answer enters on a bar line, and one that is late on the next.
        if active.take.is_armed:
            place = beat - active.begin
            if active.enter(self.parts, beat, place):
                self.parts.scheduler.cut(beat, MELODY)
                self._begin(active, place)

    def _resume(self, beat: float) -> None:
        for phrase in (self.slots.active, self._last):
            if phrase is not None and phrase.begin - EPSILON <= beat < phrase.end - EPSILON:
                self.slots.active = phrase
                place = max(beat - phrase.begin, 0.0)
                self._begin(phrase, place, chase=place > 0)
                scheduler = self.parts.scheduler
                phrase.play_accompaniment(scheduler, phrase.begin, place, chase=True)
                return
        if self.slots.active is not None:
            self._leave(self.slots.active)
