"""The keyboard that is listened to besides Continuo In: chosen, unplugged, plugged in again."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.interfaces import PortError
from bridge.midi.port_names import find_again, find_port, is_own
from bridge.midi.ports import OnChange

# A message that is on its way in when its port is closed has come by then, on a busy machine too.
_LAST_MESSAGE_SECONDS = 0.4
_LOOK_SECONDS = 0.01


class SystemPort(Protocol):
    """What is used of rtmidi's MidiIn and MidiOut alike."""

    def get_port_count(self) -> int:
        """How many ports other programs have."""

    def get_port_name(self, port: int, encoding: str | None = "auto") -> str | bytes | None:
        """The name of one of them."""

    def open_port(self, port: int, name: str) -> object:
        """Connect to one of them."""

    def open_virtual_port(self, name: str) -> object:
        """Open a port that others can connect to."""

    def ignore_types(self, *, sysex: bool, timing: bool, active_sense: bool) -> object:
        """Leave out messages of these kinds."""

    def set_callback(self, func: Callable[..., None]) -> object:
        """Have what comes in given to a function, in the system's own thread."""

    def cancel_callback(self) -> object:
        """Have no more given to it, but put into a queue."""

    def get_message(self) -> object:
        """Take the next message out of the queue; None: it is empty."""

    def delete(self) -> None:
        """Close the port and let it go."""


@dataclass(slots=True)
class Chosen:
    """What was named, or chosen since; `waits`: it may come later than the ports are opened."""

    name: str = ""
    waits: bool = False


class Listening:
    """An input that may be exchanged, go and come back at any time. Called from: any thread.

    `make(name)` gives a port that is not open yet; `refused` is what the system raises.
    """

    def __init__(
        self,
        system: str,
        make: Callable[[str], SystemPort],
        on_change: OnChange,
        refused: type[Exception],
    ) -> None:
        self._system, self._make = system, make
        self._on_change, self._refused = on_change, refused
        self._lock = threading.Lock()
        self._port: SystemPort | None = None
        self._is_there = False
        self.name = ""

    def choose(self, wanted: str, *, waits: bool = False) -> None:
        """Listen to the port that is named like this in place of the one before; empty: to none.

        One that is not there is waited for, or PortError: then the one before stays.
        """
        with self._lock:
            port, name, is_there = self._open(wanted, waits=waits)
            before, left = self._port, self.name
            self._port, self.name, self._is_there = port, name, is_there
        if before is not None:
            end_inputs([before])
            self._on_change("input left", left)

    def _open(self, wanted: str, *, waits: bool) -> tuple[SystemPort | None, str, bool]:
        if not wanted:
            return None, "", False
        port = self._make(wanted)
        names = port_names(port)
        try:
            number = self._find(names, wanted)
            port.open_port(number, "input")
        except PortError:
            if waits:
                return port, wanted, False
            end_inputs([port])
            raise
        except self._refused as error:
            end_inputs([port])
            raise PortError(f"{wanted} cannot be listened to: {error}") from None
        return port, names[number], True

    def _find(self, names: Sequence[str], wanted: str) -> int:
        try:
            return find_port(names, wanted, "input", self._system)
        except PortError:
            again = None if is_own(wanted) else find_again(names, wanted)
            if again is None:
                raise
            return again

    def look(self) -> None:
        """See whether it is still there, or there again, and tell."""
        with self._lock:
            news = self._look()
        if news:
            self._on_change(*news)

    def _look(self) -> tuple[str, str] | None:
        if self._port is None:
            return None
        try:
            number = find_again(port_names(self._port), self.name)
            if self._is_there == (number is not None):
                return None
            if number is not None:
                # One that was closed stays deaf: it takes a new one.
                end_inputs([self._port])
                self._port = self._make(self.name)
                self._port.open_port(number, "input")
        except self._refused:  # gone again in this very moment: the next look will see
            return None
        self._is_there = number is not None
        return ("input back" if self._is_there else "input lost"), self.name

    def take(self) -> list[SystemPort]:
        """Listen no more, and give what is to be ended."""
        with self._lock:
            port, self._port = self._port, None
        return [] if port is None else [port]


def end_inputs(ports: Sequence[SystemPort], wait: Callable[[float], object] | None = None) -> None:
    """Delete inputs, none of which may be in the middle of bringing a message.

    Deleting holds Python's lock and waits for the system's thread, which waits for the lock where
    it brings a message: under a stream of MIDI clock both waited for ever. Without a callback the
    thread puts messages into a queue, and does not need the lock; the first one that lies there
    proves that none is on its way any more.
    """
    wait = wait or threading.Event().wait
    waiting = list(ports)
    for port in waiting:
        port.cancel_callback()
    for _ in range(round(_LAST_MESSAGE_SECONDS / _LOOK_SECONDS)):
        if not waiting:
            break
        wait(_LOOK_SECONDS)
        waiting = [port for port in waiting if port.get_message() is None]
    for port in ports:
        port.delete()


def port_names(port: SystemPort) -> list[str]:
    """List the names of other programs' ports, whatever bytes are in them."""
    names = []
    for number in range(port.get_port_count()):
        try:
            name = port.get_port_name(number)
        except UnicodeDecodeError:
            name = port.get_port_name(number, encoding=None)
        if isinstance(name, bytes):
            name = name.decode("utf-8", "backslashreplace")
        names.append(name or "")
    return names
