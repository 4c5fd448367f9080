"""The process that reads OSC: takes packets off the sockets, and passes on what is let in.

While Python decodes a packet no other thread of that process plays. So it is done here: whatever
storms in, the bridge gets the messages that it wants alone, and not too many. `python -m
bridge.osc.gate` reads its `Setup` from standard input, writes `News` to standard output (both
pickled), and ends when standard input does.
"""

import os
import pickle
import selectors
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import NamedTuple

from bridge.child_signals import leave_signals_to_the_bridge
from bridge.osc.admission import Admission, Lost, News
from bridge.osc.sockets import lost_before
from bridge.osc.subscribers import Target
from bridge.realtime import raise_priority

# Under a flood it works for so long, then rests twice as long (to wait is to rest too): the engine
# and the worker need the processor, and what comes meanwhile waits in the system's buffer.
WORK_SECONDS = 0.0003
REST_PER_WORK = 2
LONGEST_REST_SECONDS = 0.02
_FAULT_REST_SECONDS = 0.01
_TELL_SECONDS = 0.02  # counts of faults and losses may wait so long
_LARGEST = 65_536
_CONTROL_BYTES = 64
_NEVER_WAIT = getattr(socket, "MSG_DONTWAIT", 0)


class Setup(NamedTuple):
    """What the process is told: its own address, who may listen, and the bridge's sockets.

    They are numbers of inherited files, or on Windows what `socket.share` gave.
    """

    own: Target
    is_local: bool
    sockets: tuple[int | bytes, ...]


class Gate:
    """Reads the sockets until the process ends; `post` takes what is to be passed on, in order."""

    def __init__(
        self, sockets: list[socket.socket], admission: Admission, post: Callable[[list[News]], None]
    ) -> None:
        self._admission, self._post = admission, post
        self._selector = selectors.DefaultSelector()
        for sock in sockets:
            self._selector.register(sock, selectors.EVENT_READ)
        self._lost_at = dict.fromkeys(sockets, 0)
        self._lost = 0
        self._told_seconds = perf_counter()
        self._nothing = threading.Event()  # what is waited for while resting

    def run(self) -> None:
        """Read for ever."""
        raise_priority(below=1)
        worked_seconds = 0.0
        while True:
            waiting_since = perf_counter()
            ready = self._selector.select(_TELL_SECONDS if self._has_counts else None)
            began = perf_counter()
            for key, _ in ready:
                assert isinstance(key.fileobj, socket.socket)
                self._read(key.fileobj)
            self._tell_counts()
            waited_seconds = began - waiting_since
            worked_seconds = max(worked_seconds - waited_seconds, 0.0) + perf_counter() - began
            rest_seconds = self._admission.wait_seconds(perf_counter())
            if worked_seconds > WORK_SECONDS:
                rest_seconds = max(rest_seconds, REST_PER_WORK * worked_seconds)
                worked_seconds = 0.0
            if rest_seconds > 0:
                self._nothing.wait(min(rest_seconds, LONGEST_REST_SECONDS))

    def _read(self, sock: socket.socket) -> None:
        received = self._receive(sock)
        if received:
            self._post(self._admission.take(*received, perf_counter()))

    def _receive(self, sock: socket.socket) -> tuple[bytes, Target] | None:
        try:
            if not hasattr(sock, "recvmsg"):
                packet, source = sock.recvfrom(_LARGEST)
            else:
                packet, more, _, source = sock.recvmsg(_LARGEST, _CONTROL_BYTES, _NEVER_WAIT)
                self._count_lost(sock, lost_before(more))
            return packet, (source[0], source[1])
        except BlockingIOError:
            return None
        except OSError:  # Windows tells here that a datagram sent before reached nobody
            self._nothing.wait(_FAULT_REST_SECONDS)
            return None

    def _count_lost(self, sock: socket.socket, lost: int | None) -> None:
        if lost is not None:
            self._lost += (lost - self._lost_at[sock]) % (1 << 32)
            self._lost_at[sock] = lost

    @property
    def _has_counts(self) -> bool:
        return self._lost > 0 or self._admission.untold > 0

    def _tell_counts(self) -> None:
        """Pass on, now and then, how much was faulty and how much was lost."""
        now_seconds = perf_counter()
        if self._has_counts and now_seconds - self._told_seconds > _TELL_SECONDS:
            self._told_seconds = now_seconds
            lost, self._lost = self._lost, 0
            self._post([*self._admission.count_faults(), *([Lost(lost)] if lost else [])])


def main() -> None:
    """Read until standard input ends."""
    leave_signals_to_the_bridge()
    setup: Setup = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_the_bridge, daemon=True).start()
    Gate(list(_sockets(setup)), Admission(setup.own, setup.is_local), _write).run()


def _sockets(setup: Setup) -> Iterator[socket.socket]:
    for handle in setup.sockets:
        if isinstance(handle, int):
            yield socket.socket(fileno=handle)
        elif sys.platform == "win32":
            yield socket.fromshare(handle)


def _write(news: list[News]) -> None:
    for item in news:
        pickle.dump(item, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
    if news:
        sys.stdout.buffer.flush()


def _end_with_the_bridge() -> None:
    sys.stdin.buffer.read()
    # The bridge is gone, killed perhaps: the port must be free for the next.
    os._exit(0)


if __name__ == "__main__":
    main()
