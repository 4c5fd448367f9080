"""One piece in follow mode, from the first note to its end: what to request, and when."""

from collections.abc import Callable
from dataclasses import replace

from bridge.events import Generated, GenerateFailed
from bridge.modes.bar_memory import FREEDOM, BarMemory
from bridge.modes.follow_plan import FollowPlan
from bridge.modes.follow_requests import OpenRequest, PlanAnswer
from bridge.modes.followed_harmony import FollowedHarmony
from bridge.modes.followed_melody import FollowedMelody, on_grid
from bridge.modes.parts import Parts
from bridge.modes.sections import ENDING
from bridge.settings import EARLY
from bridge.takes.chord_lead import LedChord
from bridge.takes.drafts import part
from bridge.takes.heard_take import Heard, HeardTake
from bridge.timing.metronome import pulse
from models.artifact.manifest import SECTION
from models.music.clip import Clip, Track
from models.music.harmony import Harmony
from models.music.key_finder import melody_key
from models.music.tempo import EPSILON, MeterMap

_CONTEXT_BARS = 16  # of the accompaniment, that the next answer must fit to
_REMEMBERED_BARS = 64
_HURRIED = 0.25  # beats: the step in which the plan is mended when other chords lead
_AT_ONCE_SECONDS = 0.005  # before a sixteenth: an answer that misses it comes in on the next
_SETTLE = 0.02  # beats until all keys of a chord are down
_SINCE = 1.0  # beats: so long ago a chord may have been struck that is asked for from its start
_EARLY_SECTION = 1.0  # beats: a section is asked for in good time, to be there on its bar line
_NEVER = float("-inf")


class FollowedPiece:
    """What is played, what was requested for it, and the plan of the accompaniment.

    `begin` is the bar line on which playing began, `first` the beat of its first note.
    """

    def __init__(self, parts: Parts, begin: float, first: float) -> None:
        self._parts = parts
        self.begin = begin
        self.melody = FollowedMelody(parts, begin, first)
        self._enters_at = begin + parts.bar
        self._latest: OpenRequest | None = None
        self._open: list[OpenRequest] = []  # in the order they were put, `_latest` last
        self._asked_for = _NEVER
        self._hurries_from: float | None = None
        self._surprise: float | None = None  # the place of a note that nobody foresaw
        self._heard = _NEVER  # when the player was heard last
        self.take = parts.takes.new_take()
        self._heard_take = HeardTake(begin, first, parts.bpm, parts.settings.meter)
        parts.recorder.take_fresh()  # what was played before
        self.plan, self._bars = FollowPlan(), BarMemory()
        self.harmony = FollowedHarmony()
        self._key, self._key_at = (0, 0.0), _NEVER
        self._led: LedChord | None = None  # the chord that led last
        self.fresh: PlanAnswer | None = None
        self.ends_at: float | None = None
        self._is_closing = self._ends_soon = self._has_no_player = False
        self.is_playing = False

    # -- the player ------------------------------------------------------------------------
    def hear(self, beat: float) -> None:
        """Note when the player was heard."""
        self._heard = max(self._heard, beat)
        self._ends_soon = False

    def heed(self, beat: float) -> None:
        """Ask anew from the note on that was just struck on a beat, if another was foreseen."""
        is_band = bool(self._parts.current.sections)  # whose figures would be struck twice
        if self._latest is None or is_band or not self.is_playing or self.ends_at is not None:
            return
        struck = [n.pitch for n in self._parts.recorder.held(beat) if n.start > beat - EARLY]
        place = self._beat_at(beat)
        if not struck or place is None or max(struck) in self._latest.foreseen(place):
            return
        self._surprise, self._hurries_from = place, beat + _SETTLE
        self._asked_for = min(self._asked_for, beat)

    def _beat_at(self, beat: float) -> float | None:
        """Give the beat of the bar that a key struck now is meant for; None for one between."""
        transport, unit = self._parts.playhead.transport, pulse(self._parts.settings.meter)
        place = transport.next_step(beat - EARLY, unit)
        return place if place < beat + EARLY else None

    def play_on(self) -> None:
        """Go on although it seemed to be the end; an ending that was asked for stays one."""
        self._has_no_player = False
        if not self._is_closing:
            self.ends_at = None

    def end_soon(self) -> None:
        """Come to an end: a cadence from the next bar line on."""
        self._heard, self._ends_soon = _NEVER, True

    def lose_player(self) -> None:
        """Come to an end when it has been silent for a bar, whatever leads: nobody is there."""
        self._has_no_player = True

    @property
    def goes_on_alone(self) -> bool:
        """Whether a band was told what to play, so that silence does not end it.

        By a section that was chosen, or by a chord of the left hand, which leads until the next.
        """
        current, lead = self._parts.current, self._parts.takes.lead
        is_led = lead.is_by_hand and lead.progression is not None and current.hears_chords
        is_told = is_led or self._parts.sections.latest in current.sections
        return is_told and not (self._ends_soon or self._has_no_player)

    def renew(self) -> None:
        """Play otherwise from the next beat on, with another seed."""
        self._parts.takes.another_seed(self.take)
        self.void()

    def hurry(self, beat: float) -> None:
        """Request anew at once, from the next sixteenth on that an answer can reach."""
        self._hurries_from = beat
        self._asked_for = min(self._asked_for, beat)
        self.void()

    def void(self) -> None:
        """Take no answer to what was requested so far, and request anew at the next beat."""
        self._latest, self._open = None, []

    def key_so_far(self, beat: float) -> tuple[int, float]:
        """Give the key that was played so far, and how likely it is; read anew with each bar."""
        line = self._parts.playhead.transport.bar_line(beat + EPSILON)
        if line != self._key_at:
            self._key_at, played = line, self.melody.played(beat, self.begin)
            meter = MeterMap.constant(self._parts.settings.meter)
            self._key = melody_key(played, meter, is_whole=False)
        return self._key

    def other_lead(self, beat: float) -> LedChord | None:
        """Give the chord that leads here, if it is another than before."""
        before, self._led = self._led, self._parts.leading_chord(beat)
        return self._led if self._led != before else None

    # -- requests --------------------------------------------------------------------------
    @property
    def _lookahead(self) -> float:
        return self._parts.latency.least_lookahead_seconds * self._parts.bpm / 60

    @property
    def _target(self) -> float:
        if self._asked_for < self._enters_at - EPSILON:
            return self._enters_at
        target = self._parts.playhead.transport.next_step(self._asked_for, self._step)
        change = self._section_at
        return target if change is None or target < change - _EARLY_SECTION else change

    @property
    def _section_at(self) -> float | None:
        if self._hurries_from is not None:
            return None
        return self._parts.sections.change_after(self._asked_for)

    @property
    def _step(self) -> float:
        commit = self._parts.settings.commit
        return commit if self._hurries_from is None else min(_HURRIED, commit)

    @property
    def request_at(self) -> float:
        """The beat of the next request: a lookahead before the next beat to be committed."""
        target = self._target
        is_section = target == self._section_at
        at = target - (max(self._lookahead, _EARLY_SECTION) if is_section else self._lookahead)
        return at if self._hurries_from is None else max(at, self._hurries_from)

    @property
    def asked_for(self) -> float:
        """The beat that was requested last."""
        return self._asked_for

    def put_request(self, beat: float) -> None:
        """Request the bars from the next beat on that an answer can still reach."""
        transport, settings = self._parts.playhead.transport, self._parts.settings
        target, step = self._target, self._step
        least = self._lookahead / 2
        if self._hurries_from is not None:
            least = min(least, _AT_ONCE_SECONDS * self._parts.bpm / 60)
        while target - least < beat:
            target = transport.next_step(target, step)
        self._asked_for = target
        if self._parts.recorder.held(beat) or self._parts.takes.lead.hand.is_down:
            self.hear(beat)
        line = transport.bar_line(target + EPSILON)
        if self.ends_at is None and transport.is_bar_line(target) and self._comes_to_end(line):
            self.ends_at = line + self._parts.bar
            self._request(beat, target, self.ends_at, is_end=True)
        elif self.ends_at is None:
            end = line + settings.ahead * self._parts.bar
            insert = self._parts.sections.made_at(target)
            if insert is not None:
                end, self._is_closing = insert.end, insert.name == ENDING
                self.ends_at = end if self._is_closing else None
            self._request(beat, target, end, is_end=False, start=self._start(target))

    def _start(self, target: float) -> float:
        """Give the beat to ask from: that of a chord that was struck just before the target.

        What begins with the chord is struck when the answer takes effect, where it sounds still.
        """
        if self._surprise is not None and target - _SINCE <= self._surprise:
            return min(self._surprise, target)
        lead = self._parts.takes.lead
        since = lead.begins_beat(self._parts.playhead.transport) if lead.progression else target
        is_new = self._hurries_from is not None and target - _SINCE <= since
        return min(since, target) if is_new else target

    def _comes_to_end(self, line: float) -> bool:
        """Whether the bar from this line on is the last: by silence, or as it was asked for."""
        insert = self._parts.sections.insert
        if insert is not None and insert.name == ENDING and not insert.is_made:
            self._is_closing = insert.begin <= line + EPSILON
            return self._is_closing
        return self._is_silent(line)

    def _is_silent(self, line: float) -> bool:
        """Whether the player has had a bar of grace before this bar line."""
        is_silent = self._heard < line - self._parts.bar - EPSILON and line > self._enters_at
        return is_silent and not self.goes_on_alone

    def is_alone(self, beat: float) -> bool:
        """Whether the band plays on though nobody has been heard for a bar."""
        return self._heard < beat - self._parts.bar and self.goes_on_alone

    def _request(
        self, beat: float, begin: float, end: float, *, is_end: bool, start: float | None = None
    ) -> None:
        """Ask for the beats up to `end`, to be played from `begin` on; `start`: from there on."""
        start = begin if start is None else start
        parts, transport = self._parts, self._parts.playhead.transport
        origin = max(transport.bar_line(self.begin), transport.bar_line(begin - self._memory))
        melody = self.melody.ahead(beat - origin, begin - origin, end - origin, origin, is_end)
        before, chords = self._latest, parts.leading(origin, end - origin, on_beat=True)
        section = parts.sections.at(begin)
        if before is not None and before.end >= end - EPSILON and before.origin == origin:
            is_same = on_grid(before.request.melody) == on_grid(melody)
            if is_same and (before.request.chords, before.section) == (chords, section):
                return
        context = self.plan.context(start - _CONTEXT_BARS * parts.bar, start, origin)
        span = (start - origin, end - origin)
        heard = None if is_end else beat - origin
        draft = replace(part(parts.current, melody, span, context, heard), chords=chords)
        controls = {name: value for name, value in draft.controls.items() if name != SECTION}
        controls |= parts.current.section_control(section)
        draft = replace(draft, controls=controls)
        request = parts.takes.put(self.take, draft, parts.bpm)
        self.take.forget_old()
        late_step = max(parts.settings.commit, 1.0) if self._hurries_from is None else _HURRIED
        self._hurries_from = self._surprise = None
        keeps = parts.sections.made_at(begin) is not None and not self._is_closing
        self._latest = OpenRequest(request, begin, end, origin, start, late_step, keeps, section)
        # A slow machine answers one when others have been put: all that are not over may count.
        self._open = [*(q for q in self._open if q.end > beat), self._latest]

    @property
    def _memory(self) -> float:
        return _REMEMBERED_BARS * self._parts.bar

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Keep the answer for its beat; what was requested before it does not matter any more."""
        ids = [open_request.request.request_id for open_request in self._open]
        if event.request_id not in ids:
            return
        place = ids.index(event.request_id)
        open_request, self._open = self._open[place], self._open[place + 1 :]
        if isinstance(event, Generated):
            tracks = self._parts.keeping.channelled(event.tracks)
            self._parts.scheduler.assign(tracks)
            moved = tuple(replace(t, clip=t.clip.shifted(open_request.origin)) for t in tracks)
            begin = self._takes_effect_at(open_request, event)
            harmony = event.harmony and event.harmony.shifted(open_request.origin)
            moved, harmony = self._recalled(open_request, moved, harmony)
            request, end, keeps = open_request.request, open_request.end, open_request.keeps_rest
            since = open_request.start
            self.fresh = PlanAnswer(moved, begin, end, since, harmony, keeps, request)
        elif open_request is self._latest:
            self._latest = None  # requested again at the next beat

    def _recalled(
        self, asked: OpenRequest, tracks: tuple[Track, ...], harmony: Harmony | None
    ) -> tuple[tuple[Track, ...], Harmony | None]:
        """Have a band play what it played before to bars of the melody that return."""
        if not self._parts.current.sections or asked.keeps_rest or self.ends_at is not None:
            return tracks, harmony
        lines, bar = [], self._parts.bar
        line = self._parts.playhead.transport.bar_line(asked.begin + EPSILON)
        while line < asked.end - EPSILON:
            if not self._is_led(line):
                lines.append(line)
            line += bar
        melody = asked.request.melody.shifted(asked.origin)
        return self._bars.recall(melody, lines, bar, (tracks, harmony), asked.request)

    def _remember_bar(self, beat: float) -> None:
        """Remember the bar that is over on this bar line."""
        line, request = beat - self._parts.bar, self.take.committed
        if request is None or line < self._enters_at - EPSILON or self._is_led(line):
            return
        melody = self.melody.played(beat, line)
        tracks = self.plan.stretch(line - FREEDOM, beat - FREEDOM, line)
        self._bars.remember(melody, tracks, self.harmony.stretch(line, beat, line), request)

    def _is_led(self, line: float) -> bool:
        """Whether chords that are given lead in the bar from this line on."""
        led = self._parts.leading(line, self._parts.bar)
        return led is not None and bool(led.notes)

    def _takes_effect_at(self, open_request: OpenRequest, event: Generated) -> float:
        """Return the beat that was requested or, for a late answer, one of the next."""
        playhead = self._parts.playhead
        beat = playhead.beat_at(event.at_seconds)
        is_late = beat > open_request.begin - EPSILON
        late = playhead.transport.next_step(beat, open_request.late_step)
        return late if is_late else open_request.begin

    # -- what is kept, and jumps -------------------------------------------------------------
    def keep_up(self, beat: float) -> Clip | None:
        """Write the take on, and forget what is long past; return the phrase if one is whole."""
        parts = self._parts
        self._hear(beat)
        self._remember_bar(beat)
        phrase = None
        if self.melody.phrase_is_whole(beat):
            phrase = self.melody.last_phrase(beat)
            if self._heard_take.is_full(beat):
                self._begin_another(beat)
            else:
                parts.keeping.grow(self.take, self._so_far(beat))
        parts.recorder.forget(beat - self._memory - parts.bar)
        self.plan.forget(beat - self._memory - parts.bar)
        self.harmony.forget(beat - self._memory - parts.bar)
        return phrase

    def finish(self, beat: float) -> None:
        """Keep all that was played and heard, as one take."""
        self._hear(beat)
        if self.is_playing or not self._heard_take.is_empty or self._parts.recorder.held(beat):
            self._parts.keeping.finish(self.take, self._so_far(beat)())

    def _begin_another(self, beat: float) -> None:
        """A file can be too long: from this bar line on, what is heard is another take."""
        parts = self._parts
        held = [n for n in parts.recorder.held(beat) if n.start < beat - EARLY]
        whole = self._heard_take.so_far(held, self.plan.heard, beat)
        parts.keeping.finish(self.take, whole())
        self.take = parts.takes.new_take()
        self._heard_take = HeardTake(beat, beat - EARLY, parts.bpm, parts.settings.meter)
        parts.notice("info", "the take is as long as a file should be: from here on it is another")

    def _hear(self, beat: float) -> None:
        played, settings = self._parts.recorder.take_fresh(), self._parts.settings
        self._heard_take.hear(played, self.plan.heard, beat, self._parts.bpm, settings.meter)

    def _so_far(self, beat: float) -> Callable[[], Heard]:
        held = self._parts.recorder.held(beat)
        return self._heard_take.so_far(held, self.plan.heard, beat)

    def move(self, old: float, new: float) -> None:
        """Go on at another beat of the song."""
        recorder, transport = self._parts.recorder, self._parts.playhead.transport
        # A jump may be told a little before the bar line that it is meant for.
        line, last_line = (transport.bar_line(beat + EARLY) for beat in (new, old))
        recorder.release_all(old)
        self._hear(old)
        self._heard_take.jump(self.plan.heard, old, new)
        self.melody.move(new, line)
        self.begin = min(self.begin, line)
        self._enters_at = min(self._enters_at, new)
        self._heard += new - old
        self._asked_for, self.fresh = new, None
        self._hurries_from = self._surprise = None
        self.harmony.move(new)
        self.void()
        if self.ends_at is not None:
            self.ends_at += line - last_line
