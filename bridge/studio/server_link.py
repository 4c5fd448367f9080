"""The bridge's side of the studio: a listener of the engine, and the server's keeper."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import Any

from bridge.events import Command, Event
from bridge.inference.child_process import ChildProcess
from bridge.realtime import raise_priority
from bridge.reports import Report
from bridge.studio.picture import Picture
from bridge.studio.told import Teller
from bridge.studio.visitor import Visitor
from bridge.studio.visits import Visits
from models.errors import ContinuoError
from models.formats.track_json import clip_from_rows

log = logging.getLogger(__name__)

OPEN_SECONDS = 60.0
END_SECONDS = 1.0
# Lines that the server has not taken: then it hangs, and is ended.
MOST_UNREAD = 50_000
_QUICK_SECONDS = 5.0  # a server that ends within it ends again
# The first page has the processor before the spare.
_SPARE_SECONDS = 5.0
_PAUSES_SECONDS = (0.0, 0.0, 0.25, 1.0, 4.0)

Child = Callable[[Callable[[tuple[object, Any]], None]], ChildProcess]


class StudioError(ContinuoError):
    """The studio cannot be opened; the sentence names the cure."""


class ServerLink:
    """Starts the page's server, keeps it running, and carries what both sides say.

    `begin` starts it, `open` waits for it. `put` takes the engine's events. It is a Listener: it
    takes reports from any thread and never blocks. `command` starts the server, to which `takes`
    and a port are told (0: any that is free).
    """

    def __init__(
        self, put: Callable[[Event], None], command: Sequence[str], takes: Path, port: int = 0
    ) -> None:
        self.put, self._command, self._takes = put, command, takes
        self._port, self._key = port, secrets.token_urlsafe(24)
        self._teller = Teller(Picture())
        self._visits = Visits()
        self._waiting: SimpleQueue[tuple[Report, float] | None] = SimpleQueue()
        self._sending = threading.Thread(target=self._send_all, name="studio", daemon=True)
        self._child: ChildProcess | None = None
        # Another one that has loaded all it needs: Python alone takes a second or more to begin.
        self._spare: ChildProcess | None = None
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._refused = ""
        self._is_open = True
        self._start, self._pages, self._unread, self._quick = 0, 0, 0, 0
        self._started_seconds = 0.0
        self._pause: threading.Timer | None = None
        self.deaths = 0

    # -- from its beginning to its end ---------------------------------------------------------
    def begin(self) -> None:
        """Start the server, which takes a moment to load."""
        self._sending.start()
        self._start_child()

    def open(self) -> str:
        """Return the page's address when the server listens; StudioError if it cannot."""
        if not self._answered.wait(OPEN_SECONDS):
            self.close()
            raise StudioError("the studio's server does not start; see the log")
        if self._refused:
            self.close()
            raise StudioError(self._refused)
        return self.address

    @property
    def address(self) -> str:
        """The page's address, with the key that lets the browser in."""
        return f"http://127.0.0.1:{self._port}/?k={self._key}"

    @property
    def pid(self) -> int | None:
        """The server's process."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the server and the threads."""
        with self._lock:
            self._is_open = False
            children, pause = (self._child, self._spare), self._pause
        if pause is not None:
            pause.cancel()
        self._waiting.put(None)
        if self._sending.is_alive():
            self._sending.join(END_SECONDS)
        for child in children:
            if child is not None:
                child.close()

    def _start_child(self) -> None:
        with self._lock:
            if not self._is_open:
                return
            self._start += 1
            self._unread = 0
            self._started_seconds = perf_counter()
            spare, self._spare = self._spare, None
            self._child = spare or ChildProcess(self._command, self._take)
            self._child.write(
                {
                    "port": self._port,
                    "key": self._key,
                    "takes": str(self._takes),
                    "first": self._pages + 1,
                    "has_seen_pages": self._pages > 0,
                }
            )

    # -- to the pages --------------------------------------------------------------------------
    def __call__(self, report: Report) -> None:
        """Take a report. Called from: any thread; never blocks."""
        self._waiting.put((report, perf_counter()))

    def _send_all(self) -> None:
        # Without priority it would hold Python while another program has the processor.
        raise_priority(below=1)
        while (found := self._waiting.get()) is not None:
            try:
                message = self._teller.message(*found)
            except ValueError:
                log.exception("a report fits no address")
                continue
            if message is not None:
                self._write(message)

    def _write(self, message: dict[str, Any]) -> None:
        child = self._child
        if child is None:
            return
        self._unread += 1
        child.write(message)
        if self._unread > MOST_UNREAD:
            self._unread = 0
            log.warning("the studio's server takes nothing any more: it is started again")
            child.kill()

    # -- from the server: in its reading thread ------------------------------------------------
    def _take(self, posted: tuple[object, Any]) -> None:
        child, message = posted
        if isinstance(message, str):
            self._ended(child, message)
            return
        try:
            self._read(message)
        except (KeyError, TypeError, ValueError):
            log.exception("the studio's server wrote what nobody can read")

    def _read(self, message: dict[str, Any]) -> None:
        now_seconds = perf_counter()
        if "name" in message:
            self._ask(message)
        elif "who" in message:
            self._meet(message, now_seconds)
        elif "read" in message:
            self._unread = 0
        elif "faults" in message:
            self._teller.faults += int(message["faults"])
        elif "alone" in message:
            self.put(Command(now_seconds, "transport/stop"))
        elif "listening" in message:
            self._port = int(message["listening"])
            self._answered.set()
            self._later(_SPARE_SECONDS if self._start == 1 else 0.0, self._keep_spare)
        elif "refused" in message:
            self._refused = (
                f"the studio's port {self._port} cannot be had: {message['refused']}; choose "
                "another one with --port"
            )
            self._answered.set()

    def _meet(self, message: dict[str, Any], now_seconds: float) -> None:
        visitor = Visitor(self._start, int(message["who"]))
        if "came" in message:
            self._pages = max(self._pages, visitor.number)
            self._put_all(self._visits.come(visitor, now_seconds))
        else:
            self._put_all(self._visits.leave(visitor, now_seconds))

    def _ask(self, message: dict[str, Any]) -> None:
        values = tuple(message["values"])
        if "clip" in message:
            length, rows = message["clip"]
            values = (*values, clip_from_rows(rows, length))
        visitor = Visitor(self._start, int(message["who"]))
        command = Command(
            float(message["at"]), str(message["name"]), values, visitor, str(message["path"])
        )
        self._put_all(self._visits.asks(command))
        self.put(command)

    def _put_all(self, commands: Iterator[Command]) -> None:
        for command in commands:
            self.put(command)

    def _keep_spare(self) -> None:
        with self._lock:
            if self._is_open and self._spare is None:
                self._spare = ChildProcess(self._command, self._take)

    # -- when the server ends ------------------------------------------------------------------
    def _ended(self, child: object, how: str) -> None:
        with self._lock:
            if child is self._spare:
                self._spare = None
                return
        self._put_all(self._visits.leave_all(perf_counter()))
        if not self._answered.is_set():
            self._refused = f"the studio's server cannot start: {how}"
            self._answered.set()
        with self._lock:
            if not self._is_open or child is not self._child or self._refused:
                return
            self.deaths += 1
            was_quick = perf_counter() - self._started_seconds < _QUICK_SECONDS
            self._quick = self._quick + 1 if was_quick else 0
            seconds = _PAUSES_SECONDS[min(self._quick, len(_PAUSES_SECONDS) - 1)]
            log.warning("the studio's server ended (%s): it is started again", how)
        self._later(seconds, self._start_child)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        with self._lock:
            if self._pause is not None:
                self._pause.cancel()
            self._pause = threading.Timer(seconds, act)
            self._pause.daemon = True
            if self._is_open:
                self._pause.start()
