"""The UDP sockets of one port: on 127.0.0.1, and on ::1 where this machine has IPv6."""

import errno
import socket
import sys
from contextlib import suppress

from bridge.interfaces import PortError
from bridge.osc.subscribers import Target

HOST, HOST_6 = "127.0.0.1", "::1"
_BUFFER_BYTES = 1 << 20
_TRIES = 8  # for a free port to be free on both
_NEVER_WAIT = getattr(socket, "MSG_DONTWAIT", 0)
_SO_RXQ_OVFL = 40  # Linux: each datagram tells how many before it found the buffer full


class Sockets:
    """One UDP port, bound at `host`; at ::1 too where that is this machine's own 127.0.0.1.

    So `localhost` reaches it, whichever of the two a program takes that for. PortError with the
    cure if it cannot be bound.
    """

    def __init__(self, host: str, port: int) -> None:
        self.all = _open_pair(host, port)
        self.port = int(self.all[0].getsockname()[1])
        self._by_family = {sock.family: sock for sock in self.all}

    def send(self, datagram: bytes, target: Target) -> None:
        """Send from this port, never waiting; OSError if the system does not take it."""
        family = socket.AF_INET6 if ":" in target[0] else socket.AF_INET
        sock = self._by_family.get(family)
        if sock is None:
            raise OSError(errno.EAFNOSUPPORT, "no socket of that kind")
        sock.sendto(datagram, _NEVER_WAIT, target)

    def close(self) -> None:
        """Free the port."""
        for sock in self.all:
            sock.close()


def _open_pair(host: str, port: int) -> tuple[socket.socket, ...]:
    for _ in range(_TRIES):
        first = _bound(socket.AF_INET, host, port)
        if host != HOST or not socket.has_ipv6:
            return (first,)
        try:
            return first, _bound(socket.AF_INET6, HOST_6, first.getsockname()[1])
        except _NoIpv6:
            return (first,)
        except PortError:
            first.close()
            if port:
                raise
    raise PortError("no port is free on both 127.0.0.1 and ::1: name one with --osc-port")


class _NoIpv6(Exception):  # noqa: N818 - no error: many machines have none
    """This machine has no ::1."""


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM)
    except OSError:
        raise _NoIpv6 from None
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        if sys.platform == "linux":
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
        sock.bind((host, port))
    except (OSError, OverflowError) as error:
        sock.close()
        if family == socket.AF_INET6 and getattr(error, "errno", 0) != errno.EADDRINUSE:
            raise _NoIpv6 from None
        raise PortError(_refused(host, port, error)) from error
    return sock


def _refused(host: str, port: int, error: OSError | OverflowError) -> str:
    cure = "choose another with --osc-port, 0 for a free one"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"OSC port {port} is taken: another Continuo? {cure}"
    return f"OSC port {port} of {host} cannot be had ({error}): {cure}"


def lost_before(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    """Read from what came with a datagram how many were lost at its socket so far."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
            return int.from_bytes(data[:4], sys.byteorder)
    return None


def free_port() -> int:
    """Find a port where nobody listens now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])
