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
        return self.active is not None and bool(self.active.tracks)

    @property
    def hears_phrases(self) -> bool:
        """Always."""
        return True

    def _expire(self, beat: float) -> None:
        if self.active is not None and beat >= self.active.end - EPSILON:
            self._last = self.active
            self._leave_active()

    def _closed(self, active: ActivePhrase, next_first: float) -> None:
        self._echo(active)
        self.capture.open(active.begin, next_first)

    def _echo(self, active: ActivePhrase, place: float = 0.0) -> None:
        if self.parts.settings.echo:
            channel = self.parts.settings.channels.thru
            chase = place > 0
            scheduler = self.parts.scheduler
            scheduler.play(active.melody, active.begin, channel, MELODY, place, chase=chase)

    def _let_in(self, active: ActivePhrase, beat: float) -> None:
        self._echo(active)

    def _sound(self, active: ActivePhrase, beat: float) -> None:
        # This is how an answer enters on a bar line, and one that is late on the next.
        if active.take.is_armed:
            self._enter(active, beat, beat - active.begin)

    def _resume(self, beat: float) -> None:
        for active in (self.active, self._last):
            if active is not None and active.begin - EPSILON <= beat < active.end - EPSILON:
                self.active = active
                place = max(beat - active.begin, 0.0)
                self._echo(active, place)
                active.play_accompaniment(self.parts.scheduler, active.begin, place, chase=True)
                return
        if self.active is not None:
            self._last = self.active
            self._leave_active()
