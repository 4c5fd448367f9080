"""The takes of a mode: requested, placed where they are to sound, answered, dropped."""

from typing import Protocol

from bridge.events import Generated, GenerateFailed
from bridge.modes.active_phrase import ActivePhrase
from bridge.modes.parts import Parts
from bridge.notes.scheduler import ACCOMPANIMENT, MELODY
from bridge.reports import NoticeReport
from bridge.takes.drafts import Span, filling
from bridge.takes.take import Requester, Take
from models.music.clip import Clip, Track


class Making(Protocol):
    """What makes a take of what is being played just now."""

    @property
    def take(self) -> Take | None:
        """The take that it makes, if there is one yet."""


class TakeSlots:
    """The phrase that is active, one that waits for a bar line, and one that a stop ended.

    `making` has the take of what is being played just now. `sounds`: whether requested takes sound
    from here; in follow mode they do not.
    """

    def __init__(self, parts: Parts, making: Making, *, sounds: bool = True) -> None:
        self._parts, self._making, self._sounds = parts, making, sounds
        self.active: ActivePhrase | None = None
        self.waiting: ActivePhrase | None = None  # requested, and not heard yet
        self.last_melody: Clip | None = None  # the phrase that a request is about
        self._owed: ActivePhrase | None = None  # of `waiting`: played, and not answered in time
        self._stopped: ActivePhrase | None = None  # what a start of the transport brings back

    @property
    def is_owed(self) -> bool:
        """Whether what waits was played, and is answered as soon as that is possible."""
        return self.waiting is not None and self.waiting is self._owed

    def owe(self, phrase: ActivePhrase) -> None:
        """Let a phrase wait whose answer has not come in time.

        While nothing runs, it comes before a take that was asked for: that is given as a clip.
        """
        if self.waiting is None or self.is_owed or not self._parts.playhead.runs_grid:
            self._owed = ActivePhrase(phrase.melody, 0.0, phrase.take, self._parts.bar)
            self.waiting = self._owed

    def pay(self) -> None:
        """Let no phrase wait that was played: another one is."""
        if self.is_owed:
            self.waiting = None

    def make_way(self) -> None:
        """Let nothing wait any more: what is played comes before what was asked for earlier."""
        self.waiting = None

    def begin_anew(self) -> None:
        """Let nothing come in any more that was asked for, or that a stop ended."""
        self.waiting = self._stopped = None

    @property
    def open_takes(self) -> list[Take]:
        """The takes whose answers still matter to the mode."""
        placed = (self.active, self.waiting) if self._sounds else ()
        takes = (*(phrase.take for phrase in placed if phrase), self._making.take)
        return [take for take in takes if take is not None]

    @property
    def state(self) -> str:
        """Armed or generating; empty if nothing is under way."""
        takes = self.open_takes
        on_hold = self.waiting.take if self.waiting and not self._parts.playhead.playing else None
        if any(take.is_armed for take in takes if take is not on_hold):
            return "armed"
        return "generating" if any(take.is_waiting for take in takes) else ""

    # -- requests ----------------------------------------------------------------------------
    def generate(self) -> None:
        """Request a new take of what sounds, with the next seed."""
        melody = self.active.melody if self.active else self.last_melody
        if melody is None:
            self._parts.notice("info", "nothing to generate from yet: play a phrase first")
            return
        self._request(self._parts.takes.new_take(), melody)

    def request_take(self, take_id: str, seed: int | None, requester: Requester) -> None:
        """Request a take by its id: of the phrase sent under that id, or else of the last one.

        What was requested like that already is given again. ValueError without a phrase.
        """
        takes = self._parts.takes
        melody = takes.phrases.find(take_id) or self._any_melody(take_id, requester)
        self.last_melody = melody
        old = takes.give_again(take_id, melody, seed, self._parts.bpm, requester)
        if old is not None:
            self._place(old, melody)
        else:
            self._request(takes.new_requested_take(take_id, seed, requester), melody)

    def _any_melody(self, take_id: str, requester: Requester) -> Clip:
        """Return the last phrase for an id under which none was sent, and say that once."""
        if self.last_melody is None:
            whose = f" as {take_id!r}" if take_id else ""
            raise ValueError(
                f"there is no phrase yet, none was sent{whose}: send one (melody/begin) or play one"
            )
        if take_id and self._parts.takes.find(take_id) is None:
            count = len(self.last_melody.notes)
            said = f"no phrase was sent as {take_id!r}: taking the last one, of {count} notes"
            self._parts.listener(NoticeReport("info", said, sender=requester.sender))
        return self.last_melody

    def request_next(self, old: Take, requester: Requester) -> None:
        """Request another take in the place of this one, with the next seed."""
        if old.newest is None:
            raise ValueError(f"take {old.take_id} was never asked for")
        take = self._parts.takes.new_requested_take(old.take_id, old.seed + 1, requester)
        self._request(take, old.phrase or old.newest.melody)

    def fill(self, span: Span, take_id: str, requester: Requester) -> None:
        """Have these beats of the current phrase filled anew, as another take.

        What sounds with it stays outside of them. ValueError if they are no beats of it.
        """
        active, takes = self.active, self._parts.takes
        melody = active.heard if active else self.last_melody
        if melody is None:
            raise ValueError("there is no phrase yet to fill: send one (melody/begin) or play one")
        context = self._context(melody)
        draft = filling(self._parts.current, melody, span, context)
        take = takes.new_requested_take(take_id, None, requester)
        self._place(take, active.melody if active else melody)
        takes.put(take, draft, self._parts.bpm)

    def _context(self, melody: Clip) -> tuple[Track, ...]:
        """What accompanies this melody so far: what sounds, or the newest take of it."""
        if self.active is not None and self.active.tracks:
            return self.active.tracks
        take = self._parts.takes.find("")
        if take is None or take.answer is None:
            return ()
        request, made = take.answer
        return made.tracks if melody in (request.melody, made.melody) else ()

    def _request(self, take: Take, melody: Clip) -> None:
        self._place(take, melody)
        self._parts.takes.request(take, melody, self._parts.bpm)

    def _place(self, take: Take, melody: Clip) -> None:
        if not self._sounds:
            return
        if self.active is not None and self.active.melody == melody:
            if self.active.sounding is not take:
                take.rearm()
            self.active.take = take
        elif not self.is_owed or self._parts.playhead.runs_grid:
            take.rearm()
            self.waiting = ActivePhrase(melody, 0.0, take, self._parts.bar)

    # -- answers -----------------------------------------------------------------------------
    def answered(self, event: Generated | GenerateFailed) -> None:
        """Give the answer to the take that it is for."""
        takes = self._parts.takes
        for take in [*self.open_takes, *takes.awaited]:
            if isinstance(event, Generated):
                if take.take_answer(event) and take.requester is not None:
                    self._parts.keeping.deliver(take)
            elif take.take_failure(event):
                takes.fail(take, event.reason)
                if self.waiting is not None and self.waiting.take is take:
                    self.pay()

    def repeat_requests(self) -> None:
        """Repeat the open requests: the worker that had them may be gone."""
        takes = self._parts.takes
        for take in {id(take): take for take in (*self.open_takes, *takes.awaited)}.values():
            takes.repeat(take)

    # -- what sounds -------------------------------------------------------------------------
    def let_in(self, beat: float) -> ActivePhrase | None:
        """Make active on this bar line what was requested, if it has come; return it."""
        waiting = self.waiting
        runs = self._parts.playhead.runs_grid or self.active is not None or self.is_owed
        if waiting is None or not waiting.take.is_armed or not runs:
            return None
        self.leave_active()
        self._parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        self.active, self.waiting = waiting, None
        waiting.begin = beat
        return waiting

    def play(self, melody: Clip, take: Take, beat: float) -> ActivePhrase:
        """Make a phrase active that was played up to this bar line: it gets its own answer."""
        self.make_way()
        if self.active is not None:  # its answer is longer than the phrase was
            self.leave_active()
            self._parts.scheduler.cut(beat, MELODY, ACCOMPANIMENT)
        self.active = ActivePhrase(melody, beat, take, self._parts.bar)
        self.last_melody, self._stopped = melody, None
        return self.active

    def leave_active(self) -> None:
        """Have no active phrase any more; its melody is kept, if no take was."""
        if self.active is not None:
            self.active.keep_melody(self._parts)
        self.active = None

    def drop(self, take: Take) -> None:
        """Let this take be heard no more from the next bar line on."""
        if self.waiting is not None and self.waiting.take is take:
            self.waiting = None
        if self.active is not None:
            self.active.drop(take)

    def stop(self) -> None:
        """Leave what sounds and what waits; `revive` brings it back."""
        if self.waiting is not None:
            self._stopped = self.waiting
        elif self.active is not None and self.active.take.answer is not None:
            active = self.active
            self._stopped = ActivePhrase(active.melody, 0.0, active.take, self._parts.bar)
        self.leave_active()
        self.waiting = None

    def revive(self) -> None:
        """Let what the last stop ended sound again from the next bar line on."""
        self.waiting, self._stopped = self.waiting or self._stopped, None
        if self.waiting is not None:
            self.waiting.take.rearm()
