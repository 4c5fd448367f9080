"""Ports that are closed in mid-message, or while a JACK server is waited for."""

import threading

from patience import PATIENCE_SECONDS

from bridge.midi import jack_ports
from bridge.midi.listening import end_inputs


class Watch:
    """A server that has ended."""

    def moves(self):
        return False

    def sees(self, _name):
        return False

    def close(self):
        pass


class Pair:
    notice = ""

    def abandon(self):
        pass

    def close(self):
        pass


def test_closing_ends_though_a_server_that_stands_still_is_being_opened(monkeypatch):
    opening, answer, calls = threading.Event(), threading.Event(), []

    def watch_server(_on_end):
        calls.append(1)
        if len(calls) > 1:  # the next server, which never answers
            opening.set()
            answer.wait()
        return Watch()

    monkeypatch.setattr(jack_ports, "watch_server", watch_server)
    monkeypatch.setattr(jack_ports, "CLOSE_SECONDS", 0.1)
    ports = jack_ports.JackPorts(lambda _on_strike: Pair(), lambda _state, _detail: None)
    ports._server_ended()
    assert opening.wait(PATIENCE_SECONDS)
    closing = threading.Thread(target=ports.close, daemon=True)
    closing.start()
    closing.join(PATIENCE_SECONDS)
    assert not closing.is_alive()
    answer.set()


class StreamingPort:
    """An input whose system's thread brings a message: for so many looks it waits for the lock."""

    def __init__(self, looks):
        self.looks, self.is_called, self.is_deleted = looks, True, False

    def cancel_callback(self):
        self.is_called = False

    def get_message(self):
        """Empty until the message that was on its way has been brought."""
        self.looks -= 1
        return None if self.looks > 0 else ([0xF8], 0.0)

    def delete(self):
        assert not self.is_called
        assert self.looks <= 0, "both would wait for ever"
        self.is_deleted = True


def test_an_input_is_deleted_when_no_message_is_on_its_way_any_more():
    ports, waits = [StreamingPort(1), StreamingPort(30)], []
    end_inputs(ports, waits.append)
    assert [port.is_deleted for port in ports] == [True, True]
    assert len(waits) == 30


class SilentPort(StreamingPort):
    def get_message(self):
        self.looks -= 1


def test_a_silent_input_is_waited_for_a_moment_only():
    waits = []
    end_inputs([port := SilentPort(1)], waits.append)
    assert port.is_deleted
    assert 0.1 < sum(waits) < 1
