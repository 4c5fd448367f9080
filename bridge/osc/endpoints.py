"""The ports at which Continuo is reached by OSC, opened together and closed together."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec

from bridge.api.address import EVENTS_PORT, PORT
from bridge.events import Event
from bridge.interfaces import PortError
from bridge.osc.advertise import Advertiser
from bridge.osc.query import OscQuery
from bridge.osc.server import OscServer
from bridge.reports import Listener


@dataclass(frozen=True, slots=True)
class OscPorts:
    """UDP ports for messages in and events out, OSCQuery's over TCP (0: a free one; None: none).

    `port` None is the usual one, or should that be taken, one that is free.
    """

    port: int | None = None
    events_port: int | None = EVENTS_PORT
    query_port: int | None = 0
    is_off: bool = False


class OscEndpoints:
    """The OSC server and OSCQuery, unless they are off; `listeners` send what they are told.

    PortError if a port that was asked for cannot be had.
    """

    def __init__(
        self, put: Callable[[Event], None], clock: Callable[[], float], ports: OscPorts
    ) -> None:
        self.notice = ""
        self.server: OscServer | None = None
        self.query: OscQuery | None = None
        self._advertiser: Advertiser | None = None
        if ports.is_off:
            return
        with ExitStack() as undo:
            self.server = self._open(put, clock, ports)
            undo.callback(self.server.close)
            self._open_query(self.server, ports)
            undo.pop_all()

    def _open(
        self, put: Callable[[Event], None], clock: Callable[[], float], ports: OscPorts
    ) -> OscServer:
        if ports.port is not None:
            return OscServer(put, clock, port=ports.port, events_port=ports.events_port)
        try:
            return OscServer(put, clock, port=PORT, events_port=ports.events_port)
        except PortError:
            server = OscServer(put, clock, port=0, events_port=ports.events_port)
            self.notice = (
                f"OSC port {PORT} is taken, by another Continuo perhaps: listening at "
                f"{server.port} instead"
            )
            return server

    def _open_query(self, server: OscServer, ports: OscPorts) -> None:
        if ports.query_port is None:
            return
        self.query = OscQuery(server.port, lambda: server.latest, port=ports.query_port)
        if find_spec("zeroconf") is not None:
            self._advertiser = Advertiser(server.port, self.query.port)

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Who is to be told what happens, from any thread; none where OSC is off."""
        return (self.server.tell,) if self.server else ()

    def start(self) -> None:
        """Begin to listen."""
        for endpoint in (self.server, self.query, self._advertiser):
            if endpoint:
                endpoint.start()

    def close(self) -> None:
        """End within a second and a half."""
        for endpoint in (self._advertiser, self.query, self.server):
            if endpoint:
                endpoint.close()

    def describe(self) -> str:
        """Say where Continuo listens and to whom it talks."""
        if not self.server:
            return "none"
        query = f", OSCQuery at {self.query.port}" if self.query else ""
        return self.server.describe() + query
