"""Takes packets off the socket in a thread of its own, and leaves the engine its time."""

import socket
import threading
from collections.abc import Callable

from bridge.osc.subscribers import Target
from bridge.realtime import raise_priority

OnPacket = Callable[[bytes, Target], None]

# Under a flood it works for so long, then rests twice as long (to wait is to rest too): the engine
# gets Python to itself, and what comes meanwhile waits in the system's buffer or is lost there.
WORK_SECONDS = 0.0003
REST_PER_WORK = 2
LONGEST_REST_SECONDS = 0.02
_FAULT_REST_SECONDS = 0.01


class OscReceiver:
    """Calls `on_packet` for each datagram, in order of arrival, until it is closed."""

    def __init__(
        self, sock: socket.socket, on_packet: OnPacket, clock: Callable[[], float]
    ) -> None:
        self._sock, self._on_packet, self._clock = sock, on_packet, clock
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="osc-receive", daemon=True)
        self.faults = 0  # times that the system had no datagram but an error

    def start(self) -> None:
        """Begin to receive."""
        self._thread.start()

    def close(self, timeout_seconds: float) -> None:
        """End, however little or much is coming in."""
        self._closing.set()
        if not self._thread.is_alive():
            return
        # The thread waits for a datagram: it gets one. (With a full buffer it waits for none.)
        with socket.socket(self._sock.family, socket.SOCK_DGRAM) as waker:
            host, port = self._sock.getsockname()[:2]
            waker.sendto(b"", ("127.0.0.1" if host == "0.0.0.0" else host, port))
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        raise_priority(below=1)
        worked_seconds = 0.0
        while not self._closing.is_set():
            waiting_since = self._clock()
            received = self._receive()
            began = self._clock()
            if received and not self._closing.is_set():
                self._on_packet(*received)
            waited_seconds = began - waiting_since
            worked_seconds = max(worked_seconds - waited_seconds, 0.0) + self._clock() - began
            if worked_seconds > WORK_SECONDS:
                self._closing.wait(min(REST_PER_WORK * worked_seconds, LONGEST_REST_SECONDS))
                worked_seconds = 0.0

    def _receive(self) -> tuple[bytes, Target] | None:
        try:
            packet, source = self._sock.recvfrom(65_536)
            return packet, (source[0], source[1])
        except OSError:  # Windows tells here that a datagram sent before reached nobody
            if not self._closing.is_set():
                self.faults += 1
                self._closing.wait(_FAULT_REST_SECONDS)
            return None
