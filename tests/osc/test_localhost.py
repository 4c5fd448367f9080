"""OSC and OSCQuery at `localhost`, whichever of 127.0.0.1 and ::1 a program takes that for."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from time import perf_counter

import pytest
from jack_rig import wait_until
from osc_client import OscClient
from patience import PATIENCE_SECONDS

from bridge.events import Command
from bridge.interfaces import PortError
from bridge.osc import sockets
from bridge.osc.query import OscQuery
from bridge.osc.server import OscServer
from bridge.reports import Reply, StateReport

pytestmark = pytest.mark.ports


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


class Pinged:
    """An OSC server whose engine answers pings and keeps the rest."""

    def __init__(self):
        self.commands: list[Command] = []
        self.server = OscServer(self.put, perf_counter, port=0, events_port=None)
        self.server.start()

    def put(self, command):
        if command.name == "ping":
            self.server.tell(Reply("pong", command.values, command.sender))
        else:
            self.commands.append(command)


@pytest.fixture
def pinged():
    pinged = Pinged()
    yield pinged
    pinged.server.close()


@needs_ipv6
def test_who_asks_over_ipv6_is_answered_and_gets_events_there(pinged):
    with OscClient(pinged.server.port, "::1") as six, OscClient(pinged.server.port) as four:
        assert six.ask("ping", 1) == ("pong", (1,))
        assert four.ask("ping", 2) == ("pong", (2,))
        assert six.ask("subscribe", six.port) == ("subscribed", (six.port, 1))
        pinged.server.tell(StateReport("listening"))
        assert six.receive() == ("state", ("listening",))
        assert four.ask("ping", 3) == ("pong", (3,))  # and nothing else came there
        assert six.wait_for("pong") == (3,)
        assert six.ask("unsubscribe", six.port) == ("subscribed", (six.port, 0))
        pinged.server.tell(StateReport("idle"))
        assert six.ask("ping", 4) == ("pong", (4,))


@needs_ipv6
def test_a_mistake_over_ipv6_is_told_there_and_continuo_is_no_subscriber_of_itself(pinged):
    with OscClient(pinged.server.port, "::1") as six:
        assert six.ask("generat").address == "error"
        _, (_, sentence) = six.ask("subscribe", pinged.server.port)
        assert "own port" in sentence


@needs_ipv6
def test_a_port_that_is_taken_on_ipv6_alone_is_named():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
        other.bind(("::1", 0))
        with pytest.raises(PortError, match="is taken"):
            OscServer(lambda _: None, perf_counter, port=other.getsockname()[1])


def test_a_machine_without_ipv6_says_nothing_of_it(monkeypatch):
    monkeypatch.setattr(sockets, "HOST_6", "2001:db8::1")  # an address that is nobody's
    pair = sockets.Sockets("127.0.0.1", 0)
    assert len(pair.all) == 1
    pair.close()


@needs_ipv6
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_osc_query_answers_on_both(host):
    query = OscQuery(11020, dict)
    query.start()
    try:
        for _ in range(2):
            connection = http.client.HTTPConnection(host, query.port, timeout=PATIENCE_SECONDS)
            connection.request("GET", "/continuo/mode?TYPE")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b'{"TYPE": "s"}')
            connection.close()
    finally:
        query.close()


# -- the process that reads --------------------------------------------------------------------
def test_when_the_process_that_reads_is_killed_another_takes_its_place(pinged):
    with OscClient(pinged.server.port) as client:
        client.ask("subscribe", client.port)
        first = pinged.server.reader_pid
        os.kill(first, signal.SIGKILL)
        assert "started again" in client.wait_for("notice")[1]
        client.send("ping", 7)
        assert client.wait_for("pong") == (7,)
        assert pinged.server.reader_pid != first


def test_whoever_goes_takes_the_process_that_reads_along():
    pinged = Pinged()
    reader = pinged.server.reader_pid
    pinged.server.close()
    wait_until(lambda: not is_there(reader), PATIENCE_SECONDS, "its end")


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_packets_that_nobody_could_read_are_said_to_be_lost(pinged):
    with OscClient(pinged.server.port) as client:
        client.ask("subscribe", client.port)
        os.kill(pinged.server.reader_pid, signal.SIGSTOP)
        try:
            for _ in range(20_000):
                client.send("panic")
        finally:
            os.kill(pinged.server.reader_pid, signal.SIGCONT)
        # A packet that comes in tells of those before it that did not.
        heard = [*client.until_heard(), *client.until_heard()]
    assert "packets were lost" in " ".join(m.arguments[1] for m in heard if m.address == "notice")


def test_the_process_that_reads_starts_without_what_only_the_engine_needs():
    code = "import bridge.osc.gate, sys; print([m for m in ('mido', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
