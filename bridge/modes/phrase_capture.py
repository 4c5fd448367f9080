"""The phrase that is being played: where it begins, when to ask for its accompaniment."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bridge.interfaces import GenerateRequest
from bridge.modes.parts import Parts
from bridge.modes.phrase import Phrase, is_same_music
from bridge.reports import PhraseReport
from bridge.settings import EARLY
from bridge.takes.drafts import reach
from bridge.takes.take import Take
from models.music.clip import Clip
from models.music.tempo import EPSILON

# Playing legato is an onset and a release: wait so long for the second before asking again.
_SETTLE_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class CapturedPhrase:
    """A phrase that has ended; `next_first` is the earliest onset that belongs to the next."""

    melody: Clip
    take: Take | None
    next_first: float


@dataclass(frozen=True, slots=True)
class PhraseKind:
    """What is asked about a phrase, how long it is, whether the next one follows on its heels.

    `length` in beats; None: the bars that are set.
    """

    draft: Callable[[Clip], GenerateRequest]
    length: float | None = None
    has_next: bool = True


class PhraseCapture:
    """Gathers one phrase at a time and asks about it a lookahead before it ends."""

    def __init__(self, parts: Parts, kind: PhraseKind) -> None:
        self._parts = parts
        self.kind = kind
        self._is_asking = False
        self._again_at: float | None = None
        self._record_at: float | None = None  # a bar line
        self.phrase: Phrase | None = None
        self.take: Take | None = None

    @property
    def floor(self) -> float:
        """The beat before which nothing can be recorded any more."""
        return self.phrase.first if self.phrase else float("-inf")

    @property
    def is_free(self) -> bool:
        """Whether a note may open a phrase: none is open, and none will be on a bar line."""
        return self.phrase is None and self._record_at is None

    @property
    def will_record(self) -> bool:
        """Whether recording begins on a bar line to come."""
        return self._record_at is not None

    @property
    def edges(self) -> list[float]:
        """The bar lines on which the open phrase begins and ends."""
        return [self.phrase.begin, self.phrase.end] if self.phrase else []

    @property
    def has_notes(self) -> bool:
        """Whether the open phrase has notes, or what may become its pick-up."""
        return self.phrase is not None and self.phrase.has_notes(self._parts.recorder)

    def begin_with_note(self, at_seconds: float) -> None:
        """Open the phrase that this first note begins or leads into."""
        playhead = self._parts.playhead
        begin = playhead.place_onset(at_seconds)
        if begin is not None:
            self.open(begin, playhead.beat_at(at_seconds))

    def open(self, begin: float, first: float) -> None:
        """Open a phrase at the bar line `begin`, with the notes from `first` on."""
        window, settings = self._parts.playhead.pickup_window, self._parts.settings
        length = settings.length if self.kind.length is None else self.kind.length
        lead = settings.lead if self.kind.has_next else 0.0
        self.phrase = Phrase(begin, length, first, window, lead)
        self.take, self._is_asking, self._again_at = None, False, None

    # -- recording on command --------------------------------------------------------------
    def record(self, beat: float, now_seconds: float) -> None:
        """Open a phrase on the next bar line, after the count-in if nothing runs yet."""
        playhead = self._parts.playhead
        if playhead.playing:
            self._record_at = max(playhead.transport.next_bar_line(beat), playhead.origin)
        elif playhead.follows_clock:
            self._parts.notice("info", "the clock stands still: recording begins when it runs")
            self._record_at = playhead.transport.bar_line_from(beat)
        elif playhead.runs_grid:
            self._record_at = playhead.start_grid(now_seconds)
        else:
            self._parts.notice("info", "recording: play, your first note is the downbeat")

    def is_record_due(self, beat: float) -> bool:
        """Whether recording begins on this bar line."""
        return self._record_at is not None and beat >= self._record_at - EPSILON

    def begin_recording(self, beat: float) -> None:
        """Open the phrase to be recorded on this bar line; what was being played is kept."""
        self._record_at = None
        # A phrase that was being played has its own last notes; else they lead into the new one.
        has_pickup = self.phrase is None or self._parts.settings.pickup > 0
        self.abandon(beat)
        self.open(beat, beat - (self._parts.playhead.pickup_window if has_pickup else EARLY))

    def move_record(self, beat: float) -> None:
        """Begin recording, if that is to come, on the first bar line from this beat on."""
        if self._record_at is not None:
            self._record_at = self._parts.playhead.transport.bar_line_from(beat)

    # -- the open phrase -------------------------------------------------------------------
    def is_over(self, beat: float) -> bool:
        """Whether the phrase ends on this bar line."""
        return self.phrase is not None and beat >= self.phrase.end - EPSILON

    def end_at(self, beat: float) -> None:
        """Let the phrase end on this bar line, and ask about what there is of it."""
        if self.phrase is not None and self.phrase.begin < beat - EPSILON < self.phrase.end:
            self.phrase = replace(self.phrase, length=beat - self.phrase.begin)
            # Asked at once, the answer may be there on the bar line.
            self.put_request()

    def prolong(self, beats: float) -> None:
        """Let the phrase end so much later."""
        if self.phrase is not None:
            self.phrase = replace(self.phrase, length=self.phrase.length + beats)
            self._is_asking, self._again_at = False, None

    def shift(self, beats: float) -> None:
        """Go on as before `beats` later on the song's own count: the song has jumped."""
        if self.phrase is not None:
            begin, first = self.phrase.begin + beats, self.phrase.first + beats
            self.phrase = replace(self.phrase, begin=begin, first=first)
        if self._again_at is not None:
            self._again_at += beats

    @property
    def request_at(self) -> float | None:
        """The beat of the next request."""
        if self.phrase is None or self._is_asking:
            return self._again_at
        bpm = self._parts.bpm
        lookahead = self._parts.latency.lookahead_seconds(bpm) * bpm / 60
        return max(self.phrase.end - lookahead, self.phrase.begin)

    def changed(self, beat: float) -> None:
        """Note that the melody or the model changed: ask again if it was asked already."""
        if self.phrase is None or not self._is_asking or self._again_at is not None:
            return
        again_at = beat + _SETTLE_SECONDS * self._parts.bpm / 60
        if again_at < self.phrase.end:  # `close` asks by itself if nothing has come by then
            self._again_at = again_at

    def skip_request(self) -> None:
        """Ask nothing now: only if what is played changes."""
        self._is_asking, self._again_at = True, None

    def put_request(self) -> None:
        """Ask about the phrase as it is now, unless that was asked."""
        self._is_asking, self._again_at = True, None
        takes, melody = self._parts.takes, self._melody()
        assert self.phrase is not None, "no phrase is open"
        draft = self.kind.draft(melody)
        draft = replace(draft, chords=self._parts.leading(self.phrase.begin, reach(draft)))
        draft = takes.completed(draft, is_played=True)
        if not any(n.start >= 0 or n.end > EARLY for n in melody.notes):  # a pick-up to nothing
            return
        if self.take is None:
            self.take = takes.new_take()
        newest = self.take.newest
        if (
            newest is None
            or newest.name != draft.name
            or newest.begin != draft.begin
            or newest.controls != draft.controls
            or newest.chords != draft.chords
            or not is_same_music(newest.melody, melody)
        ):
            takes.put(self.take, draft, self._parts.bpm)

    def _melody(self, until: float | None = None) -> Clip:
        assert self.phrase is not None, "no phrase is open"
        return self.phrase.melody(self._parts.recorder, self._parts.settings.quantise, until)

    def close(self) -> CapturedPhrase:
        """End the phrase on its last bar line; what nobody has answered yet is asked as it is."""
        assert self.phrase is not None, "no phrase is open"
        if self.take is None or self.take.answer is None:
            self.put_request()
        captured = CapturedPhrase(
            self._melody(), self.take, self.phrase.next_first(self._parts.recorder)
        )
        if captured.melody.notes:
            self._parts.listener(PhraseReport(self.phrase.begin, captured.melody))
        self._leave()
        self._parts.recorder.forget(captured.next_first)
        return captured

    def abandon(self, beat: float) -> None:
        """End the phrase here and keep what was played of it."""
        if self.phrase is not None:
            self._parts.keeping.keep_melody(self._melody(until=beat), self._parts.bpm)
        self._leave()

    def cancel(self, beat: float) -> None:
        """End the phrase here, and begin no recording that is to come."""
        self.abandon(beat)
        self._record_at = None

    def _leave(self) -> None:
        self.phrase, self.take, self._is_asking, self._again_at = None, None, False, None
