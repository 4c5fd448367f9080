"""Mode `loop`: the phrase and its accompaniment go round until stopped."""

from bridge.modes.active_phrase import MELODY, ActivePhrase
from bridge.modes.mode import Mode
from models.music.tempo import EPSILON


class Loop(Mode):
    """The phrase and its accompaniment go round until stopped; new takes enter at loop starts."""

    @property
    def is_sounding(self) -> bool:
        """Whether the loop goes round."""
        return self.active is not None

    @property
    def hears_phrases(self) -> bool:
        """Only while nothing loops: then playing passes through."""
        return self.active is None

    def take_over_from(self, before: Mode, beat: float) -> None:
        """Loop the phrase that is being answered; a phrase without an answer yet goes on."""
        if before.active is None:
            self.capture, self._record_at = before.capture, before._record_at
            return
        active, before.active = before.active, None
        before.leave(beat)
        active.begin, self.active = beat, active

    def model_changed(self, beat: float) -> None:
        """Hear the new model at the next loop start, or in the phrase's first answer."""
        if self.active is None:
            self.capture.changed(beat)
        else:
            self.generate()

    def _place(self, active: ActivePhrase, beat: float) -> float:
        place = round(beat - active.begin, 6) % active.length
        return 0.0 if active.length - place < EPSILON else place

    def _sound(self, active: ActivePhrase, beat: float) -> None:
        place = self._place(active, beat)
        is_start = place < EPSILON
        if is_start:
            channel = self.parts.settings.channels.thru
            self.parts.scheduler.play(active.wrapped_melody(), beat, channel, MELODY)
        # Only a melody that is still alone takes its accompaniment in before the loop starts over.
        comes_in = active.take.is_armed and (is_start or active.hurries or active.tracks is None)
        if comes_in or (is_start and active.take.is_improved):
            self._enter(active, beat, place)
        elif is_start:
            active.play_accompaniment(self.parts.scheduler, beat, 0.0)

    def _resume(self, beat: float) -> None:
        if self.active is None:
            return
        place = self._place(self.active, beat)
        if place < EPSILON and self.parts.playhead.next_point == beat:
            return  # the bar line that comes now lays out the whole pass
        channel, begin = self.parts.settings.channels.thru, beat - place
        clip = self.active.wrapped_melody()
        self.parts.scheduler.play(clip, begin, channel, MELODY, place, chase=True)
        self.active.play_accompaniment(self.parts.scheduler, begin, place, chase=True)
