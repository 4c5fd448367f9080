"""What a command's handler is, and the values that it finds in a command."""

from collections.abc import Callable
from math import isfinite

from bridge.events import Command, Value
from bridge.takes.take import Requester

Handler = Callable[[Command, float], None]  # the command, and the instant of now in seconds


def number(value: Value) -> float:
    """Return a value that is a number; ValueError if it is none."""
    if not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"a number is needed, got {value!r}")
    return value


def plain(command: Command) -> tuple[float | str, ...]:
    """Return the values that are numbers and texts."""
    return tuple(value for value in command.values if isinstance(value, int | float | str))


def requester(command: Command) -> Requester:
    """Return who sent the command, to be told when the take is there."""
    return Requester(command.sender, command.address)
