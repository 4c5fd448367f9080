"""What MIDI ports are to the rest of the bridge, and the ports where there is no MIDI system."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import mido

INPUT = "Continuo In"
OUTPUT = "Continuo Out"
SYSTEMS = ("auto", "jack", "alsa", "coremidi", "winmm", "none")

OnMessage = Callable[[mido.Message, float], None]
OnPulse = Callable[[mido.Message, float, str], None]  # with the port that it came from
OnChange = Callable[[str, str], None]


class Ports(Protocol):
    """An open input and output."""

    notice: str  # a sentence for the musician, or empty

    def send(self, message: mido.Message) -> None:
        """Send one message now; without a MIDI system it goes nowhere."""

    def close(self) -> None:
        """Close the ports; what was sent before still goes out."""

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

    def describe(self) -> str:
        """Say that there are none."""
        return "no MIDI ports"


def keep_for_ever(thing: object) -> None:
    """Never let Python delete a thing, at its exit neither, because that would hang or crash."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
