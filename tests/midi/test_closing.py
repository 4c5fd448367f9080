"""Ports that are closed while a JACK server is waited for."""

import threading

from patience import PATIENCE_SECONDS

from bridge.midi import jack_ports


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
    ports = jack_ports.JackPorts(Pair, lambda _state, _detail: None)
    ports._server_ended()
    assert opening.wait(PATIENCE_SECONDS)
    closing = threading.Thread(target=ports.close, daemon=True)
    closing.start()
    closing.join(PATIENCE_SECONDS)
    assert not closing.is_alive()
    answer.set()
