import socket
import threading
from contextlib import contextmanager
from queue import SimpleQueue
from time import perf_counter

import pytest
from osc_client import HOST, OscClient
from osc_storm import bundle, send_storm
from patience import PATIENCE_SECONDS

from bridge.api.addresses import INCOMING
from bridge.events import Command
from bridge.interfaces import PortError
from bridge.osc.server import OscServer
from bridge.osc.wire import encode
from bridge.reports import (
    Reply,
    SavedReport,
    SoundReport,
    StateReport,
    StatusReport,
    TakeReport,
)
from models.music.clip import Clip, Composition, Note, Track

pytestmark = pytest.mark.ports


class Engine:
    """Answers pings, and keeps whatever else it is asked."""

    def __init__(self):
        self.commands = SimpleQueue()
        self.tell = None

    def put(self, command):
        if command.name == "ping":
            self.tell(Reply("pong", command.values, command.sender))
        else:
            self.commands.put(command)

    def next(self):
        return self.commands.get(timeout=PATIENCE_SECONDS)


@contextmanager
def playing(events_port=None, **options):
    """A server, the engine behind it, and a client in front of it."""
    engine = Engine()
    server = OscServer(
        engine.put, perf_counter, **{"port": 0, "events_port": events_port, **options}
    )
    engine.tell = server.tell
    server.start()
    try:
        with OscClient(server.port) as client:
            yield server, engine, client
    finally:
        server.close()


def clip(notes_at_once, bars=64):
    """Four tracks of sixteenths."""
    notes = tuple(
        Note(i / 4, 0.25, 40 + 3 * k) for i in range(bars * 16) for k in range(notes_at_once)
    )
    tracks = tuple(Track(f"voice {n}", Clip(notes, bars * 4.0), channel=n) for n in range(4))
    return Composition(Track("melody", Clip((), bars * 4.0)), tracks)


def test_a_message_becomes_a_command_with_its_sender_and_its_time():
    with playing() as (_, engine, client):
        before = perf_counter()
        client.send("transport/tempo", "96")
        command = engine.next()

        sender = (HOST, client.port)

    path = "/continuo/transport/tempo"
    assert command == Command(command.at_seconds, "transport/tempo", (96.0,), sender, path)
    assert before <= command.at_seconds <= perf_counter()


def test_an_answer_goes_to_the_sender_and_to_subscribers_once_each():
    with playing() as (server, _, client), OscClient(server.port) as other:
        assert client.ask("subscribe", client.port) == ("subscribed", (client.port, 1))
        assert other.ask("subscribe", other.port) == ("subscribed", (other.port, 1))
        client.wait_for("subscribed")

        client.send("ping", 5)
        client.send("ping", 6)

        assert [client.receive().arguments for _ in range(2)] == [(5,), (6,)]
        assert [other.receive().arguments for _ in range(2)] == [(5,), (6,)]


def test_subscribers_hear_everything_until_they_leave():
    with playing() as (server, _, client):
        client.ask("subscribe", client.port)
        server.tell(StateReport("listening"))
        assert client.receive() == ("state", ("listening",))

        assert client.ask("unsubscribe", client.port) == ("subscribed", (client.port, 0))
        server.tell(StateReport("idle"))
        assert client.ask("ping", 1) == ("pong", (1,))


def test_the_first_subscriber_hears_that_continuo_is_there():
    with OscClient(0) as listener, playing(events_port=listener.port) as (server, _, _client):
        assert listener.wait_for("startup")[1] == server.port


def test_continuo_is_no_subscriber_of_itself():
    with playing() as (server, _, client):
        answer = client.ask("subscribe", server.port)

        assert answer[0] == "error"
        assert "own port" in answer[1][1]


def test_a_melody_is_sent_note_by_note():
    with playing() as (_, engine, client):
        client.send("melody/begin", "tune", 4)
        client.send("melody/note", 60, 0, 1, 80, 0, 62, 1, 1, 80, 1)
        client.send("melody/note", 64, 2, 1, 90, 0)
        client.send("melody/end", "tune")

        command = engine.next()

    assert command.name == "melody/end"
    assert command.values == ("tune", Clip((Note(0, 1, 60, 80), Note(2, 1, 64, 90)), 4.0))


def test_help_says_what_there_is():
    with playing() as (_, _engine, client):
        client.send("help")
        items = [client.receive().arguments[0] for _ in INCOMING]
        client.send("help", "/continuo/mode")
        name, (_, arguments, words) = client.receive()

    assert items == [address.path for address in INCOMING]
    assert (name, arguments) == ("help/item", "s mode")
    assert "answer, loop, follow" in words


@pytest.mark.parametrize(
    ("packet", "address", "words"),
    [
        (b"nonsense", "", "a packet begins with"),
        (encode("/continuo/mode", ("folow",)), "/continuo/mode", "got 'folow'"),
        (encode("/continuo/generat", ()), "/continuo/generat", "did you mean"),
        (encode("/continuo/melody/end", ("a",)), "/continuo/melody/end", "no phrase was begun"),
        (encode("/continuo/help", ("generat",)), "/continuo/help", "did you mean"),
    ],
)
def test_a_mistake_is_answered_and_counted(packet, address, words):
    with playing() as (server, _, client):
        client.send_bytes(packet)
        name, (called, sentence) = client.receive()

        assert (name, called) == ("error", address)
        assert words in sentence
        assert server.errors == 1


def test_an_answer_is_never_answered():
    with playing() as (server, _, client):
        client.send("error", "/continuo/mode", "no")
        client.send("clip/end", "tune", 3)

        assert client.ask("ping", 1) == ("pong", (1,))
        assert server.errors == 2


def test_a_bundle_is_taken_together():
    with playing() as (_, engine, client):
        commands = [encode("/continuo/bars", (n,)) for n in range(1, 5)]
        client.send_bytes(bundle(*commands, time_tag=2**63))
        taken = [engine.next() for _ in commands]

    assert [command.values for command in taken] == [(1,), (2,), (3,), (4,)]
    assert len({command.at_seconds for command in taken}) == 1


def test_the_status_tells_how_many_messages_were_faulty():
    with playing() as (server, _, client):
        client.ask("nonsense")
        server.tell(
            StatusReport(
                state="idle",
                model="bach",
                bpm=96.0,
                beat=0.0,
                bars=4,
                clock="internal",
                mode="answer",
                offset_ms=0.0,
                playing=False,
                late=0,
                sender=(HOST, client.port),
            )
        )

        assert client.wait_for("status")[-2:] == (1, 0)


def test_whoever_wished_a_take_hears_where_it_was_saved():
    with playing() as (server, _, client):
        server.tell(TakeReport(clip(1, bars=1), None, "tune", (HOST, client.port)))
        server.tell(SavedReport("/takes/tune.mid", "tune"))

        assert client.wait_for("clip/end") == ("tune", 64)
        assert client.receive() == ("saved", ("tune", "/takes/tune.mid"))


def test_a_clip_of_ordinary_length_comes_in_one_piece():
    with playing() as (server, _, client):
        client.ask("subscribe", client.port)
        server.tell(TakeReport(clip(1, bars=16), None, "tune"))
        server.tell(StateReport("armed"))

        names = [client.receive().address for _ in range(14)]

    assert names == ["clip/begin", *["clip/track", "clip/notes", "clip/notes"] * 4, "clip/end"]


def test_nobody_hears_of_notes_that_are_in_time():
    with playing() as (server, _, client):
        client.ask("subscribe", client.port)
        for _ in range(100):
            server.tell(SoundReport(0.0, None, 0.1))

        assert client.ask("ping", 1) == ("pong", (1,))


def test_a_clip_of_64_bars_waits_whole_for_a_client_that_is_busy():
    with playing() as (server, _, client):
        server.tell(TakeReport(clip(1), None, "tune", (HOST, client.port)))
        # While the clip is under way other answers pass it; the client reads nothing until then.
        with OscClient(server.port) as other:
            while server.latest.get("clip/end") is None:
                other.ask("ping", 1)

        assert read_clip(client) == 64 * 16 * 4


def test_a_clip_larger_than_a_buffer_reaches_a_client_that_reads_slowly():
    with playing() as (server, _, client):
        server.tell(TakeReport(clip(3), None, "tune", (HOST, client.port)))

        assert read_clip(client, Slowness(per_second=250)) == 64 * 16 * 4 * 3


class Slowness:
    """A reader's pauses: so many packets a second, and where the machine stood still, made up."""

    def __init__(self, per_second):
        self.period_seconds, self.next_seconds = 1 / per_second, perf_counter()
        self.nothing = threading.Event()

    def __call__(self):
        self.next_seconds += self.period_seconds
        self.nothing.wait(max(0.0, self.next_seconds - perf_counter()))


def read_clip(client, pause=lambda: None):
    """Read a take as a client does; return its notes, after checking their order."""
    assert client.receive().address == "clip/begin"
    place, count, start = (0, -1), 0, -1.0
    while True:
        name, values = client.receive()
        if name == "clip/end":
            assert values[1] == count
            return count
        pause()
        if name == "clip/track":
            assert values[1] == place[0] + 1
            place, start = (values[1], -1), -1.0
            continue
        assert values[1:3] == (place[0], place[1] + 1)
        place = values[1:3]
        starts = values[4::5]
        assert list(starts) == sorted(starts)
        assert starts[0] >= start
        start, count = starts[-1], count + len(starts)


def test_a_client_that_went_away_disturbs_nobody():
    with playing() as (server, _, client):
        with OscClient(server.port) as gone:
            gone.ask("subscribe", gone.port)
        for number in range(200):
            assert client.ask("ping", number) == ("pong", (number,))
        assert server.errors == 0


def test_a_flood_of_broken_packets_is_survived_and_answered_sparingly():
    with playing() as (server, engine, client):
        send_storm(server.port, seed=11, count=5_000)

        client.until_heard()
        assert server.errors > 0
        assert server.unsent == 0
        while not engine.commands.empty():
            assert engine.commands.get().name != "panic"


def test_too_much_at_once_is_not_asked_of_the_engine():
    with playing() as (server, engine, client):
        client.send_bytes(bundle(*[encode("/continuo/bars", (1,))] * 1_500))
        answers = client.until_heard()

        assert answers[0].address == "error"
        assert "too much at once" in answers[0].arguments[1]
        assert engine.commands.qsize() == 128
        assert server.errors == 1_500 - 128


def test_a_melody_of_a_thousand_messages_is_not_too_much():
    with playing() as (_, engine, client):
        client.send("melody/begin", "tune", 256)
        note = encode("/continuo/melody/note", (60, 0.0, 0.25, 80, 0))
        client.send_bytes(bundle(*[note] * 1_000))
        client.send("melody/end", "tune")

        assert len(engine.next().values[1].notes) == 1_000


def test_one_who_makes_mistakes_without_end_is_told_a_hundred_times_at_once():
    with playing() as (_, _engine, client):
        began_seconds = perf_counter()
        for _ in range(1_000):
            client.send("nonsense")
        answers = [message for message in client.until_heard() if message.address == "error"]
        took_seconds = perf_counter() - began_seconds

        # Fifty a second more are earned while the thousand come.
        assert 1 <= len(answers) <= 101 + 50 * took_seconds


def test_reports_that_come_too_fast_are_dropped_and_take_no_memory():
    server = OscServer(lambda _: None, perf_counter, port=0, events_port=None)
    for number in range(50_000):  # not started: nothing is sent
        server.tell(Reply("pong", (number,)))
    server.tell(StateReport("playing"))

    assert server.unsent == 50_000 - 4_096
    server.close()


def test_a_port_that_is_taken_is_named_with_the_cure():
    with playing() as (server, _, _client), pytest.raises(PortError, match="is taken") as caught:
        OscServer(lambda _: None, perf_counter, port=server.port)
    assert "--osc-port" in str(caught.value)


@pytest.mark.parametrize(
    ("host", "port"), [(HOST, 70_000), ("203.0.113.1", 0), ("no such host", 0)]
)
def test_a_port_that_cannot_be_had_is_no_traceback(host, port):
    with pytest.raises(PortError, match="cannot be had"):
        OscServer(lambda _: None, perf_counter, host=host, port=port)


def test_it_ends_at_once_and_leaves_the_port_to_others():
    with playing() as (server, _, client):
        client.ask("ping", 1)
    assert not [t for t in threading.enumerate() if t.name.startswith("osc-")]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, server.port))
