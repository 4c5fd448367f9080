"""What is played when the player has stopped: bar by bar, each asked for before it is due."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from bridge.events import Generated, GenerateFailed
from bridge.interfaces import GenerateRequest
from bridge.modes.parts import Parts
from bridge.notes.scheduler import ACCOMPANIMENT, MELODY
from bridge.reports import PlanReport
from bridge.takes.drafts import part, reach
from bridge.takes.take import Made, Take
from models.music.clip import Clip, Note, Track
from models.music.tempo import EPSILON

_AHEAD_BARS = 2  # there at most, besides the one that sounds
_WAITED_BARS = 4  # for the first bar: a machine that is slower will not go on at all
_CONTEXT_BARS = 64


@dataclass(slots=True)
class Continuation:
    """How a phrase goes on from `begin` (a bar line) on: made up to `until`, in the song's beats.

    `origin` is the song's beat from which the phrase, and what goes on, are counted. A bar that
    comes late enters on the next beat; one that is not there when it is over ends it all.
    """

    parts: Parts
    phrase: Clip
    take: Take
    origin: float
    begin: float
    is_playing: bool = False
    is_over: bool = False  # nothing more will come
    until: float = field(init=False)
    _melody: list[Note] = field(init=False, default_factory=list)
    _tracks: dict[str, Track] = field(init=False, default_factory=dict)
    _asked: GenerateRequest | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.until, self.take.phrase = self.begin, self.phrase
        # Should all end here: what is heard after it takes its place on disk.
        self.parts.keeping.keep_melody(self.phrase, self.parts.bpm, self.take)
        made = self.take.answer
        newest = self.take.newest
        if made is not None and self._is_first_bar(made[0]):
            self._lay_out(made[0], made[1], self.begin)
        elif newest is not None and self.take.is_waiting and self._is_first_bar(newest):
            self._asked = newest  # its answer is on the way
        self._ask(self.begin)

    def _is_first_bar(self, request: GenerateRequest) -> bool:
        return abs(request.begin + self.origin - self.begin) < EPSILON

    @property
    def limit(self) -> float:
        """The bar line at which it ends at the latest."""
        return self.begin + self.parts.settings.extension * self.parts.bar

    # -- requests and answers ------------------------------------------------------------------
    def _ask(self, beat: float) -> None:
        """Ask for the next bar unless enough is there, or one is on the way."""
        bar = self.parts.bar
        enough = beat + (1 + _AHEAD_BARS) * bar
        if self._asked is not None or self.is_over or self.until >= self.limit - EPSILON:
            return
        if self.until + bar > enough + EPSILON:
            return
        begin = self.until - self.origin
        melody = Clip((*self.phrase.notes, *self._melody), begin)
        first = begin - _CONTEXT_BARS * bar
        context = tuple(
            replace(t, clip=Clip(tuple(n for n in t.clip.notes if n.start >= first)))
            for t in self._tracks.values()
        )
        draft = part(self.parts.current, melody, (begin, begin + bar), context)
        draft = replace(draft, chords=self.parts.leading(self.origin, reach(draft)))
        self._asked = self.parts.takes.put(self.take, draft, self.parts.bpm)
        self.take.forget_old()

    def answered(self, event: Generated | GenerateFailed) -> bool:
        """Take the answer for the next bar in; tell whether it was that."""
        asked = self._asked
        if asked is None or event.request_id != asked.request_id:
            return False
        self._asked = None
        beat = self.parts.playhead.beat_at(event.at_seconds)
        if isinstance(event, GenerateFailed):
            self.take.take_failure(event)
            self.parts.takes.fail(self.take, event.reason)
            self.is_over = True
            return True
        self.take.take_answer(event)
        if self.is_over:
            return True
        self._lay_out(asked, Made(event.tracks, event.melody), beat)
        self._ask(beat)
        return True

    def renew(self, take: Take) -> None:
        """Go on in another way, as another take, from the first bar that is not there yet."""
        self._asked, self.take, take.phrase = None, take, self.phrase
        self._ask(self.until)

    def void(self, beat: float) -> None:
        """Ask anew: with another model."""
        self._asked = None
        self._ask(beat)

    # -- what sounds -----------------------------------------------------------------------------
    def _lay_out(self, request: GenerateRequest, made: Made, beat: float) -> None:
        """Let a bar sound: from its bar line on, or from the next beat if that is past."""
        parts = self.parts
        begin, end = request.begin + self.origin, request.end + self.origin
        step = parts.playhead.transport.next_step
        enters = begin if beat < begin + EPSILON else step(beat, 1.0)
        self.until = end
        self.take.committed = request
        if enters >= end - EPSILON:
            return
        place = enters - self.origin
        melody = Clip(_from(made.melody or Clip(), place), request.end)
        self._melody += melody.notes
        parts.scheduler.play(melody, self.origin, parts.settings.channels.thru, MELODY)
        tracks = parts.keeping.channelled(made.tracks)
        parts.scheduler.assign(tracks)
        told = [Track("extended", melody, channel=parts.settings.channels.thru)]
        for track in tracks:
            clip = Clip(_from(track.clip, place), request.end)
            parts.scheduler.play(clip, self.origin, track.channel, ACCOMPANIMENT)
            before = self._tracks.get(track.name, replace(track, clip=Clip()))
            joined = Clip((*before.clip.notes, *clip.notes), request.end)
            self._tracks[track.name] = replace(track, clip=joined)
            told.append(replace(track, clip=clip))
        self.is_playing = True
        number = parts.playhead.transport.bar_at(begin)
        local = tuple(replace(t, clip=t.clip.shifted(-request.begin)) for t in told)
        parts.listener(PlanReport(number, begin, local, is_committed=False))

    def resume(self, beat: float) -> None:
        """Lay out again what sounds from `beat` on, after a pause of the song."""
        scheduler, place = self.parts.scheduler, beat - self.origin
        melody = Clip(tuple(self._melody), self.until - self.origin)
        channel = self.parts.settings.channels.thru
        scheduler.play(melody, self.origin, channel, MELODY, place, chase=True)
        for track in self._tracks.values():
            clip = replace(track.clip, length=self.until - self.origin)
            scheduler.play(clip, self.origin, track.channel, ACCOMPANIMENT, place, chase=True)

    def pass_bar_line(self, beat: float) -> bool:
        """Ask ahead on a bar line; tell whether it goes on from here."""
        if beat >= self.limit - EPSILON or (self.is_over and beat >= self.until - EPSILON):
            return False
        missing = beat - self.until
        if self.is_playing and missing > self.parts.bar - EPSILON:
            return False
        if not self.is_playing and missing > EPSILON:
            if missing > (_WAITED_BARS - 1) * self.parts.bar:
                self.parts.notice("warning", "no continuation came in time")
                return False
            self.begin = self.until = beat
            self.void(beat)
        self._ask(beat)
        return True

    def stop(self, beat: float, until: float) -> None:
        """Strike nothing from `beat` on, release what sounds by `until`, keep what was heard."""
        self.parts.scheduler.cut(until, MELODY, ACCOMPANIMENT)
        self.is_over = True
        now, last = beat - self.origin, until - self.origin

        def heard(notes: Sequence[Note]) -> tuple[Note, ...]:
            struck = (n for n in notes if n.start < now - EPSILON)
            return tuple(replace(n, duration=min(n.duration, last - n.start)) for n in struck)

        if not self.is_playing:
            return
        end = ceil(min(last, self.until - self.origin) / self.parts.bar - EPSILON) * self.parts.bar
        melody = Clip((*self.phrase.notes, *heard(self._melody)), max(end, self.phrase.length))
        tracks = tuple(
            replace(t, clip=Clip(heard(t.clip.notes), melody.length)) for t in self._tracks.values()
        )
        made = Made(tracks, melody)
        self.parts.keeping.keep_extension(self.phrase, self.parts.bpm, self.take, made)


def _from(clip: Clip, place: float) -> tuple[Note, ...]:
    return tuple(n for n in clip.notes if n.start >= place - 1e-3)
