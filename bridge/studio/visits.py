"""The pages that are there: what each holds down, and which one sounds."""

from collections.abc import Iterator

from bridge.events import Command
from bridge.studio.held_keys import HeldKeys
from bridge.studio.picture import QUESTIONS
from bridge.studio.visitor import Visitor

MIDI, SOUNDS = "midi", "sounds"


class Visits:
    """Follows the pages, and gives the commands that their coming and going takes.

    Called from: one thread.
    """

    def __init__(self) -> None:
        self._held: dict[Visitor, HeldKeys] = {}
        self._sounding: Visitor | None = None

    def __len__(self) -> int:
        """How many pages are open."""
        return len(self._held)

    def come(self, visitor: Visitor, now_seconds: float) -> Iterator[Command]:
        """Ask for all that a new page is to know; the last answer says that it is whole."""
        self._held[visitor] = HeldKeys()
        asker = Visitor(visitor.start, visitor.number, is_new=True)
        for name in QUESTIONS:
            yield Command(now_seconds, name, (), asker)
        yield Command(now_seconds, "ping", (0,), asker)

    def asks(self, command: Command) -> Iterator[Command]:
        """Take note of what a page asks for; give what is to be done before it."""
        visitor = command.sender
        assert isinstance(visitor, Visitor), "only pages come in here"
        if command.name == MIDI and (held := self._held.get(visitor)):
            _, *data = command.values
            held.take(*(int(value) for value in data if isinstance(value, int | float)))
        if command.name == SOUNDS:
            is_wanted = bool(command.values[0])
            before = self._sounding
            if is_wanted and before not in (None, visitor):
                yield Command(command.at_seconds, SOUNDS, (0,), before)
            if is_wanted or before == visitor:
                self._sounding = visitor if is_wanted else None

    def leave(self, visitor: Visitor, now_seconds: float) -> Iterator[Command]:
        """Let go what a page that is gone held."""
        held = self._held.pop(visitor, None)
        if held is None:
            return
        for message in held.let_go():
            yield Command(now_seconds, MIDI, (0.0, *message), visitor)
        if self._sounding == visitor:
            self._sounding = None
            yield Command(now_seconds, SOUNDS, (0,), visitor)

    def leave_all(self, now_seconds: float) -> Iterator[Command]:
        """Let go what all pages held: their server is gone."""
        for visitor in list(self._held):
            yield from self.leave(visitor, now_seconds)
