"""Commands for the tracks: mute, solo, level and program of each, while it plays."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler, number
from bridge.engine.performance import Performance
from bridge.engine.track_programs import TrackPrograms
from bridge.events import Command, Sender
from bridge.notes.mixer import Mixer
from bridge.notes.scheduler import MELODY

_NO_PROGRAM = -1


class TrackCommands:
    """Sets the mixer and the instruments; `melody` is what sounds again of it, not the playing."""

    def __init__(self, play: Performance) -> None:
        self._play, self._programs = play, TrackPrograms(play)
        self.handlers: Mapping[str, Handler] = {
            "track/mute": self._mute,
            "track/solo": self._solo,
            "track/level": self._level,
            "track/program": self._program,
            "program": self._program,
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
        return self._programs.find(str(command.values[0])).casefold()

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
        track = self._programs.find(str(command.values[0]))
        if command.values[1:]:
            self._programs.choose(track, int(number(command.values[1])), now_seconds)
            self._tell(track.casefold(), command.sender)
        program = self._programs.all()[track]
        self._play.reply("program", track, program or 0, sender=command.sender)

    def _list(self, command: Command, _now: float) -> None:
        for name in self._channels():
            self._tell(name, command.sender)

    def _tell(self, name: str, sender: Sender) -> None:
        channel, strip = self._channels()[name], self._mixer.strip(name)
        program = self._play.parts.scheduler.programs.get(channel, _NO_PROGRAM)
        state = (int(strip.mute), int(strip.solo), strip.level, program)
        self._play.reply("track", name, channel + 1, *state, sender=sender)
