"""Commands for the tracks: mute, solo, level and program of each, while it plays."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler, number
from bridge.engine.performance import Performance
from bridge.events import Command, Sender
from bridge.notes.mixer import Mixer
from bridge.notes.scheduler import MELODY
from models.suggestions import near_names

_NO_PROGRAM = -1


class TrackCommands:
    """Sets the mixer and the instruments; `melody` is what sounds again of it, not the playing."""

    def __init__(self, play: Performance) -> None:
        self._play = play
        self.handlers: Mapping[str, Handler] = {
            "track/mute": self._mute,
            "track/solo": self._solo,
            "track/level": self._level,
            "track/program": self._program,
            "track/list": self._list,
        }

    @property
    def _mixer(self) -> Mixer:
        return self._play.output.mixer

    def _channels(self) -> dict[str, int]:
        """The tracks that there are, by name: the melody's, and those of the models in force."""
        own = {t.name.casefold(): t.channel for t in self._play.parts.keeping.empty_tracks()}
        return {MELODY: self._play.current.settings.channels.thru, **own}

    def _name(self, command: Command) -> str:
        name, there = str(command.values[0]).strip().casefold(), self._channels()
        if name not in there:
            raise ValueError(f"no track is called {name[:40]!r}; {near_names(name, list(there))}")
        return name

    def _mute(self, command: Command, now_seconds: float) -> None:
        name = self._name(command)
        self._mixer.mute(name, bool(number(command.values[1])))
        self._mixed(name, now_seconds, command.sender)

    def _solo(self, command: Command, now_seconds: float) -> None:
        name = self._name(command)
        self._mixer.solo(name, bool(number(command.values[1])))
        self._mixed(name, now_seconds, command.sender)

    def _level(self, command: Command, now_seconds: float) -> None:
        name = self._name(command)
        self._mixer.level(name, number(command.values[1]))
        self._mixed(name, now_seconds, command.sender)

    def _mixed(self, name: str, now_seconds: float, sender: Sender) -> None:
        thru = self._play.current.settings.channels.thru
        silent = self._mixer.silent_channels(thru)
        self._play.output.silence(silent, self._play.moment(now_seconds))
        self._tell(name, sender)

    def _program(self, command: Command, now_seconds: float) -> None:
        name, program = self._name(command), int(number(command.values[1]))
        play, scheduler = self._play, self._play.parts.scheduler
        play.current.change(programs={**play.current.settings.programs, name: program})
        scheduler.chosen = play.current.settings.programs
        scheduler.programs[self._channels()[name]] = program
        play.output.announce_programs(play.moment(now_seconds))
        self._tell(name, command.sender)

    def _list(self, command: Command, _now: float) -> None:
        for name in self._channels():
            self._tell(name, command.sender)

    def _tell(self, name: str, sender: Sender) -> None:
        channel, strip = self._channels()[name], self._mixer.strip(name)
        program = self._play.parts.scheduler.programs.get(channel, _NO_PROGRAM)
        state = (int(strip.mute), int(strip.solo), strip.level, program)
        self._play.reply("track", name, channel + 1, *state, sender=sender)
