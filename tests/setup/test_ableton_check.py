"""What `continuo doctor` says of Ableton Live: the script is asked over UDP, or a Continuo is."""

import socket
import threading
from contextlib import contextmanager

import pytest
from patience import PATIENCE_SECONDS

from bridge.osc.wire import decode, encode
from bridge.setup import ableton_check
from bridge.setup.ableton_check import AbletonProbe, Found, check_live

pytestmark = pytest.mark.ports
HOST = "127.0.0.1"


@contextmanager
def somebody(answer):
    """A program with a port of its own, which answers messages; its socket."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        sock.settimeout(PATIENCE_SECONDS)

        def run():
            while True:
                try:
                    packet, sender = sock.recvfrom(65_536)
                except OSError:
                    return
                if not packet:
                    return
                (message,) = decode(packet)
                for reply in answer(message):
                    sock.sendto(reply, sender)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield sock
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", sock.getsockname())
        thread.join(PATIENCE_SECONDS)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        return sock.getsockname()[1]


def script(message):
    yield encode("/continuo/live/song", (1.0, 120.0, 1, 4, 4))
    if message.address == "/continuo/live/ping":
        yield encode("/continuo/live/pong", (*message.arguments, 1.5))


def test_the_script_that_says_hello_is_asked_how_fast_it_answers():
    with AbletonProbe(free_port()) as ear, somebody(script) as live:
        hello = encode("/continuo/live/hello", ("0.1.0", "12.4.6", "3.11.6"))
        live.sendto(hello, ("127.0.0.1", ear._port))
        found = ear.find()
    assert found[:2] == ("0.1.0", "12.4.6")
    assert 0 < found.round_trip_ms < 1_000
    assert check_live(found, "0.1.0").status == "ok"


def test_while_a_continuo_runs_it_is_asked_instead():
    def continuo(message):
        assert message.address == "/continuo/live"
        yield encode("/continuo/beat", (1, 1.0, 120.0))
        yield encode("/continuo/live", ("found", "12.4.6", "0.1.0", 14.25))

    with somebody(continuo) as running, AbletonProbe(running.getsockname()[1]) as ear:
        assert not ear.has_port
        assert ear.find() == Found("0.1.0", "12.4.6", 14.25)


def test_a_continuo_that_has_not_found_live_says_so():
    def continuo(_message):
        yield encode("/continuo/live", ("lost", "", "", 0.0))

    with somebody(continuo) as running, AbletonProbe(running.getsockname()[1]) as ear:
        assert ear.find() is None


def test_without_live_all_is_well_and_the_cure_is_one_command(monkeypatch):
    monkeypatch.setattr(ableton_check, "HELLO_SECONDS", 0.05)
    with AbletonProbe(free_port()) as ear:
        check = check_live(ear.find(), "0.1.0")
    assert check.status == "ok"
    assert "continuo install ableton" in check.cure


def test_a_script_of_another_version_is_to_be_installed_again():
    check = check_live(Found("0.1.0", "12.4.6", 12.3), "0.2.0")
    assert (check.status, check.cure) == ("warn", "continuo install ableton, then start Live again")
    assert "answers in 12 ms" in check.finding


@pytest.mark.parametrize("noise", [b"\xff", b"/continuo/live/hello", b"/continuo/live/hello\0\0,"])
def test_noise_at_the_port_is_no_live(noise, monkeypatch):
    monkeypatch.setattr(ableton_check, "HELLO_SECONDS", 0.1)
    with (
        AbletonProbe(free_port()) as ear,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        stranger.sendto(noise, (HOST, ear._port))
        assert ear.find() is None
