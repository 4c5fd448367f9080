"""The UDP socket, open to this machine only and never waited for."""

from __future__ import annotations

import socket

from .types import Sender

LOOPBACK = "127.0.0.1"
_RECEIVED = 65536


class UdpSocket:
    """A socket on a free port of 127.0.0.1."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a socket."""
        return self._socket is not None

    @property
    def port(self) -> int:
        """The port that it has; 0 while it is closed."""
        return self._socket.getsockname()[1] if self._socket else 0

    def open(self) -> None:
        """Take a free port; OSError if the system gives none."""
        self.close()
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            opened.setblocking(False)
            opened.bind((LOOPBACK, 0))
        except OSError:
            opened.close()
            raise
        self._socket = opened

    def receive(self) -> tuple[bytes, Sender] | None:
        """Take the next datagram; None if there is none."""
        while self._socket:
            try:
                return self._socket.recvfrom(_RECEIVED)
            except (BlockingIOError, InterruptedError):
                return None
            except ConnectionError:
                continue  # Windows says so where nobody listened to what was sent before
            except OSError:
                self.close()
        return None

    def send(self, packet: bytes, to: Sender) -> bool:
        """Send a datagram; answer whether it may be forgotten (False: try again later)."""
        if not self._socket:
            return False
        try:
            self._socket.sendto(packet, to)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True  # nobody is there, or it cannot be sent: trying again would not help
        return True

    def close(self) -> None:
        """Give the port back."""
        if self._socket:
            self._socket.close()
        self._socket = None
