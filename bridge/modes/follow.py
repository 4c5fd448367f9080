"""Mode `follow`: the accompaniment plays under the player, each bar planned before it is played."""

from typing import ClassVar

from bridge.events import Generated, GenerateFailed, Sender
from bridge.modes.follow_requests import PlanAnswer
from bridge.modes.followed_piece import FollowedPiece
from bridge.modes.mode import HandOver
from bridge.modes.parts import Parts
from bridge.modes.sections import FILL
from bridge.modes.take_slots import TakeSlots
from bridge.notes.scheduler import ACCOMPANIMENT
from bridge.reports import PlanReport
from bridge.takes.take import Take
from models.music.clip import Clip
from models.music.harmony import Harmony
from models.music.sounding_chords import sounding_chords
from models.music.tempo import EPSILON


class Follow:
    """Plans `ahead` bars from what was played, and mends the plan until each beat is committed.

    An answer takes effect on the beat that it was requested for, or, if it is late, on the next
    one; until then the plan before goes on. After a bar of silence comes a cadence, then rest; but
    where a section was chosen, or the left hand leads, the band plays on.
    """

    takes_over: ClassVar[bool] = False
    floor = float("-inf")  # it hears everything

    def __init__(self, parts: Parts, before: HandOver) -> None:
        self.parts = parts
        self._piece: FollowedPiece | None = None  # while somebody plays
        # A take that is requested does not sound here: the player is being followed.
        self.slots = TakeSlots(parts, self, sounds=False)
        self.slots.last_melody, self.slots.waiting = before.last_melody, before.waiting

    @property
    def take(self) -> Take | None:
        """The take that is being made, while somebody plays."""
        return self._piece.take if self._piece else None

    @property
    def state(self) -> str:
        """Listening in the first bar, then playing."""
        if self._piece is None:
            return "idle"
        return self.parts.sounding_state if self._piece.is_playing else "listening"

    @property
    def situation(self) -> str:
        """What it is doing, in words that are true now; empty if it does nothing."""
        piece, loading = self._piece, self.parts.takes.loading
        if piece is None:
            return ""
        if not piece.is_playing and loading:
            return f"{loading} is still loading: the accompaniment comes in when it is ready"
        if not piece.is_playing:
            return "listening: the accompaniment comes in on your second bar"
        if piece.ends_at is not None:
            return "coming to an end: play on, and so does the accompaniment"
        if piece.is_alone(piece.asked_for):
            return "playing on without you, until it is stopped or asked for an ending"
        return "playing under you"

    @property
    def phrase_span(self) -> tuple[float, float] | None:
        """Where the player began; nobody knows how long it will be."""
        return (self._piece.begin, 0.0) if self._piece else None

    # -- the player ------------------------------------------------------------------------
    def onset(self, at_seconds: float) -> None:
        """Begin with this note, or go on although it seemed to be the end."""
        if self._piece is not None:
            self._piece.play_on()
            return
        begin = self.parts.playhead.place_onset(at_seconds)
        if begin is not None:
            first = self.parts.playhead.beat_at(at_seconds)
            self._piece = FollowedPiece(self.parts, begin, first)

    def changed(self, beat: float) -> None:
        """Note when the player was heard."""
        if self._piece is not None:
            self._piece.hear(beat)
            self._piece.heed(beat)

    def lose_player(self, beat: float) -> None:
        """Release what was held: the silence that follows brings the end."""
        self.parts.recorder.release_all(beat)
        if self._piece is not None:
            self._piece.lose_player()

    def model_changed(self, beat: float) -> None:
        """Plan anew, with the new model."""
        if self._piece is not None:
            self._piece.void()

    def lead_changed(self, beat: float) -> None:
        """Plan anew from the next sixteenth on that an answer can reach."""
        if self._piece is not None:
            self._piece.hurry(beat)

    def section_changed(self, beat: float) -> None:
        """Ask for a fill at once; all else is asked for as its bar line comes."""
        insert = self.parts.sections.made_at(beat)
        if self._piece is not None and insert is not None and insert.name == FILL:
            self._piece.hurry(beat)

    def generate(self) -> None:
        """Plan anew, with another seed."""
        if self._piece is not None:
            self._piece.renew()

    def record(self, beat: float, now_seconds: float) -> None:
        """Say that there is no need to."""
        self.parts.notice("info", "mode follow listens all the time: just play")

    def end_phrase(self, beat: float) -> None:
        """Come to an end: a cadence from the next bar line on."""
        if self._piece is not None:
            self._piece.end_soon()

    # -- requests and answers --------------------------------------------------------------
    @property
    def request_at(self) -> float | None:
        """The beat of the next request, while somebody plays and the song runs."""
        if self._piece is None or not self.parts.playhead.playing:
            return None
        return self._piece.request_at

    def put_request(self, beat: float) -> None:
        """Request the bars from the next beat on that an answer can still reach."""
        if self._piece is not None:
            self._piece.put_request(beat)

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Keep the answer for its beat."""
        if self._piece is not None:
            self._piece.answered(event)
        self.slots.answered(event)

    # -- the playhead ----------------------------------------------------------------------
    def pass_point(self, beat: float, is_bar_line: bool) -> None:
        """End, or keep what was played so far, or repeat a bar where no answer has come."""
        piece = self._piece
        if piece is None:
            return
        if is_bar_line and piece.ends_at is not None and beat >= piece.ends_at - EPSILON:
            self._end(beat)
            self.parts.rest(beat)
            return
        if is_bar_line:
            self._played(piece.keep_up(beat))
        if piece.fresh is not None and piece.fresh.begin <= beat + EPSILON:
            return
        if piece.is_playing and piece.ends_at is None and not piece.plan.covers(beat):
            bar = self.parts.bar
            again = piece.plan.stretch(beat - bar, beat, origin=-bar)
            harmony = piece.harmony.stretch(beat - bar, beat, origin=-bar)
            self._mend(piece, beat, PlanAnswer(again, beat, beat + bar, beat, harmony))
        self._tell_chords(piece, beat)

    def _played(self, played: Clip | None) -> None:
        if played is not None:
            self.slots.last_melody = played

    @property
    def plan_at(self) -> float | None:
        """The beat at which an answer that has come takes effect."""
        return self._piece.fresh.begin if self._piece and self._piece.fresh else None

    def change_plan(self, beat: float) -> None:
        """Let the answer take effect, unless the bars that it is for are over."""
        piece = self._piece
        if piece is None:
            return
        fresh, piece.fresh = piece.fresh, None
        if fresh is not None and fresh.end > beat + EPSILON:
            self._mend(piece, beat, fresh)
            piece.take.committed = fresh.request

    def _mend(self, piece: FollowedPiece, beat: float, answer: PlanAnswer) -> None:
        led, keeps, since = piece.other_lead(beat), answer.keeps_rest, answer.start
        change = piece.plan.mend(
            beat, answer.tracks, answer.end, led, keeps_rest=keeps, since=since
        )
        self.parts.scheduler.replan(beat, ACCOMPANIMENT, change.notes, change.begun)
        piece.is_playing = True
        piece.harmony.mend(beat, answer.harmony or self._sounding(piece, beat, answer.end))
        self._tell_plan(piece, beat)
        self._tell_chords(piece, beat)

    def _sounding(self, piece: FollowedPiece, beat: float, end: float) -> Harmony:
        """Read the harmony out of the notes that are planned: the model tells none."""
        chords = sounding_chords(piece.plan.tracks, beat, end)
        return Harmony(chords, *piece.key_so_far(beat))

    def _tell_chords(self, piece: FollowedPiece, beat: float) -> None:
        """Tell the chords that nothing will change any more, and the key if it is another."""
        parts = self.parts
        until = parts.playhead.transport.next_step(beat, parts.settings.commit)
        parts.shown.show_chords(piece.harmony.settled(until))
        parts.shown.show_key(piece.harmony.stretch(beat, beat, beat))

    def _tell_plan(self, piece: FollowedPiece, beat: float, sender: Sender = None) -> None:
        bar = self.parts.bar
        line = self.parts.playhead.transport.bar_line(beat + EPSILON)
        while piece.plan.covers(line):
            tracks = piece.plan.stretch(line, line + bar, line)
            is_committed = line <= beat + EPSILON
            number = self.parts.playhead.transport.bar_at(line)
            self.parts.listener(PlanReport(number, line, tracks, is_committed, sender))
            line += bar

    def show_plan(self, sender: Sender) -> None:
        """Tell what is planned."""
        if self._piece is None or not self._piece.is_playing:
            raise ValueError("there is no plan yet: play a bar first")
        self._tell_plan(self._piece, self._piece.asked_for, sender)

    # -- jumps and endings -----------------------------------------------------------------
    def jump(self, old: float, new: float) -> None:
        """Go on where the song is now: with what was planned there, if anything was."""
        piece = self._piece
        if piece is None:
            return
        if abs(new - old) > EPSILON:
            self._played(piece.melody.last_phrase(old))
            piece.move(old, new)
        if piece.is_playing and piece.plan.covers(new):
            self.parts.scheduler.replan(new, ACCOMPANIMENT, piece.plan.from_beat(new), {})

    def _end(self, beat: float) -> None:
        if self._piece is not None:
            self._played(self._piece.melody.last_phrase(beat))
            self._piece.finish(beat)
        self.parts.scheduler.cut(beat, ACCOMPANIMENT)
        self.parts.recorder.forget(beat - self.parts.playhead.pickup_window)
        self._piece = None

    def stop(self, beat: float) -> None:
        """Keep what was played, and wait for a note."""
        self._end(beat)
        self.slots.stop()
        self.parts.stop(beat)

    def leave(self, beat: float, is_taken_over: bool) -> HandOver:
        """Make room for another mode on this bar line: what is followed ends."""
        last_melody = self.slots.last_melody
        self._end(beat)
        return HandOver(last_melody, self.slots.waiting)
