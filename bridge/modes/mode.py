"""What the engine and its commands call of a mode, and what one mode hands over to the next."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from bridge.events import Generated, GenerateFailed, Sender
from bridge.modes.active_phrase import ActivePhrase
from bridge.modes.phrase_capture import PhraseCapture
from bridge.modes.take_slots import TakeSlots
from models.music.clip import Clip


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a mode leaves to the one after it.

    `active` goes on to sound there, `capture` goes on to be played.
    """

    last_melody: Clip | None = None
    waiting: ActivePhrase | None = None
    active: ActivePhrase | None = None
    capture: PhraseCapture | None = None


class Mode(Protocol):
    """Decides what sounds after or under what is played. All times in beats."""

    takes_over: ClassVar[bool]  # whether it goes on with the phrase of the mode before

    @property
    def slots(self) -> TakeSlots:
        """The takes that it has, and requests for more."""

    @property
    def state(self) -> str:
        """Idle, listening, generating, armed or playing."""

    @property
    def situation(self) -> str:
        """What it is doing, in words that are true now; empty if it does nothing."""

    @property
    def floor(self) -> float:
        """The beat before which nothing can be recorded any more."""

    @property
    def phrase_span(self) -> tuple[float, float] | None:
        """Where what is being played begins, and how long it is (0: open-ended); None: nothing."""

    # -- the player --------------------------------------------------------------------------
    def onset(self, at_seconds: float) -> None:
        """Take note that a note begins, before it is recorded."""

    def changed(self, beat: float) -> None:
        """Take note that what is played has changed."""

    def lose_player(self, beat: float) -> None:
        """Keep what was played so far: the keyboard's port is gone."""

    # -- what is asked of it -----------------------------------------------------------------
    def model_changed(self, beat: float) -> None:
        """Use the new model from the next request on."""

    def lead_changed(self, beat: float) -> None:
        """Follow other chords, or the melody again, as soon as the mode can."""

    def section_changed(self, beat: float) -> None:
        """Play the section that was chosen, or let in what was, when it is due."""

    def generate(self) -> None:
        """Request a new take of what sounds, with the next seed."""

    def record(self, beat: float, now_seconds: float) -> None:
        """Begin a new phrase on the next bar line, after the count-in if nothing runs yet."""

    def end_phrase(self, beat: float) -> None:
        """End what is being played on the next bar line."""

    def show_plan(self, sender: Sender) -> None:
        """Tell what is planned; ValueError if nothing is."""

    def answered(self, event: Generated | GenerateFailed) -> None:
        """Take an answer in."""

    # -- the playhead ------------------------------------------------------------------------
    @property
    def request_at(self) -> float | None:
        """The beat of the next request."""

    def put_request(self, beat: float) -> None:
        """Request what is to be requested at this beat."""

    @property
    def plan_at(self) -> float | None:
        """The beat, not only on the grid, at which the plan changes."""

    def change_plan(self, beat: float) -> None:
        """Change it."""

    def pass_point(self, beat: float, is_bar_line: bool) -> None:
        """Do what is due on this bar line, beat or pulse of the click."""

    def jump(self, old: float, new: float) -> None:
        """Go on at the beat `new` of a song that was at `old`; nothing of ours sounds now."""

    def stop(self, beat: float) -> None:
        """Leave everything and wait for a note, for `record`, or for a start of the transport."""

    def leave(self, beat: float, is_taken_over: bool) -> HandOver:
        """Make room for another mode on this bar line, which may go on with the phrase."""
