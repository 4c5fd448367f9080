"""The hand that leads the harmony: keys below a split point, or on a MIDI channel of their own."""

import mido

from bridge.engine.performance import Performance
from bridge.notes.chord_hand import Settled
from models.music.progression import Progression, Spelled


class LeftHand:
    """Takes the keys that are chords, and lets what they settle on lead.

    A chord leads from the half beat nearest to its first key on, until another one is played.
    Called from: the engine thread.
    """

    def __init__(self, play: Performance) -> None:
        self._play, self._hand = play, play.parts.takes.lead.hand
        self._told_deaf = ""

    def takes(self, message: mido.Message) -> bool:
        """Whether a note message is of this hand; a key that is down stays with its hand."""
        key = (message.channel, message.note)
        if message.type == "note_on" and message.velocity > 0:
            return self._play.current.settings.is_chord_key(*key)
        return self._hand.holds(key)

    def play(self, message: mido.Message, at_seconds: float) -> None:
        """Take a note message of this hand."""
        key = (message.channel, message.note)
        if message.type == "note_on" and message.velocity > 0:
            self._hand.strike(key, at_seconds)
        else:
            self._hand.release(key, at_seconds)

    def release_all(self) -> None:
        """Count every key as let go; the chord goes on to lead."""
        self._hand.release_all()

    @property
    def wakes_at_seconds(self) -> float | None:
        """When the hand may have settled."""
        return self._hand.settles_at_seconds

    def wake(self, now_seconds: float) -> None:
        """Let a chord lead that the hand has settled on."""
        settled = self._hand.settle(now_seconds)
        if settled is not None:
            self._lead(settled, now_seconds)

    def begin_anew(self, now_seconds: float) -> None:
        """Let the melody lead again, unless a chord is held: a song begins."""
        lead = self._play.parts.takes.lead
        if lead.is_by_hand and not self._hand.is_down:
            self._play.lead(None, "", now_seconds, now_seconds)

    def _lead(self, settled: Settled, now_seconds: float) -> None:
        if not self._play.current.hears_chords:
            self._play.say_deaf()
            return
        heard, lead = settled.chord, self._play.parts.takes.lead
        progression = Progression(((Spelled(heard.bass, heard.tones),),))
        if progression != lead.progression:
            place = lead.place(self._play.parts.playhead.transport, settled.at_seconds)
            self._play.lead(progression, heard.name, place, now_seconds, is_by_hand=True)
