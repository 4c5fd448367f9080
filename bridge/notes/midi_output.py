"""The one place that sends: what sounds, how late it went out, and silence on demand."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import mido

from bridge.interfaces import Output
from bridge.notes.controllers import SUSTAIN
from bridge.notes.feedback import FeedbackGuard
from bridge.notes.mixer import Mixer
from bridge.notes.note_tracker import NoteTracker
from bridge.notes.scheduler import Edge, Scheduler, release_of
from bridge.notes.sound_news import SoundTeller
from bridge.notes.thru import ThruRouter
from bridge.reports import Listener, SoundReport

DROP_SECONDS = 0.1  # a note later than this would only be heard as wrong
LATE_SECONDS = 0.003


@dataclass(frozen=True, slots=True)
class Moment:
    """A position in beats, the instant at which it was due, and the instant it is now."""

    position: float
    due_seconds: float
    now_seconds: float

    @property
    def late_seconds(self) -> float:
        """How long after its time it is."""
        return max(self.now_seconds - self.due_seconds, 0.0)


@dataclass(slots=True)
class Lateness:
    """How many messages went out, how many of them late, and how many notes were left out."""

    sent: int = 0
    late: int = 0
    dropped: int = 0
    worst_ms: float = 0.0


def _note_off(message: mido.Message) -> mido.Message:
    if message.type == "note_off":
        return message
    return mido.Message("note_off", channel=message.channel, note=message.note)


class MidiOutput:
    """Sends to the output while it is connected, and knows every key that sounds there."""

    def __init__(
        self,
        output: Output,
        listener: Listener,
        programs: Mapping[int, int] | None = None,
        news: SoundTeller | None = None,
        mixer: Mixer | None = None,
    ) -> None:
        """`programs`, by channel, are sent ahead of the first note to which they apply.

        `news` is told all that sounds, whether the output is connected or not.
        """
        self.mixer = Mixer({}) if mixer is None else mixer
        self._news = news or SoundTeller(Scheduler(), float, float, listener)
        self._news.mixed = self.mixer.mixed
        self._programs = {} if programs is None else programs
        self._programs_sent: dict[int, int] = {}
        self._output = output
        self._listener = listener
        self._voices = NoteTracker()
        self._router = ThruRouter()
        self._connected = True
        self.lateness = Lateness()
        self.feedback = FeedbackGuard()

    def _send(self, messages: Sequence[mido.Message], moment: Moment) -> None:
        for message in messages:
            self._output.send(message)
        self._note(messages, moment)

    def _note(self, messages: Sequence[mido.Message], moment: Moment) -> None:
        """Remember and tell what went out."""
        for message in messages:
            self.feedback.sent(message, moment.now_seconds)
            self._count(moment)
            self._listener(SoundReport(moment.position, message, moment.late_seconds * 1000))
            if message.type == "program_change":
                self._news.passed(message, message.channel, moment.now_seconds, None)

    def _count(self, moment: Moment) -> None:
        self.lateness.sent += 1
        self.lateness.late += moment.late_seconds > LATE_SECONDS
        self.lateness.worst_ms = max(self.lateness.worst_ms, moment.late_seconds * 1000)

    def sound(self, edges: Iterable[Edge], moment: Moment) -> None:
        """Send scheduled edges; a strike that comes far too late is left out.

        A chord must not come apart: what is to be told of its notes waits until all are out.
        """
        out = [(edge, self._heard(edge, moment)) for edge in edges]
        sent = [[] if heard is None else self._put(heard, moment) for _, heard in out]
        for (edge, heard), messages in zip(out, sent, strict=True):
            self._note(messages, moment)
            if heard is None:
                self._news.left_out(edge, moment.now_seconds)
            else:
                self._news.sounded(heard, moment.due_seconds, moment.now_seconds)

    def _heard(self, edge: Edge, moment: Moment) -> Edge | None:
        """Give the edge as it is to be heard; None: it is left out."""
        mixed = self.mixer.mixed(edge)
        if not edge.strikes or mixed is None or moment.late_seconds <= DROP_SECONDS:
            return mixed
        self.lateness.dropped += 1
        return None

    def _put(self, edge: Edge, moment: Moment) -> list[mido.Message]:
        """Send an edge, and give what went out for it."""
        messages: list[mido.Message] = []
        if not edge.strikes:
            messages = self._voices.release(edge.serial, edge.message)
        elif self._connected:
            struck = self._voices.strike(edge.serial, edge.message)
            messages = [*self._new_program(edge.channel), *struck]
        for message in messages:
            self._output.send(message)
        return messages

    def silence(self, channels: Collection[int], moment: Moment) -> None:
        """Release what is sounded on these channels, but not what the player holds there."""
        for serial, (channel, pitch) in self._voices.held(lambda h: not _is_players(h)):
            if channel in channels:
                self.sound([release_of(serial, channel, pitch, moment.position)], moment)

    def announce_programs(self, moment: Moment) -> None:
        """Send the instrument of every channel that has not got it yet, before it is heard."""
        if self._connected:
            self._send([m for c in self._programs for m in self._new_program(c)], moment)

    def _new_program(self, channel: int) -> list[mido.Message]:
        """Return what is to be sent before a note of this channel."""
        program = self._programs.get(channel)
        if program is None or self._programs_sent.get(channel) == program:
            return []
        self._programs_sent[channel] = program
        return [mido.Message("program_change", channel=channel, program=program)]

    def tell_programs(self, now_seconds: float) -> None:
        """Tell those who ask what sounds the instrument of every channel."""
        for channel, program in self._programs.items():
            change = mido.Message("program_change", channel=channel, program=program)
            self._news.passed(change, channel, now_seconds, None)

    def pass_through(
        self,
        message: mido.Message,
        channel: int,
        moment: Moment,
        spare: Sequence[int] = (),
        player: Hashable = None,
    ) -> None:
        """Send the message of a player on `channel`, at once and unchanged.

        Notes that are bent one by one take `spare` channels, so that each bend keeps to its note.
        """
        source = message.channel
        for one in self._router.route(message, channel, spare):
            if self._connected:
                self._send(self._passed(one, ("thru", source, player)), moment)
            self._news.passed(one, source, moment.now_seconds, player)

    def _passed(self, message: mido.Message, holder: Hashable) -> list[mido.Message]:
        if message.type == "note_on" and message.velocity > 0:
            return self._voices.strike(holder, message)
        if message.type in ("note_on", "note_off"):
            return self._voices.release(holder, _note_off(message))
        return self._voices.control(message)

    @property
    def player_holds(self) -> bool:
        """Whether keys of the player sound."""
        return self._voices.holds(_is_players)

    def release_player(self, moment: Moment) -> None:
        """Release what the player holds, pedals too: the keyboard is gone and will not do it."""
        channels = self._router.channels
        self._router.forget()
        for holder, key in self._voices.held(_is_players):
            off = mido.Message("note_off", channel=key[0], note=key[1])
            self._news.passed(off, holder[1], moment.now_seconds, None)
        if self._connected:
            out = self._voices.release_all(_is_players)
            out += [
                mido.Message("control_change", channel=channel, control=SUSTAIN, value=0)
                for channel in channels
            ]
            self._send(out, moment)

    def send_clock(self, messages: Iterable[mido.Message], moment: Moment) -> None:
        """Send what is for other machines and makes no sound: MIDI clock."""
        if not self._connected:
            return
        for message in messages:
            self._output.send(message)
            self._count(moment)

    def panic(self, moment: Moment) -> None:
        """Release every sounding note, then reset the channels used."""
        self._news.silenced(moment.now_seconds)
        if self._connected:
            self._send(self._voices.panic(), moment)

    def lose(self) -> None:
        """Send nothing from now on: the port is gone, and all that sounded with it."""
        self._connected = False
        self._router.forget()
        self._voices.forget()

    def regain(self, moment: Moment) -> None:
        """Send again, from a clean slate."""
        self._connected = True
        self._programs_sent.clear()  # what listens now may have been started anew
        self.announce_programs(moment)
        self.panic(moment)


def _is_players(holder: Hashable) -> bool:
    """Whether a key is held by the player; the accompaniment's holders are no pairs."""
    return isinstance(holder, tuple)
