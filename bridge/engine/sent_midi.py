"""A MIDI message that was sent as a command: by OSC, or from the page of the studio."""

import mido

from bridge.engine.command_values import number
from bridge.events import Command, MidiIn

_ONE_BYTE = range(0xC0, 0xE0)  # program changes and channel pressure carry one number


def sent_midi(command: Command) -> MidiIn:
    """Read how long ago it was played, and its bytes; ValueError if they are no message."""
    ago_ms, *data = (number(value) for value in command.values)
    status, first, second = (int(value) for value in data)
    content = [status, first] if status in _ONE_BYTE else [status, first, second]
    message = mido.Message.from_bytes(content)
    played_seconds = command.at_seconds - ago_ms / 1000
    return MidiIn(played_seconds, message, "", command.at_seconds, command.sender)
