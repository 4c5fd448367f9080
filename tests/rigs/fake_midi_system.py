"""A MIDI system of our own, in place of rtmidi's: its ports are what a test says."""

import pytest
import rtmidi

from bridge.midi import rtmidi_ports


class Port:
    """Stands in for rtmidi's MidiIn or MidiOut."""

    there: tuple[str, ...] = ()
    opened: list = []  # noqa: RUF012
    refuses = False

    def __init__(self, api, name):
        if self.refuses:
            raise rtmidi.SystemError("no more clients")
        self.name, self.callback, self.sent, self.deleted = name, None, [], False
        self.queue = [([0xF8], 0.0)]  # what comes without a callback
        self.opened.append(self)

    def ignore_types(self, **types):
        self.types = types

    def set_callback(self, callback):
        self.callback = callback

    def get_port_count(self):
        return len(self.there)

    def get_port_name(self, number, encoding="auto"):
        name = self.there[number]
        if isinstance(name, str):
            return name if encoding else name.encode()
        return name.decode("utf-8") if encoding else name

    def open_virtual_port(self, name):
        self.port = ("virtual", name)

    def open_port(self, number, name):
        self.port = ("existing", self.there[number])

    def send_message(self, data):
        self.sent.append(data)

    def cancel_callback(self):
        self.callback = None

    def get_message(self):
        return self.queue.pop(0) if self.queue else None

    def delete(self):
        assert self.callback is None, "it waits for a message that waits for Python's lock"
        self.deleted = True


@pytest.fixture
def system(monkeypatch):
    """Linux with an ALSA sequencer whose ports a test can choose."""
    kind = type("Port", (Port,), {"opened": [], "there": ()})
    monkeypatch.setattr(rtmidi_ports.rtmidi, "MidiIn", kind)
    monkeypatch.setattr(rtmidi_ports.rtmidi, "MidiOut", kind)
    monkeypatch.setattr(
        rtmidi_ports.rtmidi, "get_compiled_api", lambda: list(rtmidi_ports._APIS.values())
    )
    monkeypatch.setattr(rtmidi_ports.sys, "platform", "linux")
    monkeypatch.setattr(rtmidi_ports, "_alsa_answers", lambda: True)
    return kind


def opened(system):
    return [port.port for port in system.opened if not port.deleted]
