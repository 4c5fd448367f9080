"""Mode `loop`: the phrase and its accompaniment go round until stopped."""

from typing import ClassVar

from bridge.modes.active_phrase import ActivePhrase
from bridge.modes.phrase_mode import PhraseMode
from bridge.modes.situation import NEXT_BAR
from bridge.notes.scheduler import MELODY
from bridge.takes.drafts import whole
from models.music.tempo import EPSILON


class Loop(PhraseMode):
    """The phrase and its accompaniment go round until stopped; new takes enter at loop starts."""

    takes_over: ClassVar[bool] = True

    @property
    def is_sounding(self) -> bool:
        """Whether the loop goes round."""
        return self.slots.active is not None

    @property
    def hears_phrases(self) -> bool:
        """Only while nothing loops: then playing passes through."""
        return self.slots.active is None

    def _sounding_words(self) -> str:
        active = self.slots.active
        if active is None:
            return ""
        words = "your phrase goes round"
        if active.tracks:
            words += " with its accompaniment"
        elif active.is_answered:
            words += " as the model changed it"
        if active.is_dropped:
            words += ", which falls silent on the next bar line"
        # Where recording begins, what sounds is left, and with it what was to come in its place.
        to_come = "" if self.capture.will_record else self._to_come(active)
        return "; ".join(w for w in (words, to_come, self._requested()) if w)

    def _to_come(self, active: ActivePhrase) -> str:
        """Say when the take that was asked for last comes in; empty if that is what sounds."""
        what = "its accompaniment" if active.tracks is None else "another take"
        if active.take.is_armed:
            soon = active.hurries or active.tracks is None
            return f"{what} comes in {NEXT_BAR if soon else 'when the loop starts over'}"
        if not active.take.is_waiting or active.sounding is active.take:
            return ""
        loading = self.parts.takes.loading
        return f"{loading} is still loading" if loading else f"{what} is being composed"

    def _requested(self) -> str:
        if self.slots.waiting is None or self.capture.will_record:
            return ""
        if self.slots.waiting.take.is_armed:
            return f"another phrase comes in {NEXT_BAR}"
        return "the accompaniment of another phrase is being composed"

    def model_changed(self, beat: float) -> None:
        """Hear the new model at the next loop start, or in the phrase's first answer."""
        if self.slots.active is None:
            self.capture.changed(beat)
        else:
            self.generate()

    def lead_changed(self, beat: float) -> None:
        """Have the same take with other chords, at once; what sounds resolves into it."""
        active = self.slots.active
        if active is None:
            self.capture.changed(beat)
        elif self.parts.current.hears_chords:
            draft = whole(self.parts.current, active.melody)
            self._ask_mended(active, draft)

    def _pass_begin(self, active: ActivePhrase, beat: float) -> float:
        return beat - self._place(active, beat)

    def _place(self, active: ActivePhrase, beat: float) -> float:
        place = round(beat - active.begin, 6) % active.length
        return 0.0 if active.length - place < EPSILON else place

    def _sound(self, active: ActivePhrase, beat: float) -> None:
        place = self._place(active, beat)
        is_start = place < EPSILON
        if is_start:
            self._sing(active, beat, 0.0)
        # Only a melody that is still alone takes its accompaniment in before the loop starts over.
        comes_in = active.take.is_armed and (is_start or active.hurries or active.tracks is None)
        if comes_in or (active.take.is_improved and (is_start or active.hurries)):
            if active.enter(self.parts, beat, place):
                self.parts.scheduler.cut(beat, MELODY)
                self._sing(active, beat, place)
        elif is_start:
            active.play_accompaniment(self.parts.scheduler, beat, 0.0)
            active.tell_chords(self.parts, beat)

    def _sing(
        self, active: ActivePhrase, beat: float, place: float, *, chase: bool = False
    ) -> None:
        channel, begin = self.parts.settings.channels.thru, beat - place
        melody = active.wrapped_melody()
        self.parts.scheduler.play(melody, begin, channel, MELODY, place, chase=chase)

    def _resume(self, beat: float) -> None:
        active = self.slots.active
        if active is None:
            return
        place = self._place(active, beat)
        if place < EPSILON and self.parts.playhead.next_point == beat:
            return  # the bar line that comes now lays out the whole pass
        self._sing(active, beat, place, chase=True)
        active.play_accompaniment(self.parts.scheduler, beat - place, place, chase=True)
