"""Commands for the MIDI map: which control change does what."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler, number
from bridge.engine.midi_map import Learned, MidiMap
from bridge.engine.performance import Performance
from bridge.events import Command
from bridge.interfaces import TakeStore


class MidiMapCommands:
    """Changes the MIDI map, and has every change remembered."""

    def __init__(self, play: Performance, midi_map: MidiMap, store: TakeStore) -> None:
        self._play, self._midi_map, self._store = play, midi_map, store
        self.handlers: Mapping[str, Handler] = {
            "cc/map": self._map,
            "cc/learn": self._learn,
            "cc/forget": self._forget,
            "cc/list": self._list,
        }

    def learned(self, learned: Learned) -> None:
        """Keep what a function has learned, and tell."""
        self._play.notice("info", f"control change {learned.cc} is now {learned.function}")
        self._mapped(learned.function, *learned.lost)

    def _map(self, command: Command, _now: float) -> None:
        function, cc, *channel = command.values
        channel_from_1 = int(number(channel[0])) if channel else 0
        channel_or_any = channel_from_1 - 1 if channel_from_1 else None
        lost = self._midi_map.map(str(function), int(number(cc)), channel_or_any)
        self._mapped(str(function), *lost)

    def _learn(self, command: Command, _now: float) -> None:
        self._midi_map.learn(str(command.values[0]))
        self._play.notice("info", f"turn or press what is to be {command.values[0]}")

    def _forget(self, command: Command, _now: float) -> None:
        self._midi_map.forget(str(command.values[0]))
        self._mapped(str(command.values[0]))

    def _mapped(self, *functions: str) -> None:
        self._store.remember(self._midi_map.mapping)
        for function in functions:
            self._play.reply("cc/item", function, *self._midi_map.item(function))

    def _list(self, command: Command, _now: float) -> None:
        for function in self._midi_map.functions:
            values = (function, *self._midi_map.item(function))
            self._play.reply("cc/item", *values, sender=command.sender)
