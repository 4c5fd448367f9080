"""What MIDI ports are to the rest of the bridge, and the ports where there is no MIDI system."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import mido

from bridge.interfaces import PortError

INPUT = "Continuo In"
OUTPUT = "Continuo Out"
SYSTEMS = ("auto", "jack", "alsa", "coremidi", "winmm", "none")

OnMessage = Callable[[mido.Message, float], None]
OnPulse = Callable[[mido.Message, float, str], None]  # with the port that it came from
OnChange = Callable[[str, str], None]
# The port that is listened to besides (or none: empty), and all that could be.
Inputs = tuple[str, list[str]]


class Ports(Protocol):
    """An open input and output."""

    notice: str  # a sentence for the musician, or empty

    def send(self, message: mido.Message) -> None:
        """Send one message now; without a MIDI system it goes nowhere."""

    def close(self) -> None:
        """Close the ports; what was sent before still goes out."""

    def inputs(self) -> Inputs:
        """Name the port that is listened to besides, and all that could be; PortError."""

    def listen(self, name: str) -> None:
        """Listen to another port besides; to none for an empty name. PortError: it is not there."""

    def describe(self) -> str:
        """Say in a few words which ports are open."""


@dataclass(frozen=True, slots=True)
class PortInfo:
    """One port of the system: `direction` is input or output as Continuo sees it."""

    system: str
    direction: str
    name: str
    own: bool


class NoPorts:
    """No MIDI system: what is sent goes nowhere."""

    notice = ""

    def send(self, message: mido.Message) -> None:
        """Drop the message."""

    def close(self) -> None:
        """Do nothing."""

    def inputs(self) -> Inputs:
        """Name none."""
        return "", []

    def listen(self, name: str) -> None:
        """Listen to nothing; PortError for a name."""
        if name:
            raise PortError(f"there is no MIDI system here, and so no {name!r}")

    def describe(self) -> str:
        """Say that there are none."""
        return "no MIDI ports"


def keep_for_ever(thing: object) -> None:
    """Never let Python delete a thing, at its exit neither, because that would hang or crash."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
