"""Tells those who ask what sounds: what is laid out a moment ahead, all else as it happens."""

from collections.abc import Callable

import mido

from bridge.events import Sender
from bridge.notes.scheduler import Edge, Scheduler
from bridge.reports import Listener, SoundNews

AHEAD_SECONDS = 0.1
# Notes that come one after the other are told together, as often as this at most.
STEP_SECONDS = 0.01
_SAME_SECONDS = 0.001

_Key = tuple[int, int]  # a note's number; whether it is its strike or its release


class SoundTeller:
    """Knows what was told of each laid-out note. Called from: the engine thread.

    `seconds_at` gives the instant of a beat, `beat_at` the beat of an instant.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        seconds_at: Callable[[float], float],
        beat_at: Callable[[float], float],
        listener: Listener,
    ) -> None:
        self._scheduler, self._listener = scheduler, listener
        self._seconds_at, self._beat_at = seconds_at, beat_at
        # What a laid-out note is heard as, and whether it is.
        self.mixed: Callable[[Edge], Edge | None] = lambda edge: edge
        self._watchers: frozenset[Sender] = frozenset()
        self._told: dict[_Key, float] = {}  # due in seconds; not sounded yet
        self.wakes_at_seconds: float | None = None

    # -- who asks ------------------------------------------------------------------------------
    def watch(self, sender: Sender, is_wanted: bool) -> None:
        """Tell this sender from now on, or no more."""
        without = self._watchers - {sender}
        self._watchers = without | {sender} if is_wanted else without
        self._told.clear()  # whoever is new has heard nothing yet: it is told again
        self.wakes_at_seconds = None

    @property
    def is_watched(self) -> bool:
        """Whether anybody asks."""
        return bool(self._watchers)

    # -- what is laid out ----------------------------------------------------------------------
    def look(self, now_seconds: float, playing: bool) -> None:
        """Tell what is due in a moment, and what was told and is not to come."""
        if not self._watchers:
            return
        coming: list[Edge] = []
        later: float | None = None
        if playing:
            until = self._beat_at(now_seconds + AHEAD_SECONDS)
            laid_out, later = self._scheduler.upcoming(until)
            coming = [edge for e in laid_out if (edge := self.mixed(e)) is not None]
        self._take_back(coming, now_seconds)
        for edge in coming:
            self._tell(edge, self._seconds_at(edge.beat), now_seconds)
        self.wakes_at_seconds = None
        if later is not None:
            due_seconds = self._seconds_at(later) - AHEAD_SECONDS
            self.wakes_at_seconds = max(due_seconds, now_seconds + STEP_SECONDS)

    def _take_back(self, coming: list[Edge], now_seconds: float) -> None:
        there = {(edge.serial, edge.rank) for edge in coming}
        gone = {serial for serial, rank in self._told if (serial, rank) not in there}
        if not gone:
            return
        for serial in sorted(gone):
            self._send("sound/void", (serial,), now_seconds)
        self._told = {key: due for key, due in self._told.items() if key[0] not in gone}

    def _tell(self, edge: Edge, due_seconds: float, now_seconds: float) -> None:
        key = (edge.serial, edge.rank)
        told = self._told.get(key)
        if told is None or abs(told - due_seconds) > _SAME_SECONDS:
            self._told[key] = due_seconds
            self._send_message(edge.message, edge.serial, due_seconds, now_seconds)

    def sounded(self, edge: Edge, due_seconds: float, now_seconds: float) -> None:
        """Take note that an edge went out; tell it, unless that was told."""
        if self._watchers:
            self._tell(edge, due_seconds, now_seconds)
            del self._told[edge.serial, edge.rank]

    def left_out(self, edge: Edge, now_seconds: float) -> None:
        """Take a strike back that came too late to be sent."""
        if self._watchers and self._told.pop((edge.serial, edge.rank), None) is not None:
            self._send("sound/void", (edge.serial,), now_seconds)

    # -- all else ------------------------------------------------------------------------------
    def passed(
        self, message: mido.Message, channel: int, now_seconds: float, player: Sender
    ) -> None:
        """Tell a message of the player's, that came in on `channel`, from `player` if known."""
        if self._watchers:
            is_note = message.type in ("note_on", "note_off")
            note = -(channel + 1) if is_note else 0
            self._send_message(message, note, now_seconds, now_seconds, player)

    def silenced(self, now_seconds: float) -> None:
        """Tell that everything ends."""
        if self._watchers:
            self._told.clear()
            self._send("silence", (), now_seconds)

    def _send_message(
        self,
        message: mido.Message,
        note: int,
        due_seconds: float,
        now_seconds: float,
        player: Sender = None,
    ) -> None:
        data = [*message.bytes(), 0][:3]
        ahead_ms = (due_seconds - now_seconds) * 1000
        self._send("sound", (ahead_ms, *data, note), now_seconds, player)

    def _send(
        self, name: str, values: tuple[float, ...], now_seconds: float, player: Sender = None
    ) -> None:
        self._listener(SoundNews(name, values, now_seconds, self._watchers, player))
