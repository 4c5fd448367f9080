"""What can be asked of Continuo, by the names of the OSC table: by OSC, a button or a signal."""

from collections.abc import Mapping

from bridge.engine.clock_follower import ClockFollower
from bridge.engine.command_values import Handler, plain
from bridge.engine.harmony_commands import HarmonyCommands
from bridge.engine.helper_controls import Asked, pressed, turned
from bridge.engine.midi_map import MidiMap
from bridge.engine.midi_map_commands import MidiMapCommands
from bridge.engine.model_commands import ModelCommands
from bridge.engine.performance import Performance
from bridge.engine.section_commands import SectionCommands
from bridge.engine.setting_commands import SettingCommands
from bridge.engine.take_commands import TakeCommands
from bridge.engine.track_commands import TrackCommands
from bridge.engine.transport_commands import TransportCommands
from bridge.events import Command, Value
from bridge.interfaces import TakeStore
from bridge.modes.sections import SECTIONS
from bridge.reports import StatusReport

# Buttons by their commands; those of a take mean the newest, or make one.
_BUTTONS: Mapping[str, tuple[str, tuple[Value, ...]]] = {
    "keep": ("take/keep", ("",)),
    "next": ("take/next", ("",)),
    "drop": ("take/drop", ("",)),
    "harmonise": ("live/harmonise", ("",)),
    "record": ("record/start", ()),
    **{name: ("section", (name,)) for name in SECTIONS},
}


class Commands:
    """Runs commands; one that cannot be run is answered with an error to its sender."""

    def __init__(
        self,
        play: Performance,
        clock_follower: ClockFollower,
        midi_map: MidiMap,
        store: TakeStore,
        more: Mapping[str, Handler],
    ) -> None:
        self._play, self._clock_follower = play, clock_follower
        self._turned: dict[str, Asked] = {}  # what each knob asked for last
        self.models = ModelCommands(play)
        self.midi_map = MidiMapCommands(play, midi_map, store)
        self.sections = SectionCommands(play)
        self._handlers: dict[str, Handler] = {
            "ping": lambda c, _: play.reply("pong", *plain(c), sender=c.sender),
            "status": self._status,
            "panic": self._panic,
            **TransportCommands(play, clock_follower).handlers,
            **TakeCommands(play).handlers,
            **self.models.handlers,
            **HarmonyCommands(play).handlers,
            **SettingCommands(play).handlers,
            **TrackCommands(play).handlers,
            **self.sections.handlers,
            **self.midi_map.handlers,
            **more,
        }

    def run(self, command: Command, now_seconds: float) -> None:
        """Do what the command says, or say why not."""
        handler = self._handlers.get(command.name)
        try:
            if handler is None:
                raise ValueError(f"no command is called {command.name!r}")
            handler(command, now_seconds)
        except (ValueError, IndexError) as error:
            self._play.notice("error", str(error), command.address, command.sender)

    def press(self, function: str, at_seconds: float, now_seconds: float) -> None:
        """Do what a button is for."""
        if function == "loop":
            mode = "answer" if self._play.current.settings.mode == "loop" else "loop"
            self._play.choose_mode(mode, now_seconds)
            return
        name, values = _BUTTONS.get(function, (function, ()))
        if (asked := pressed(function, self._play.current.settings)) is not None:
            name, values = asked[0], asked[1:]
        self.run(Command(at_seconds, name, values), now_seconds)

    def turn(self, function: str, position: float, now_seconds: float) -> None:
        """Do what a knob is for; `position` in 0..1."""
        asked = turned(function, position)
        if asked is None:
            self.models.turn_knob(function, position)
        elif asked != self._turned.get(function):
            self._turned[function] = asked
            self.run(Command(now_seconds, asked[0], asked[1:]), now_seconds)

    def _panic(self, command: Command, now_seconds: float) -> None:
        self._play.panic(now_seconds)
        self._play.reply("panic", sender=command.sender)

    def _status(self, command: Command, now_seconds: float) -> None:
        play, settings = self._play, self._play.current.settings
        status = StatusReport(
            state=play.mode.state,
            model=settings.model,
            bpm=play.parts.bpm,
            beat=play.beat_at(now_seconds),
            bars=settings.bars,
            clock=play.source,
            mode=settings.mode,
            offset_ms=self._clock_follower.offset_ms(play.source),
            playing=play.parts.playhead.playing,
            late=play.output.lateness.late,
            sender=command.sender,
        )
        play.listener(status)
