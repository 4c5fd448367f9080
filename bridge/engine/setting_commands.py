"""Commands that set, or tell, what is only an option of the command line elsewhere."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bridge.engine.command_values import Handler, number
from bridge.engine.performance import Performance
from bridge.engine.track_programs import TrackPrograms
from bridge.events import Command, Sender, Value

_AUTO = "auto"


class _Setting(NamedTuple):
    """A field of the settings, and how its value is read from a message."""

    field: str
    read: Callable[[Value], object]


def _flag(value: Value) -> bool:
    return bool(number(value))


def _whole(value: Value) -> int:
    return int(number(value))


def _start(value: Value) -> str | None:
    return None if value == _AUTO else str(value)


_SETTINGS = {
    "click": _Setting("click", _flag),
    "count-in": _Setting("count_in_bars", _whole),
    "quantise": _Setting("quantise", number),
    "echo": _Setting("echo", _flag),
    "pickup": _Setting("pickup", number),
    "grid": _Setting("start", _start),
    "thru": _Setting("thru", _flag),
    "seed": _Setting("seed", _whole),
    "ahead": _Setting("ahead", _whole),
    "commit": _Setting("commit", number),
    "octave": _Setting("octave", _whole),
    "auto-chord": _Setting("auto_chord", str),
    "arpeggio": _Setting("arpeggio", str),
    "arpeggio/rate": _Setting("arpeggio_rate", str),
    "arpeggio/octaves": _Setting("arpeggio_octaves", _whole),
    "arpeggio/gate": _Setting("arpeggio_gate", number),
    "arpeggio/hold": _Setting("arpeggio_hold", _flag),
}


class SettingCommands:
    """Sets and tells the settings that hold at once, or from the next phrase on."""

    def __init__(self, play: Performance) -> None:
        self._play, self._programs = play, TrackPrograms(play)
        self.handlers: Mapping[str, Handler] = {
            **dict.fromkeys(_SETTINGS, self._set),
            "settings": self._tell_all,
        }

    def _set(self, command: Command, now_seconds: float) -> None:
        field, read = _SETTINGS[command.name]
        if command.values:
            self._play.current.change(**{field: read(command.values[0])})
            if field == "pickup":
                self._play.parts.playhead.wait_anew()
            if field == "thru" and not self._play.current.settings.thru:
                self._play.output.release_player(self._play.moment(now_seconds))
        self._tell(command.name, command.sender)

    def _tell(self, name: str, sender: Sender) -> None:
        value = getattr(self._play.current.settings, _SETTINGS[name].field)
        told = _AUTO if value is None else value
        self._play.reply(name, int(told) if isinstance(told, bool) else told, sender=sender)

    def _tell_all(self, command: Command, _now: float) -> None:
        for name in _SETTINGS:
            self._tell(name, command.sender)
        for track, program in self._programs.all().items():
            self._play.reply("program", track, program or 0, sender=command.sender)
