"""Mode `follow`: the accompaniment plays under the player, each bar planned before it is played."""

from dataclasses import dataclass, replace

from bridge.events import Generated, GenerateFailed, Sender
from bridge.interfaces import GenerateRequest
from bridge.modes.active_phrase import ACCOMPANIMENT
from bridge.modes.follow_plan import FollowPlan
from bridge.modes.mode import Mode
from bridge.modes.parts import Parts
from bridge.reports import PlanReport
from bridge.settings import EARLY
from bridge.takes.take import Take
from models.music.clip import Clip, Note, Track
from models.music.melody_forecast import cadence, continued
from models.music.tempo import EPSILON

_CONTEXT_BARS = 16  # of the accompaniment, that the next answer must fit to
_REMEMBERED_BARS = 64
_SIXTEENTHS = 4
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class _Question:
    """A stretch that was asked for: beats `begin` to `end`; the request counts from `origin`."""

    request: GenerateRequest
    begin: float
    end: float
    origin: float


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came, in the song's beats."""

    question: _Question
    tracks: tuple[Track, ...]
    begin: float  # where it takes effect


class Follow(Mode):
    """Plans `ahead` bars from what was played, and mends the plan until each beat is committed.

    An answer takes effect on the beat that it was asked for, or, if it is late, on the next one;
    until then the plan before goes on. After a bar of silence comes a cadence, then rest.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._take: Take | None = None
        self._reset()

    def _reset(self) -> None:
        self._first: float | None = None  # the bar line on which playing began
        self._enters_at = 0.0
        self._plan = FollowPlan()
        self._question: _Question | None = None
        self._open: list[_Question] = []  # in the order they were put, `_question` last
        self._fresh: _Answer | None = None
        self._asked_for = _NEVER
        self._rang = _NEVER  # when the player was heard last
        self._ends_at: float | None = None
        self._saved_to = 0.0
        self._former: tuple[Note, ...] = ()
        self._is_playing = False

    # -- what it is doing ------------------------------------------------------------------
    @property
    def _bar(self) -> float:
        return self.parts.settings.meter.beats_per_bar

    @property
    def is_sounding(self) -> bool:
        """Whether the accompaniment has come in."""
        return self._is_playing

    @property
    def hears_phrases(self) -> bool:
        """It hears everything, but no phrases."""
        return False

    @property
    def open_takes(self) -> list[Take]:
        """The take that is being made."""
        return [self._take] if self._take is not None and self._first is not None else []

    @property
    def state(self) -> str:
        """Listening in the first bar, then playing."""
        return "listening" if self._first is not None and not self._is_playing else super().state

    # -- the player ------------------------------------------------------------------------
    def onset(self, at_seconds: float) -> None:
        """Begin with this note, or go on although it seemed to be the end."""
        self._ends_at = None
        if self._first is None:
            begin = self.parts.playhead.place_onset(at_seconds)
            if begin is not None:
                self._begin(begin, self.parts.playhead.beat_at(at_seconds))

    def _begin(self, begin: float, first: float) -> None:
        self._reset()
        self._first, self._saved_to = begin, min(begin, first)
        self._enters_at = begin + self._bar
        self._take = self.parts.takes.new_take()

    def changed(self, beat: float) -> None:
        """Note when the player was heard."""
        self._rang = max(self._rang, beat)

    def model_changed(self, beat: float) -> None:
        """Plan anew, with the new model."""
        self._void()

    def generate(self) -> None:
        """Plan anew, with another seed."""
        if self._first is not None:
            self._take = self.parts.takes.new_take()
            self._void()

    def _void(self) -> None:
        """Take no answer to what was asked so far, and ask again at the next beat."""
        self._question, self._open = None, []

    def record(self, beat: float, now_seconds: float) -> None:
        """Say that there is no need to."""
        self.parts.takes.notice("info", "mode follow listens all the time: just play")

    def end_phrase(self, beat: float) -> None:
        """Come to an end: a cadence from the next bar line on."""
        self._rang = _NEVER

    def _put_in_place(self, take: Take, melody: Clip) -> None:
        """A take that is wished for does not sound here: the player is being followed."""

    # -- asking ----------------------------------------------------------------------------
    @property
    def _lookahead(self) -> float:
        return self.parts.takes.least_lookahead_seconds * self.parts.bpm / 60

    def _target(self) -> float:
        if self._asked_for < self._enters_at - EPSILON:
            return self._enters_at
        return self.parts.playhead.transport.next_step(self._asked_for, self.parts.settings.commit)

    @property
    def ask_at(self) -> float | None:
        """The beat of the next question: a lookahead before the next beat to be committed."""
        if self._first is None or not self.parts.playhead.playing:
            return None
        return self._target() - self._lookahead

    def put_question(self, beat: float) -> None:
        """Ask for the bars from the next beat on that an answer can still reach."""
        transport, commit = self.parts.playhead.transport, self.parts.settings.commit
        target = self._target()
        while target - self._lookahead / 2 < beat:
            target = transport.next_step(target, commit)
        self._asked_for = target
        if self.parts.recorder.held(beat):
            self._rang = max(self._rang, beat)
        line = transport.bar_line(target + EPSILON)
        if self._ends_at is None and transport.is_bar_line(target) and self._is_silent(line):
            self._ends_at = line + self._bar
            self._ask_for_bars(beat, target, self._ends_at, is_end=True)
        elif self._ends_at is None:
            end = line + self.parts.settings.ahead * self._bar
            self._ask_for_bars(beat, target, end, is_end=False)

    def _is_silent(self, line: float) -> bool:
        """Whether the player has had a bar of grace before this bar line."""
        return self._rang < line - self._bar - EPSILON and line > self._enters_at

    def _ask_for_bars(self, beat: float, begin: float, end: float, is_end: bool) -> None:
        assert self._take is not None, "nobody plays"
        assert self._first is not None, "nobody plays"
        transport = self.parts.playhead.transport
        origin = max(transport.bar_line(self._first), transport.bar_line(begin - self._memory))
        melody = self._melody(beat - origin, begin - origin, end - origin, origin, is_end)
        before = self._question
        if before is not None and before.end >= end - EPSILON and before.origin == origin:
            is_same = _on_grid(before.request.melody) == _on_grid(melody)
            if is_same:
                return
        context = self._plan.stretch(begin - _CONTEXT_BARS * self._bar, begin, origin)
        span = (begin - origin, end - origin)
        request = self.parts.takes.request(self._take, melody, self.parts.bpm, span, context)
        self._take.forget_old()
        self._question = _Question(request, begin, end, origin)
        # A slow machine answers one when others have been put: all that are not over may count.
        self._open = [*(q for q in self._open if q.end > beat), self._question]

    @property
    def _memory(self) -> float:
        return _REMEMBERED_BARS * self._bar

    def _melody(self, at: float, begin: float, end: float, origin: float, is_end: bool) -> Clip:
        """Return what was played, and what will probably be, in beats from `origin`."""
        meter = self.parts.settings.meter
        played = self._played(at + origin, origin)
        if is_end:
            last = cadence(played, begin, meter)
            return Clip((*played.notes, *last.notes), end)
        before = tuple(n for n in self._former if at + origin <= n.start < end + origin)
        if before:
            again = Clip(before).shifted(-origin)
            return Clip((*played.notes, *again.notes), end)
        return continued(played, at, end, meter)

    def _played(self, beat: float, origin: float) -> Clip:
        recorder = self.parts.recorder
        notes = (n for n in (*recorder.done(), *recorder.held(beat)) if n.start < beat)
        moved = tuple(replace(n, start=n.start - origin) for n in notes)
        return Clip(moved, max(beat - origin, 0.0))  # a pick-up comes before its origin

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Keep the answer for its beat; what was asked before it is of no interest any more."""
        ids = [question.request.request_id for question in self._open]
        if event.request_id in ids:
            place = ids.index(event.request_id)
            question, self._open = self._open[place], self._open[place + 1 :]
            if isinstance(event, Generated):
                tracks = self.parts.takes.channelled(event.tracks)
                moved = tuple(replace(t, clip=t.clip.shifted(question.origin)) for t in tracks)
                self._fresh = _Answer(question, moved, self._takes_effect_at(question, event))
            elif question is self._question:
                self._question = None  # asked again at the next beat
        super().answered(event)

    def _takes_effect_at(self, question: _Question, event: Generated) -> float:
        """Return the place that was asked about or, for a late answer, the next whole beat."""
        transport, commit = self.parts.playhead.transport, self.parts.settings.commit
        beat = self.parts.playhead.beat_at(event.at_seconds)
        is_late = beat > question.begin - EPSILON
        return transport.next_step(beat, max(commit, 1.0)) if is_late else question.begin

    # -- the timeline ----------------------------------------------------------------------
    def bar_line(self, beat: float) -> None:
        """End, or keep what was played so far."""
        if self._first is None:
            return
        if self._ends_at is not None and beat >= self._ends_at - EPSILON:
            self._end(beat)
            self._rest(beat)
            return
        stretch = self.parts.settings.bars * self._bar
        if beat - self._saved_to >= stretch - EPSILON:
            self._save(beat)
        self.parts.recorder.forget(beat - self._memory - self._bar)
        self._plan.forget(beat - self._memory - self._bar)

    @property
    def plan_at(self) -> float | None:
        """The beat at which an answer that has come takes effect."""
        return None if self._fresh is None else self._fresh.begin

    def change_plan(self, beat: float) -> None:
        """Let the answer take effect, unless the bars that it is for are over."""
        fresh, self._fresh = self._fresh, None
        if fresh is None or self._first is None or fresh.question.end <= beat + EPSILON:
            return
        self._mend(beat, fresh.tracks, fresh.question.end)
        if self._take is not None:
            self._take.committed = fresh.question.request

    def grid_point(self, beat: float) -> None:
        """Repeat a bar where the plan is at its end and no answer has come."""
        if self._first is None or (self._fresh and self._fresh.begin <= beat + EPSILON):
            return
        if self._is_playing and self._ends_at is None and not self._plan.covers(beat):
            again = self._plan.stretch(beat - self._bar, beat, origin=-self._bar)
            self._mend(beat, again, beat + self._bar)

    def _mend(self, beat: float, tracks: tuple[Track, ...], end: float) -> None:
        change = self._plan.mend(beat, tracks, end)
        self.parts.scheduler.replan(beat, ACCOMPANIMENT, change.notes, change.begun)
        self._is_playing = True
        self._tell_plan(beat)

    def _tell_plan(self, beat: float, sender: Sender = None) -> None:
        transport = self.parts.playhead.transport
        line = transport.bar_line(beat + EPSILON)
        while self._plan.covers(line):
            tracks = self._plan.stretch(line, line + self._bar, line)
            is_committed = line <= beat + EPSILON
            bar = round(line / self._bar) + 1
            self.parts.takes.tell(PlanReport(bar, line, tracks, is_committed, sender))
            line += self._bar

    def show_plan(self, sender: Sender) -> None:
        """Tell what is planned."""
        if not self._is_playing:
            raise ValueError("there is no plan yet: play a bar first")
        self._tell_plan(self._asked_for, sender)

    # -- jumps and endings -----------------------------------------------------------------
    def jump(self, old: float, new: float) -> None:
        """Go on where the song is now: with what was planned there, if anything was."""
        if self._first is None:
            return
        if abs(new - old) > EPSILON:
            self._move(old, new)
        if self._is_playing and self._plan.covers(new):
            notes = self._plan.from_beat(new)
            self.parts.scheduler.replan(new, ACCOMPANIMENT, notes, {})

    def _move(self, old: float, new: float) -> None:
        assert self._first is not None, "nobody plays"
        self._save(old)
        recorder, transport = self.parts.recorder, self.parts.playhead.transport
        # The word of a jump may come a little before the bar line that it is meant for.
        line, last_line = (transport.bar_line(beat + EARLY) for beat in (new, old))
        recorder.release_all(old)
        self._former = tuple(n for n in recorder.done() if n.start >= new)
        recorder.forget_from(new)
        self._first, self._saved_to = min(self._first, line), line
        self._enters_at = min(self._enters_at, new)
        self._rang += new - old
        self._asked_for, self._fresh = new, None
        self._void()
        if self._ends_at is not None:
            self._ends_at += line - last_line

    def _save(self, beat: float) -> None:
        """Keep the stretch since the last time, as it was heard."""
        since, self._saved_to = self._saved_to, beat
        begin = self.parts.playhead.transport.bar_line_from(since)  # a pick-up leads into it
        captured = self._played(beat, begin)
        played = replace(
            captured, notes=tuple(n for n in captured.notes if n.start >= since - begin)
        )
        is_empty = beat - since < EPSILON or not (played.notes or self._is_playing)
        if self._take is None or is_empty:
            return
        tracks = self._plan.stretch(begin, max(beat, begin), begin)
        self.last_melody = played
        self.parts.takes.keep_stretch(played, self.parts.bpm, self._take, tracks)
        self._take = self.parts.takes.next_stretch(self._take)

    def _end(self, beat: float) -> None:
        if self._first is not None:
            self._save(beat)
        self.parts.scheduler.cut(beat, ACCOMPANIMENT)
        self.parts.recorder.forget(beat - self.parts.playhead.pickup_window)
        self._reset()

    def stop(self, beat: float) -> None:
        """Keep what was played, and wait for a note."""
        self._end(beat)
        super().stop(beat)

    def leave(self, beat: float) -> None:
        """Make room for another mode on this bar line."""
        self._end(beat)
        super().leave(beat)

    def lose_player(self, beat: float) -> None:
        """Release what was held: the silence that follows brings the end."""
        self.parts.recorder.release_all(beat)


def _on_grid(clip: Clip) -> list[tuple[int, int, int]]:
    """Give a melody as the generators read it, on sixteenths."""
    return [(round(n.start * _SIXTEENTHS), round(n.end * _SIXTEENTHS), n.pitch) for n in clip.notes]
