"""A closed phrase with its take, laid out for the scheduler."""

from dataclasses import dataclass, field, replace
from math import ceil

from bridge.modes.follow_plan import FollowPlan
from bridge.modes.parts import Parts
from bridge.notes.scheduler import ACCOMPANIMENT, MELODY, Scheduler
from bridge.reports import Reply
from bridge.takes.take import Take
from models.music.clip import Clip, Track
from models.music.tempo import EPSILON

_MOST_BEFORE = 16


@dataclass(slots=True)
class ActivePhrase:
    """The melody, the bar line from which it may sound, its newest take and what sounds of it.

    `sung` is the melody as a model left it, where one edited or extended it.
    """

    melody: Clip
    begin: float
    take: Take
    bar: float
    tracks: tuple[Track, ...] | None = None  # committed
    sung: Clip | None = None  # committed
    sounding: Take | None = None  # whose tracks they are
    is_kept: bool = False
    is_dropped: bool = False  # what sounds is to end at the next bar line
    hurries: bool = False  # its take enters at the next bar line, wherever that is in the loop
    mends: bool = False  # or as soon as it comes, and what sounds goes over into it
    _before: list[Take] = field(default_factory=list)

    @property
    def length(self) -> float:
        """Beats in what sounds, in whole bars: those of the phrase, or more."""
        return max(ceil(self.heard.length / self.bar - EPSILON), 1) * self.bar

    @property
    def heard(self) -> Clip:
        """The melody as it is heard again."""
        return self.melody if self.sung is None else self.sung

    @property
    def is_answered(self) -> bool:
        """Whether something of a model's sounds."""
        return bool(self.tracks) or self.sung is not None

    @property
    def is_mended(self) -> bool:
        """Whether its take has come with other chords than those that sound, and goes over."""
        return self.mends and (self.take.is_armed or self.take.is_improved)

    @property
    def end(self) -> float:
        """The bar line at which its first pass is over."""
        return self.begin + self.length

    def wrapped_melody(self) -> Clip:
        """Return the melody for a loop: its pick-up leads from each pass into the next."""
        moved = (
            replace(n, start=n.start + self.length) if n.start < 0 else n for n in self.heard.notes
        )
        return Clip(tuple(moved), self.length)

    def play_accompaniment(
        self, scheduler: Scheduler, begin: float, place: float, *, chase: bool = False
    ) -> None:
        """Lay out the committed tracks, beat 0 at `begin`, from `place` on."""
        scheduler.assign(self.tracks or ())
        for track in self.tracks or ():
            clip = Clip(track.clip.notes, self.length)
            scheduler.play(clip, begin, track.channel, ACCOMPANIMENT, place, chase=chase)

    def enter(self, parts: Parts, beat: float, place: float) -> bool:
        """Commit the take that has come: it sounds from `place` on, in the place of the last.

        Tell whether the melody is another one now: whoever calls lays it out.
        """
        if self.sounding is not None and self.sounding is not self.take:
            self._before = [*self._before, self.sounding][-_MOST_BEFORE:]
        self.begin, before, old = beat - place, self.sung, self.tracks
        made = parts.keeping.commit(self.take, self.melody, parts.bpm, self.begin)
        self.tracks, self.sung = made.tracks, made.melody
        self.sounding = self.take
        self.is_kept, self.is_dropped = True, False
        if self.mends and old and place > EPSILON:
            self._go_over(parts, beat, old)
        else:
            parts.scheduler.cut(beat, ACCOMPANIMENT)
            self.play_accompaniment(parts.scheduler, self.begin, place)
        self.hurries = self.mends = False
        if self.take.harmony is not None:
            parts.shown.show_key(self.take.harmony)
        self.tell_chords(parts, self.begin, place)
        parts.listener(Reply("clip/sounds", (self.take.take_id, self.begin)))
        return self.sung != before

    def _go_over(self, parts: Parts, beat: float, old: tuple[Track, ...]) -> None:
        """Play the committed tracks from `beat` on: what sounds of the old ones resolves."""
        end = self.begin + self.length
        plan = FollowPlan(_placed(old, self.begin, self.length))
        new = _placed(self.tracks or (), self.begin, self.length)
        change = plan.mend(beat, new, end, parts.leading_chord(beat))
        parts.scheduler.assign(new)
        parts.scheduler.replan(beat, ACCOMPANIMENT, change.notes, change.begun)

    def tell_chords(self, parts: Parts, begin: float, place: float = 0.0) -> None:
        """Tell the chords of what sounds, beat 0 at `begin`, from `place` on."""
        if self.sounding is None or self.sounding.harmony is None:
            return
        chords = self.sounding.harmony.joined().chords
        heard = (chord.within(place, self.length) for chord in chords)
        parts.shown.show_chords(chord.shifted(begin) for chord in heard if chord)

    def keep_melody(self, parts: Parts) -> None:
        """Keep the melody alone, unless it was kept, alone or in a take."""
        if not self.is_kept:
            self.is_kept = True
            parts.keeping.keep_melody(self.melody, parts.bpm, self.take)

    def keep_unanswered(self, parts: Parts) -> None:
        """Keep the melody alone if no answer will come."""
        if self.take.answer is None and not self.take.is_waiting:
            self.keep_melody(parts)

    def mute_dropped(self, scheduler: Scheduler, beat: float) -> None:
        """End what sounds here if it was dropped."""
        if self.is_dropped:
            scheduler.cut(beat, ACCOMPANIMENT)
            self.tracks, self.sounding, self.is_dropped = (), None, False
            if self.sung is not None:
                scheduler.cut(beat, MELODY)
                self.sung = None

    def drop(self, take: Take) -> None:
        """Leave this take at the next bar line, for the one before if there was one."""
        self._before = [before for before in self._before if before is not take]
        if self.take is take and self.sounding not in (None, take):
            self.take = self.sounding  # the take has not been heard yet
        elif self.take is take and self._before:
            self.take = self._before.pop()
            self.take.rearm()
            self.hurries = True
        elif self.sounding is take:
            self.is_dropped = True


def _placed(tracks: tuple[Track, ...], begin: float, length: float) -> tuple[Track, ...]:
    """Put tracks at their place in the song, cut at `length`."""
    return tuple(replace(t, clip=t.clip.window(0.0, length).shifted(begin)) for t in tracks)
