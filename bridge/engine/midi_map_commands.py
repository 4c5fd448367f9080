"""Commands for the MIDI map: which control change does what."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler, number
from bridge.engine.midi_map import Learned, MidiMap
from bridge.engine.performance import Performance
from bridge.events import Command, Sender
from bridge.interfaces import TakeStore


class MidiMapCommands:
    """Changes the MIDI map, and has every change remembered."""

    def __init__(self, play: Performance, midi_map: MidiMap, store: TakeStore) -> None:
        self._play, self._midi_map, self._store = play, midi_map, store
        self._learner: Sender = None
        self.handlers: Mapping[str, Handler] = {
            "cc/map": self._map,
            "cc/learn": self._learn,
            "cc/forget": self._forget,
            "cc/list": self._list,
        }

    def learned(self, learned: Learned) -> None:
        """Keep what a function has learned, and tell."""
        sender, self._learner = self._learner, None
        said = f"control change {learned.cc} is now {learned.function}"
        self._play.notice("info", said, sender=sender)
        self._mapped(sender, learned.function, *learned.lost)

    def _map(self, command: Command, _now: float) -> None:
        function, cc, *channel = command.values
        channel_from_1 = int(number(channel[0])) if channel else 0
        channel_or_any = channel_from_1 - 1 if channel_from_1 else None
        lost = self._midi_map.map(str(function), int(number(cc)), channel_or_any)
        self._mapped(command.sender, str(function), *lost)

    def _learn(self, command: Command, _now: float) -> None:
        self._midi_map.learn(str(command.values[0]))
        self._learner = command.sender
        said = f"turn or press what is to be {command.values[0]}"
        self._play.notice("info", said, sender=command.sender)

    def _forget(self, command: Command, _now: float) -> None:
        self._midi_map.forget(str(command.values[0]))
        self._mapped(command.sender, str(command.values[0]))

    def _mapped(self, sender: Sender, *functions: str) -> None:
        self._store.remember(self._midi_map.mapping)
        for function in functions:
            values = (function, *self._midi_map.item(function))
            self._play.reply("cc/item", *values, sender=sender)

    def _list(self, command: Command, _now: float) -> None:
        for function in self._midi_map.functions:
            values = (function, *self._midi_map.item(function))
            self._play.reply("cc/item", *values, sender=command.sender)
