"""Ports without a MIDI system that remember what was sent: for tests and examples."""

from collections.abc import Callable, Mapping
from time import perf_counter

import mido

from bridge.interfaces import PortError
from bridge.midi.ports import Inputs, OnChange, OnMessage
from models.music.clip import Composition


class Sounding(set[tuple[int, int]]):
    """The keys (channel, pitch) that were struck and not released."""

    def follow(self, message: mido.Message) -> None:
        """Take note of what was sent."""
        if message.type == "note_on":
            self.add((message.channel, message.note))
        elif message.type == "note_off":
            self.discard((message.channel, message.note))


class NoTakeStore:
    """Keeps nothing: for benches and tests."""

    def save(self, take: Composition, slot: int | None = None) -> None:
        """Keep no take."""

    def grow(self, slot: int, so_far: Callable[[], Composition]) -> None:
        """Keep nothing of it."""

    def judge(self, take_id: str, verdict: str) -> None:
        """Keep no verdict."""

    def remember(self, midi_map: Mapping[str, tuple[int, int | None]]) -> None:
        """Keep no map."""


class FakePorts:
    """Records (seconds, message) of everything sent, and lets a test play and pull the plug."""

    notice = ""

    def __init__(
        self,
        on_message: OnMessage = lambda _message, _seconds: None,
        on_change: OnChange = lambda _state, _detail: None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._on_message, self._on_change, self._clock = on_message, on_change, clock
        self.sent: list[tuple[float, mido.Message]] = []
        self.there = True
        self.closed = False
        self.keyboards: list[str] = []
        self.heard = ""

    def inputs(self) -> Inputs:
        """Name the keyboard that is listened to, and those that a test has put there."""
        return self.heard, list(self.keyboards)

    def listen(self, name: str) -> None:
        """Listen to one of them."""
        if name and name not in self.keyboards:
            raise PortError(f"no MIDI input is named like {name!r}")
        if self.heard:
            self._on_change("input left", self.heard)
        self.heard = name

    def send(self, message: mido.Message) -> None:
        """Remember one message, unless the system is lost."""
        if self.there and not self.closed:
            self.sent.append((self._clock(), message))

    def play(self, message: mido.Message, at_seconds: float | None = None) -> None:
        """Let a message arrive at the input, now or at a given time."""
        self._on_message(message, self._clock() if at_seconds is None else at_seconds)

    def lose(self) -> None:
        """End the MIDI system under the player's hands."""
        self.there = False
        self._on_change("lost", "the fake MIDI system ended")

    def come_back(self) -> None:
        """Start the MIDI system again."""
        self.there = True
        self._on_change("back", "the fake MIDI system is back")

    def close(self) -> None:
        """Close; what is sent afterwards is not remembered."""
        self.closed = True

    def describe(self) -> str:
        """Say what this is."""
        return "ports that only remember"
