"""Mode `answer`: each phrase is answered while the next one is heard already."""

from dataclasses import replace

from bridge.events import Generated, GenerateFailed
from bridge.modes.active_phrase import ActivePhrase
from bridge.modes.phrase_mode import PhraseMode
from bridge.modes.situation import LISTENING, NEXT_BAR, coming
from bridge.notes.scheduler import MELODY
from bridge.takes.drafts import reach, whole
from models.music.clip import Clip
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

    def _sounding_words(self) -> str:
        active = self.slots.active
        if active is None:
            return ""
        if active.is_answered:
            also = "; your next phrase is being recorded" if self.capture.has_notes else ""
            return f"playing the answer to your phrase{also}"
        if self.capture.will_record:
            return ""  # then this phrase is left
        if self._is_last_bar(active) and self.capture.has_notes:
            return LISTENING  # too late for that phrase: this one is answered
        if self._is_last_bar(active) and not active.take.asked_while_loading:
            return "the answer comes too late: your phrase is kept without one"
        return coming(self.parts, active.take, NEXT_BAR)

    def _is_last_bar(self, active: ActivePhrase) -> bool:
        playhead = self.parts.playhead
        return playhead.next_point is not None and playhead.next_point > active.end - self.parts.bar

    def onset(self, at_seconds: float) -> None:
        """Begin a phrase; one that is still to be answered makes way for it."""
        self.slots.pay()
        super().onset(at_seconds)

    def lead_changed(self, beat: float) -> None:
        """Have the answer that sounds go over into the new chord, from where it leads on."""
        super().lead_changed(beat)
        active, lead = self.slots.active, self.parts.takes.lead
        if active is None or lead.progression is None or not self.parts.current.hears_chords:
            return
        newest, transport = active.take.newest, self.parts.playhead.transport
        place = max(lead.begins_beat(transport) - active.begin, 0.0)
        draft = whole(self.parts.current, active.melody)
        length = reach(draft)
        if newest is None or not transport.playing or place > active.length - EPSILON:
            return
        kept = (newest.chords or Clip()).window(0.0, place)
        begin = active.begin + place
        led = lead.clip(transport, begin, length - place, on_beat=True).shifted(place)
        chords = Clip((*kept.notes, *led.notes), length)
        self._ask_mended(active, replace(draft, chords=chords))

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Give the answer to its take; if all are waiting for it in silence, begin with it."""
        super().answered(event)
        playhead, owed = self.parts.playhead, self.slots.waiting if self.slots.is_owed else None
        stands = not playhead.runs_grid and not playhead.playing
        if owed is not None and owed.take.is_armed and stands:
            playhead.start_grid(event.at_seconds)

    def pass_point(self, beat: float, is_bar_line: bool) -> None:
        """Leave the phrase whose answer is over, before anything else."""
        active = self.slots.active
        if is_bar_line and active is not None and beat >= active.end - EPSILON:
            self._leave(active)
        owed = self.slots.waiting if self.slots.is_owed else None
        super().pass_point(beat, is_bar_line)
        comes_in = owed is not None and self.slots.active is owed
        if comes_in and self.capture.is_free and not self.parts.playhead.runs_grid:
            # What is played meanwhile is the next phrase; if nothing is, that is the end.
            self.capture.open(beat, beat)

    def _leave(self, active: ActivePhrase) -> None:
        self._last = active
        take = active.take
        if (
            active.tracks is None
            and take.asked_while_loading
            and (take.is_waiting or take.is_armed)
        ):
            self.slots.owe(active)
        self.slots.leave_active()

    def _begin(self, active: ActivePhrase, place: float = 0.0, *, chase: bool = False) -> None:
        # A melody that a model changed is the answer: without it there would be none.
        if self.parts.settings.echo or active.sung is not None:
            channel = self.parts.settings.channels.thru
            scheduler = self.parts.scheduler
            scheduler.play(active.heard, active.begin, channel, MELODY, place, chase=chase)

    def _sound(self, active: ActivePhrase, beat: float) -> None:
        # This is how an answer enters on a bar line, and one that is late on the next.
        if active.take.is_armed or (active.hurries and active.take.is_improved):
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
