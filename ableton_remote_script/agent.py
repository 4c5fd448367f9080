"""The script as a whole: one callback of Live at a time, none longer than a few milliseconds."""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence

from . import osc
from .files import bridge_port
from .handshake import Handshake
from .host import Host
from .live_timer import RepeatingTimer
from .requests import PREFIX, Callbacks, Requests
from .selftest import SelfTest
from .song_position import SongPosition
from .task_queue import TaskQueue
from .types import Sender, Value
from .udp_socket import LOOPBACK, UdpSocket

# Live's screen must not be held for longer than 5 ms; one step more may follow this.
BUDGET_SECONDS = 0.003
DATAGRAMS_A_CALLBACK = 8
SENT_A_CALLBACK = 16
_MOST_UNSENT = 1024
_OPEN_AGAIN_SECONDS = 5.0
# Live calls nobody while a menu or a dialog is open; what was asked meanwhile is old by then.
STALL_SECONDS = 2.0

clock = time.perf_counter


class Agent:
    """Owns the socket and the timer, and shares each callback's time among the others."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._clock = clock
        self._bridge: Sender = (LOOPBACK, bridge_port())
        self._socket = UdpSocket()
        self._opened_at = -_OPEN_AGAIN_SECONDS
        self._unsent: deque[tuple[bytes, Sender]] = deque()
        self._held = 0.0
        self._worked_at = self._clock()
        self._tasks = TaskQueue()
        self._handshake = Handshake(host, lambda values: self._tell("hello", values))
        self._position = SongPosition(host, lambda values: self._tell("song", values))
        callbacks = Callbacks(self._send, self._welcome, self._held_ms, SelfTest(host).steps)
        self._requests = Requests(host, self._tasks, callbacks)
        self._timer = RepeatingTimer(host, self.work)

    def start(self) -> None:
        """Begin."""
        self._timer.start()

    def stop(self) -> None:
        """End: nothing of the script is called any more, and its port is free."""
        self._timer.stop()
        self._socket.close()
        try:
            self._tasks.close()
        except Exception:  # noqa: BLE001 - Live is on its way out, and so are its objects
            self._host.log(traceback.format_exc())

    def work(self) -> None:
        """Do as much as one callback may; no exception leaves it, for that would end the timer."""
        began = self._clock()
        if self._socket.is_open or self._opened(began):
            # Each by itself: where one fails, the others still do what they should.
            for part in (self._look, self._receive, self._go_on, self._flush):
                self._try(part, began)
        self._held = max(self._held, self._clock() - began)

    def _try(self, part: Callable[[float], None], now: float) -> None:
        try:
            part(now)
        except Exception:  # noqa: BLE001 - whatever it is, Live's timer must go on
            self._host.log(traceback.format_exc())

    def _is_time_up(self, began: float) -> bool:
        return self._clock() - began > BUDGET_SECONDS

    def _look(self, now: float) -> None:
        if now - self._worked_at > STALL_SECONDS:
            self._requests.is_late = True
        self._worked_at = now
        self._handshake.look(now)
        if self._handshake.is_welcome:
            self._position.look(now)

    def _go_on(self, now: float) -> None:
        self._requests.look(now)
        self._tasks.run(lambda: self._is_time_up(now))

    def _opened(self, now: float) -> bool:
        if now - self._opened_at < _OPEN_AGAIN_SECONDS:
            return False
        self._opened_at = now
        try:
            self._socket.open()
        except OSError as error:
            self._host.say(f"no port to be had ({error}); trying again")
            return False
        self._host.log(
            f"on port {self._socket.port}, looking for Continuo on port {self._bridge[1]}"
        )
        return True

    def _receive(self, now: float) -> None:
        for _ in range(DATAGRAMS_A_CALLBACK):
            received = self._socket.receive()
            if received is None:
                self._requests.is_late = False
                return
            packet, sender = received
            try:
                for message in osc.decode(packet):
                    self._requests.handle(message, sender, now)
            except osc.OscError as error:
                self._requests.complain(sender, "", str(error))
            if self._is_time_up(now):
                return

    def _welcome(self, version: str, session: int) -> bool:
        self._position.forget()
        return self._handshake.welcome(version, session, self._clock())

    def _held_ms(self) -> float:
        """The longest callback since this was asked for last."""
        held, self._held = self._held, 0.0
        return held * 1000

    def _tell(self, name: str, values: Sequence[Value]) -> None:
        self._send(self._bridge, name, values)

    def _send(self, to: Sender, name: str, values: Sequence[Value]) -> None:
        if len(self._unsent) < _MOST_UNSENT:
            self._unsent.append((osc.encode(PREFIX + name, values), to))

    def _flush(self, _: float) -> None:
        for _ in range(min(len(self._unsent), SENT_A_CALLBACK)):
            if not self._socket.send(*self._unsent[0]):
                return
            self._unsent.popleft()
