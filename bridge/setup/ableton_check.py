"""Whether Continuo's script in Ableton Live answers, and how fast; without any package."""

import socket
import struct
from collections.abc import Callable
from time import perf_counter
from types import TracebackType
from typing import NamedTuple

from bridge.api.address import PORT as OSC_PORT
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
        """Return the script that answers, to us or to the Continuo that runs; None if none does."""
        try:
            return self._meet() if self.has_port else self._ask_continuo()
        except (OSError, ValueError, struct.error):  # nobody, or somebody else altogether
            return None

    def _meet(self) -> Found | None:
        (script, live, _python), address = self._hear(_HELLO, self._until_seconds)
        took_seconds = sorted(self._ping(address) for _ in range(PINGS))
        return Found(script, live, took_seconds[PINGS // 2] * 1000)

    def _ping(self, address: tuple[str, int]) -> float:
        began_seconds = self._clock()
        self._socket.sendto(_message("/continuo/live/ping", _PING_ID), address)
        self._hear("/continuo/live/pong", began_seconds + ANSWER_SECONDS, strings=1)
        return self._clock() - began_seconds

    def _ask_continuo(self) -> Found | None:
        self._socket.sendto(_message(_LIVE), (LOOPBACK, self._port))
        until_seconds = self._clock() + 2 * ANSWER_SECONDS
        (state, live, script, number), _ = self._hear(_LIVE, until_seconds, has_number=True)
        return Found(script, live, float(number)) if state == "found" else None

    def _hear(
        self, name: str, until_seconds: float, strings: int = 3, has_number: bool = False
    ) -> tuple[list[str], tuple[str, int]]:
        """Wait for a message of this name; TimeoutError if none comes in time."""
        while True:
            left_seconds = until_seconds - self._clock()
            self._socket.settimeout(max(left_seconds, 0.01))
            packet, (host, port, *_) = self._socket.recvfrom(65_536)
            texts, rest = _texts(packet, 2 + strings)
            if texts[0] == name:
                number = [str(struct.unpack(">f", rest[:4])[0])] if has_number else []
                return texts[2:] + number, (host, port)
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


def _message(address: str, *texts: str) -> bytes:
    return b"".join(_padded(text) for text in (address, "," + "s" * len(texts), *texts))


def _padded(text: str) -> bytes:
    raw = text.encode()
    return raw + b"\0" * (4 - len(raw) % 4)


def _texts(packet: bytes, count: int) -> tuple[list[str], bytes]:
    """The first texts of a message and the rest; as many as there are."""
    texts: list[str] = []
    while packet and len(texts) < count:
        end = packet.find(b"\0")
        if end < 0:
            break
        texts.append(packet[:end].decode("utf-8", "replace"))
        packet = packet[end + 4 - end % 4 :]
    return texts or [""], packet
