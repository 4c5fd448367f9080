"""The ports at which Continuo is reached by OSC, opened together and closed together."""

from collections.abc import Callable
from dataclasses import dataclass

from bridge.events import Event, Report
from bridge.osc.server import EVENTS_PORT, PORT, OscServer
from bridge.ports import PortError


@dataclass(frozen=True, slots=True)
class OscPorts:
    """UDP ports: for messages in, for events out (0: a free one; None: none).

    Left as it is, the port for messages is one that is free, should the usual one be taken.
    """

    port: int | None = None
    events_port: int | None = EVENTS_PORT
    is_off: bool = False


class OscDoors:
    """The OSC server, unless it is off. A Listener. PortError if a port cannot be had."""

    def __init__(
        self, put: Callable[[Event], None], clock: Callable[[], float], ports: OscPorts
    ) -> None:
        self.notice = ""
        self.server: OscServer | None = None
        if not ports.is_off:
            self.server = self._open(put, clock, ports)

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

    def __call__(self, report: Report) -> None:
        """Tell a report. Called from: any thread; never blocks."""
        if self.server:
            self.server(report)

    def start(self) -> None:
        """Begin to listen."""
        if self.server:
            self.server.start()

    def close(self) -> None:
        """End within half a second."""
        if self.server:
            self.server.close()

    def describe(self) -> str:
        """Say where Continuo listens and to whom it talks."""
        return self.server.describe() if self.server else "none"
