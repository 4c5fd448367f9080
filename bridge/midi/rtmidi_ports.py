"""MIDI ports on whatever the system has: the only file that names rtmidi."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Protocol

import mido
import rtmidi

from bridge.events import CLOCK_MESSAGES
from bridge.interfaces import PortError
from bridge.midi.jack_ports import RETRY_SECONDS, JackPorts, watch_server
from bridge.midi.listening import Chosen, Listening, SystemPort, end_inputs, port_names
from bridge.midi.port_names import find_port, is_own
from bridge.midi.ports import (
    INPUT,
    OUTPUT,
    SYSTEMS,
    Inputs,
    NoPorts,
    OnChange,
    OnMessage,
    OnPulse,
    PortInfo,
    Ports,
    keep_for_ever,
)
from bridge.polling import Polling

__all__ = ["SYSTEMS", "PortError", "PortInfo", "Ports", "list_ports", "open_ports", "problems"]

_APIS = {
    "alsa": rtmidi.API_LINUX_ALSA,
    "jack": rtmidi.API_UNIX_JACK,
    "coremidi": rtmidi.API_MACOSX_CORE,
    "winmm": rtmidi.API_WINDOWS_MM,
}
_TITLES = {"alsa": "ALSA", "jack": "JACK", "coremidi": "CoreMIDI", "winmm": "Windows MIDI"}


class _Output(SystemPort, Protocol):
    """What is used of rtmidi's MidiOut."""

    def send_message(self, message: list[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class _Request:
    """What to open, and whom to tell."""

    system: str
    on_message: OnMessage
    on_change: OnChange
    also_input: str
    also_output: str
    on_pulse: OnPulse | None = None
    on_strike: Callable[[], None] = lambda: None  # of a key that came to our own input

    def receive(
        self, event: tuple[list[int], float], _data: object = None, port: str = INPUT
    ) -> None:
        """Take one message from rtmidi's thread, inside JACK's cycle: stamp it and pass it on."""
        at_seconds = perf_counter()
        try:
            message = mido.Message.from_bytes(event[0])
        except ValueError:  # bytes that are no message: not worth a word in the middle of a cycle
            return
        if self.on_pulse is not None and message.type in CLOCK_MESSAGES:
            self.on_pulse(message, at_seconds, port)
            return
        self.on_message(message, at_seconds)
        if port == INPUT and message.type == "note_on" and message.velocity > 0:
            self.on_strike()


def open_ports(
    system: str,
    on_message: OnMessage,
    on_change: OnChange = lambda _state, _detail: None,
    *,
    also_input: str = "",
    also_output: str = "",
    on_pulse: OnPulse | None = None,
) -> Ports:
    """Open `Continuo In` and `Continuo Out`, and existing ports whose names contain `also_...`.

    `on_message(message, perf_counter seconds)` is called from the system's own thread (and
    `on_pulse`, if it is given, for MIDI clock, with the name of the port that it came to), and
    `on_change(state, sentence)` from a thread of the ports: `lost` and `back` are all of MIDI,
    `input lost` and `input back` the port named by `also_input`. Raises PortError.
    """
    if system not in SYSTEMS:
        raise PortError(f"no MIDI system {system!r}: choose among {', '.join(SYSTEMS)}")
    if system == "auto":
        system = _first_that_answers()
    if system == "none":
        return NoPorts()
    _require(system)
    request = _Request(system, on_message, on_change, also_input, also_output, on_pulse)
    if system == "jack":
        chosen = Chosen(also_input)  # it outlives the server
        return JackPorts(
            lambda on_strike: _SystemPorts(replace(request, on_strike=on_strike), chosen), on_change
        )
    return _WatchedPorts(_SystemPorts(request), is_named=bool(also_input))


def list_ports() -> list[PortInfo]:
    """List every port of every MIDI system that answers."""
    found = []
    for system in _candidates():
        if _problem(system):
            continue
        for direction, kind in (("input", rtmidi.MidiIn), ("output", rtmidi.MidiOut)):
            try:
                names = _names(system, kind)
            except PortError:
                continue
            found += [PortInfo(system, direction, name, is_own(name)) for name in names]
    return found


def problems() -> dict[str, str]:
    """Say of each MIDI system of this computer why it does not answer; empty where it does."""
    return {system: _problem(system) for system in _candidates()}


# -- which system ------------------------------------------------------------------------------
def _candidates() -> tuple[str, ...]:
    return {"darwin": ("coremidi", "jack"), "win32": ("winmm",)}.get(sys.platform, ("alsa", "jack"))


def _first_that_answers() -> str:
    found = problems()
    for system, problem in found.items():
        if not problem:
            return system
    raise PortError(
        f"no MIDI system answers here: {'; '.join(found.values())}; or play without MIDI ports "
        "(--midi none)"
    )


def _require(system: str) -> None:
    if problem := _problem(system):
        raise PortError(problem)


def _problem(system: str) -> str:
    """Say why a system does not answer and what to do, or give an empty string."""
    if _APIS[system] not in rtmidi.get_compiled_api():
        return f"there is no {_TITLES[system]} on this system: choose another one with --midi"
    if system == "alsa" and not _alsa_answers():
        return (
            "the ALSA sequencer is not there (/dev/snd/seq): load it with "
            "`sudo modprobe snd-seq`, or choose --midi jack"
        )
    if system == "jack":
        return _jack_problem()
    return ""


def _alsa_answers() -> bool:
    # Asked of the file, because libasound writes its complaints to the terminal.
    return os.access("/dev/snd/seq", os.R_OK | os.W_OK)


def _jack_problem() -> str:
    try:
        watch_server(lambda: None).close()
    except PortError as error:
        return str(error)
    return ""


# -- ports -------------------------------------------------------------------------------------
class _SystemPorts:
    """Ports on a system that does not end while we run: ALSA, CoreMIDI, Windows; all of rtmidi."""

    def __init__(self, request: _Request, chosen: Chosen | None = None) -> None:
        self._request = request
        self._inputs: list[SystemPort] = []
        self._outputs: list[_Output] = []
        self._names: list[str] = []
        self._chosen = chosen or Chosen(request.also_input)
        self._listening = Listening(
            request.system,
            partial(self._make_input, "Continuo Listens"),
            request.on_change,
            rtmidi.RtMidiError,
        )
        self.notice = ""
        try:
            self._open()
        except rtmidi.RtMidiError as error:
            self.close()
            raise PortError(f"{_TITLES[request.system]} refuses the ports: {error}") from None
        except PortError:
            self.close()
            raise

    def _open(self) -> None:
        system = self._request.system
        if OUTPUT in " ".join(_names(system, rtmidi.MidiIn)) and system != "winmm":
            self.notice = "another Continuo runs: the system numbers this one's ports"
        also_output = self._request.also_output
        if system == "winmm":
            also_output = also_output or OUTPUT
            self._chosen.name = self._chosen.name or INPUT
        else:
            self._input(INPUT).open_virtual_port(INPUT)
            self._output(OUTPUT).open_virtual_port(OUTPUT)
            self._names += [INPUT, OUTPUT]
        if self._chosen.name:
            # A server that was started anew may have its keyboards later than us.
            self._listening.choose(self._chosen.name, waits=self._chosen.waits)
        if also_output:
            self._open_existing(self._output("Continuo Plays"), also_output, "output")

    def _input(self, client: str) -> SystemPort:
        self._inputs.append(self._make_input(client))
        return self._inputs[-1]

    def _make_input(self, client: str, name: str = INPUT) -> SystemPort:
        port: SystemPort = rtmidi.MidiIn(_APIS[self._request.system], name=client)
        port.ignore_types(sysex=True, timing=False, active_sense=True)
        port.set_callback(partial(self._request.receive, port=name))
        return port

    def _output(self, client: str) -> SystemPort:
        self._outputs.append(rtmidi.MidiOut(_APIS[self._request.system], name=client))
        return self._outputs[-1]

    def _open_existing(self, port: SystemPort, name: str, direction: str) -> None:
        names = port_names(port)
        number = find_port(names, name, direction, self._request.system)
        port.open_port(number, direction)
        self._names.append(names[number])

    def look(self) -> None:
        """See whether the input that was chosen is still there, or there again, and tell."""
        self._listening.look()

    def inputs(self) -> Inputs:
        """Name the port that is listened to besides, and all that could be."""
        name = self._listening.name
        there = [n for n in _names(self._request.system, rtmidi.MidiIn) if not is_own(n)]
        return name, (there if not name or name in there else [name, *there])

    def listen(self, name: str) -> None:
        """Listen to another port besides; to none for an empty name. PortError: it is not there."""
        self._listening.choose(name)
        self._chosen.name, self._chosen.waits = self._listening.name, True

    def send(self, message: mido.Message) -> None:
        """Send one message now."""
        data = message.bytes()
        for port in self._outputs:
            # An interface unplugged in mid-phrase must not stop the music on the other ports.
            with suppress(rtmidi.RtMidiError):
                port.send_message(data)

    def close(self) -> None:
        """Close the ports; what was sent before still goes out."""
        end_inputs([*self._inputs, *self._listening.take()])
        for port in self._outputs:
            port.delete()
        self._inputs, self._outputs = [], []

    def abandon(self) -> None:
        """Let the ports go after their server's end, without waiting for it."""
        for port in (*self._inputs, *self._listening.take(), *self._outputs):
            # Deleting an output would hold Python's lock for a second, now or when it is collected.
            keep_for_ever(port)
        self._inputs, self._outputs = [], []

    def describe(self) -> str:
        """Name the open ports and their system."""
        besides = [self._listening.name] if self._listening.name else []
        return f"{', '.join(self._names + besides)} on {_TITLES[self._request.system]}"


class _WatchedPorts:
    """Ports, and a thread that looks after the input that was named or chosen, if there is one."""

    def __init__(self, ports: _SystemPorts, *, is_named: bool) -> None:
        self._ports = ports
        self.notice = ports.notice
        self.send, self.describe, self.inputs = ports.send, ports.describe, ports.inputs
        self._polling = self._watch() if is_named else None

    def _watch(self) -> Polling:
        return Polling(self._ports.look, RETRY_SECONDS, "ports")

    def listen(self, name: str) -> None:
        """Listen to another port besides; to none for an empty name. PortError: it is not there."""
        self._ports.listen(name)
        if name and self._polling is None:
            self._polling = self._watch()

    def close(self) -> None:
        """Close the ports; what was sent before still goes out."""
        if self._polling is not None:
            self._polling.close()
        self._ports.close()


# -- names -------------------------------------------------------------------------------------
def _names(system: str, kind: Callable[..., SystemPort]) -> list[str]:
    try:
        port = kind(_APIS[system], name="Continuo List")
    except rtmidi.RtMidiError as error:
        raise PortError(f"{_TITLES[system]} does not answer: {error}") from None
    try:
        return port_names(port)
    finally:
        port.delete()
