"""The bridge's side of the process that reads OSC: starts it, listens to it, starts it again."""

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

from bridge.osc.admission import News
from bridge.osc.gate import Setup
from bridge.osc.sockets import Sockets
from bridge.osc.subscribers import Target
from bridge.realtime import raise_priority

_COMMAND = (sys.executable, "-P", "-m", "bridge.osc.gate")
# One that ends sooner than that, so often in a row, will not live.
_LIFE_SECONDS, _MOST_DEATHS = 5.0, 5
ENDED = "the process that reads OSC ended, and was started again: send again what had no answer"
GIVEN_UP = "the process that reads OSC does not live: OSC is deaf now, start Continuo again"


class GateProcess:
    """Calls `take` with what is let in, in order, from a thread of its own, until it is closed.

    `complain` is told when the process had to be started again, or cannot be had any more.
    """

    def __init__(
        self,
        sockets: Sockets,
        own: Target,
        is_local: bool,
        take: Callable[[News], None],
        complain: Callable[[str], None],
    ) -> None:
        self._sockets, self._own, self._is_local = sockets, own, is_local
        self._take, self._complain = take, complain
        self._lock = threading.Lock()  # over the process and whether it is wanted
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closing = False
        # What comes before the process runs waits in the system's buffer.
        self._begin()
        self._thread = threading.Thread(target=self._run, name="osc-receive", daemon=True)

    def start(self) -> None:
        """Begin to take what is let in."""
        self._thread.start()

    def close(self, timeout_seconds: float) -> None:
        """End the process, which keeps nothing, and the thread."""
        with self._lock:
            self._is_closing = True
            process = self._process
        if process is None:
            return
        process.kill()
        process.wait()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)
        else:
            _close_pipes(process)

    @property
    def pid(self) -> int | None:
        """The process that reads now."""
        return self._process.pid if self._process else None

    def _begin(self) -> None:
        with self._lock:
            if self._is_closing:
                return
            shared = () if sys.platform == "win32" else [s.fileno() for s in self._sockets.all]
            process = self._process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=shared,
            )
        assert process.stdin
        setup = Setup(self._own, self._is_local, _handles(self._sockets, process.pid))
        with suppress(BrokenPipeError):  # it is dead already: the reader notices
            pickle.dump(setup, process.stdin)
            process.stdin.flush()

    def _run(self) -> None:
        raise_priority(below=1)
        deaths = 0
        while not self._is_closing:
            began_seconds = perf_counter()
            self._read()
            if self._is_closing:
                return
            deaths = deaths + 1 if perf_counter() - began_seconds < _LIFE_SECONDS else 1
            if deaths >= _MOST_DEATHS or not self._begin_again():
                self._complain(GIVEN_UP)
                return
            if not self._is_closing:
                self._complain(ENDED)

    def _begin_again(self) -> bool:
        try:
            self._begin()
        except OSError:
            return False
        return True

    def _read(self) -> None:
        """Pass on what the process says until it ends."""
        process = self._process
        assert process is not None
        assert process.stdout
        pipe = process.stdout
        while True:
            try:
                news = pickle.load(pipe)
            except (EOFError, pickle.UnpicklingError, OSError):
                break
            self._take(news)
        process.kill()
        process.wait()
        _close_pipes(process)


def _close_pipes(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _handles(sockets: Sockets, pid: int) -> tuple[int | bytes, ...]:
    if sys.platform == "win32":
        return tuple(sock.share(pid) for sock in sockets.all)
    return tuple(sock.fileno() for sock in sockets.all)
