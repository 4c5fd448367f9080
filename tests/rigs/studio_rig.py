"""The studio without MIDI system and torch: a real engine, a real server, real sockets."""

import http.client
import json
import socket
import sys
import threading
from contextlib import ExitStack, contextmanager
from queue import Empty, SimpleQueue
from time import perf_counter

from patience import PATIENCE_SECONDS
from simulated_player import whole_bars
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bridge.engine.engine import Engine, Services
from bridge.events import Command, Generated, MidiIn, PortChanged
from bridge.fakes import FakePorts, Sounding
from bridge.midi.input_choice import InputChoice
from bridge.runner import Runner
from bridge.settings import PlaySettings
from bridge.storage.take_store import FileTakeStore
from bridge.studio.server_link import ServerLink
from models.artifact.manifest import ControlSpec, Manifest

SERVER = (sys.executable, "-P", "-m", "bridge.studio.server")
MODEL = Manifest(
    "bass", "Bass", "accompany", controls=(ControlSpec("temperature", "Surprise", 0, 2, 1),)
)


class AtOnce:
    """A composer that answers as soon as it is asked."""

    def __init__(self, put):
        self._put = put

    def request(self, request):
        now = perf_counter()
        self._put(Generated(now, request.request_id, whole_bars(request), 0.01))

    def load(self, model):
        """Every model is there."""


class Studio:
    """An engine with the server of the page, as `continuo studio` has it."""

    def __init__(self, takes, **given):
        settings = {"model": "bass", "bpm": 240.0, "bars": 1, **given}
        self.runner = Runner()
        self.ports = FakePorts(self._played, self._changed)
        self.store = FileTakeStore(takes, self.tell, others=())
        self.server = ServerLink(self.runner.put, SERVER, takes)
        self.inputs = InputChoice(self.ports, self.tell)
        own = (self.ports, AtOnce(self.runner.put), self.store)
        services = Services(*own, handlers=self.inputs.handlers)
        self.engine = Engine(PlaySettings(**settings), services, self.tell, (MODEL,))
        self.server.begin()
        self.address = self.server.open()
        self.port = int(self.address.split(":")[2].split("/")[0])
        self.key = self.address.split("k=")[1]
        self.runner.start(self.engine)

    def tell(self, report):
        self.server(report)

    def _played(self, message, at_seconds):
        self.runner.put(MidiIn(at_seconds, message))

    def _changed(self, state, detail):
        self.runner.put(PortChanged(perf_counter(), state, detail))

    def ask(self, name, *values):
        self.runner.put(Command(perf_counter(), name, values))

    @property
    def cookie(self):
        return f"continuo-{self.port}={self.key}"

    def get(self, path, method="GET", body=None, **headers):
        """Send a request as our page does; return status, headers and body."""
        given = {"Cookie": self.cookie, "Host": f"127.0.0.1:{self.port}"}
        if method not in ("GET", "HEAD"):
            given["Origin"] = f"http://127.0.0.1:{self.port}"
        given |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        given = {name: value for name, value in given.items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in given.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def json(self, path, method="GET", data=None):
        body = None if data is None else json.dumps(data).encode()
        status, _, answer = self.get(path, method, body)
        return status, json.loads(answer)

    def sounding(self):
        keys = Sounding()
        for _, message in list(self.ports.sent):
            keys.follow(message)
        return set(keys)

    def close(self):
        self.runner.stop()
        self.inputs.close()
        self.store.close()
        self.server.close()


class Page:
    """A page: what it was told comes in order, message by message."""

    def __init__(self, studio, **headers):
        self.studio = studio
        given = {"Cookie": studio.cookie, **headers}
        origin = given.pop("Origin", f"http://127.0.0.1:{studio.port}")
        self._open = ExitStack()
        opening = connect(
            f"ws://127.0.0.1:{studio.port}/live",
            origin=origin,
            additional_headers=given,
            compression=None,
            open_timeout=PATIENCE_SECONDS,
            max_size=None,
        )
        self.socket = self._open.enter_context(opening)
        self.told = SimpleQueue()
        self.seen = []
        self.closed = threading.Event()
        self.code = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        try:
            for frame in self.socket:
                now = None
                for message in json.loads(frame):
                    if message[0] == "now":
                        now = message[1]
                    else:
                        self.told.put((now, message))
        except ConnectionClosed:
            pass
        received = self.socket.protocol.close_rcvd
        self.code = received.code if received else None
        self.closed.set()

    def say(self, *messages, at=None):
        first = [] if at is None else [["at", at]]
        self.socket.send(json.dumps([*first, *messages]))

    def ask(self, name, *values):
        self.say([f"/continuo/{name}", *values])

    def wait(self, name, fits=lambda values: True):
        """Return the values of the next message of this name that fits."""
        try:
            while True:
                now, (found, *values) = self.told.get(timeout=PATIENCE_SECONDS)
                self.seen.append((now, [found, *values]))
                if found.removeprefix("/continuo/") == name and fits(values):
                    return values
        except Empty:
            raise AssertionError(f"nobody told {name}: {self.seen[-20:]}") from None

    def picture(self):
        """Wait for the whole picture, and return its messages by name."""
        self.wait("picture")
        found = {}
        for _, (name, *values) in self.seen:
            found.setdefault(name.removeprefix("/continuo/"), []).append(values)
        return found

    def vanish(self):
        """Go without a word, as a page that crashed."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._open.close()


@contextmanager
def studio(takes, **given):
    """A studio that is open for a while."""
    opened = Studio(takes, **given)
    try:
        yield opened
    finally:
        opened.close()


def until(condition, what):
    """Wait until it is so."""
    pause, end = threading.Event(), perf_counter() + PATIENCE_SECONDS
    while not condition():
        assert perf_counter() < end, what
        pause.wait(0.02)
