"""Whether Continuo's script in Ableton Live answers, and how fast."""

import socket
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from types import TracebackType
from typing import NamedTuple

from bridge.api.address import PORT as OSC_PORT
from bridge.api.address import Argument
from bridge.setup.doctor import ANSWER_SECONDS, LOOPBACK, OK, WARN, Check

NAME = "Ableton Live"
HELLO_SECONDS = 2.2  # the script says hello every two seconds
PINGS = 5
CURE = "for clips in Live: continuo install ableton, then choose Continuo in Live's settings"
_HELLO, _LIVE = "/continuo/live/hello", "/continuo/live"
_PING_ID = "doctor"


class Found(NamedTuple):
    """The script's version, Live's, and how long it took to answer."""

    script: str
    live: str
    round_trip_ms: float


class AbletonProbe:
    """Takes Continuo's port, if no Continuo runs, to hear the script's hello meanwhile."""

    def __init__(self, port: int = OSC_PORT, clock: Callable[[], float] = perf_counter) -> None:
        self._port, self._clock = port, clock
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._until_seconds = clock() + HELLO_SECONDS
        try:
            self._socket.bind((LOOPBACK, port))
            self.has_port = True
        except OSError:
            self.has_port = False

    def __enter__(self) -> "AbletonProbe":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def find(self) -> Found | None:
        """Return the script that answers, to us or to the Continuo that runs; None if none does.

        ImportError without the package that reads OSC.
        """
        try:
            return self._meet() if self.has_port else self._ask_continuo()
        except (OSError, ValueError):  # nobody, or somebody else altogether
            return None

    def check(self, version: str) -> Check:
        """Ask the script, and say how fast it answers."""
        try:
            return check_live(self.find(), version)
        except ImportError as error:
            return Check(NAME, WARN, f"not tried: {error}", "install what is missing, see above")

    def _meet(self) -> Found | None:
        (script, live, *_), address = self._hear(_HELLO, self._until_seconds)
        took_seconds = sorted(self._ping(address) for _ in range(PINGS))
        return Found(str(script), str(live), took_seconds[PINGS // 2] * 1000)

    def _ping(self, address: tuple[str, int]) -> float:
        began_seconds = self._clock()
        self._send("/continuo/live/ping", address, _PING_ID)
        self._hear("/continuo/live/pong", began_seconds + ANSWER_SECONDS)
        return self._clock() - began_seconds

    def _ask_continuo(self) -> Found | None:
        self._send(_LIVE, (LOOPBACK, self._port))
        until_seconds = self._clock() + 2 * ANSWER_SECONDS
        (state, live, script, took_ms), _ = self._hear(_LIVE, until_seconds)
        found = Found(str(script), str(live), float(str(took_ms)))
        return found if state == "found" else None

    def _send(self, name: str, address: tuple[str, int], *values: str) -> None:
        from bridge.osc.wire import encode

        self._socket.sendto(encode(name, values), address)

    def _hear(
        self, name: str, until_seconds: float
    ) -> tuple[tuple[Argument, ...], tuple[str, int]]:
        """Wait for a message of this name; TimeoutError if none comes in time."""
        from bridge.osc.wire import WireError, decode

        while True:
            left_seconds = until_seconds - self._clock()
            self._socket.settimeout(max(left_seconds, 0.01))
            packet, (host, port, *_) = self._socket.recvfrom(65_536)
            with suppress(WireError):  # somebody else's
                for message in decode(packet):
                    if message.address == name:
                        return message.arguments, (host, port)
            if left_seconds <= 0:
                raise TimeoutError(name)


def check_live(found: Found | None, version: str) -> Check:
    """Say how fast the script in Live answers; that there is none is no fault."""
    if found is None:
        return Check(NAME, OK, "its script does not answer; only clips in Live need it", CURE)
    text = f"script {found.script} in Live {found.live} answers in {found.round_trip_ms:.0f} ms"
    if version not in (found.script, "unknown"):
        cure = "continuo install ableton, then start Live again"
        return Check(NAME, WARN, f"{text}, but Continuo is {version}", cure)
    return Check(NAME, OK, text)
