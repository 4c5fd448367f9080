"""Commands for the models and their controls."""

from collections.abc import Mapping

from bridge.engine.command_values import Handler, number
from bridge.engine.midi_map import position_to_value
from bridge.engine.performance import Performance
from bridge.events import Command


class ModelCommands:
    """Lists and chooses models, and sets the controls of the one in force."""

    def __init__(self, play: Performance) -> None:
        self._play = play
        self.handlers: Mapping[str, Handler] = {
            "model/list": self._list_models,
            "model/load": self._load_model,
            "then": self._then,
            "control": self._control,
            "control/list": self._list_controls,
        }

    def turn_knob(self, function: str, position: float) -> None:
        """Set the control that a knob is for; a model without it is not troubled."""
        try:
            spec = self._play.current.find_control(function)
        except ValueError:
            return
        value = position_to_value(spec.low, spec.high, position)
        self._play.reply("control", *self._play.current.set_control(spec.name, value))

    def _list_models(self, command: Command, _now: float) -> None:
        for program, m in enumerate(self._play.current.manifests, start=1):
            values = (m.name, m.technique, m.style, m.title, program)
            self._play.reply("model/item", *values, sender=command.sender)

    def _load_model(self, command: Command, now_seconds: float) -> None:
        name = str(command.values[0])
        self._play.current.check_model(name)
        self._play.choose_model(name, now_seconds, sender=command.sender)

    def _then(self, command: Command, now_seconds: float) -> None:
        names = tuple(str(value) for value in command.values)
        self._play.choose_then(names, now_seconds)
        self._play.reply("then", *names, sender=command.sender)

    def _control(self, command: Command, _now: float) -> None:
        name, value = command.values
        in_force = self._play.current.set_control(str(name), number(value))
        self._play.reply("control", *in_force, sender=command.sender)

    def _list_controls(self, command: Command, _now: float) -> None:
        current = self._play.current
        for spec in current.specs:
            span = (spec.low, spec.high, spec.default, current.value(spec))
            values = (spec.name, spec.title, *span, spec.unit)
            self._play.reply("control/item", *values, sender=command.sender)
