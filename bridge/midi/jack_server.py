"""A JACK client without ports that tells when the server ends: rtmidi itself never does."""

import ctypes
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

import jack

from bridge.midi.ports import keep_for_ever
from models.errors import ContinuoError

NAME = "Continuo Watch"
# Longer than any server's period; a server that runs answers after one.
STILL_SECONDS = 0.25
# A server that has not answered by then stands still; a busy machine's takes a second.
OPEN_SECONDS = 5.0


class NoServerError(ContinuoError):
    """No JACK server answers."""


class JackWatch:
    """Calls `on_end` from libjack's own thread within some milliseconds of the server's end."""

    def __init__(self, on_end: Callable[[], None], name: str = NAME) -> None:
        quiet_libjack()
        self._client = _open_client(name)
        self._ended = threading.Event()
        self._on_end = on_end
        # Not activated: it takes no part in the server's cycle, and is told of its end all the same
        self._client.set_shutdown_callback(self._told)

    def _told(self, _status: object, _reason: object) -> None:
        self._ended.set()
        self._on_end()

    def frame(self) -> int:
        """Read the server's frame counter; it stands still while the server does."""
        return int(self._client.last_frame_time)

    def sees(self, name: str) -> bool:
        """Whether the server has a MIDI port whose name contains `name`."""
        try:
            return bool(self._client.get_ports(re.escape(name), is_midi=True))
        except UnicodeDecodeError:  # it has one, with bytes beside it that are no text
            return True

    def sources(self, name: str) -> frozenset[str] | None:
        """Name what is connected to the port whose name contains `name`; None if that fails.

        An input itself is never told that what played into it is gone, with a key down perhaps.
        """
        try:
            ports = self._client.get_ports(re.escape(name), is_midi=True, is_input=True)
            found = [s.name for port in ports for s in self._client.get_all_connections(port)]
        except (UnicodeDecodeError, jack.JackError):
            return None
        return frozenset(found)

    def moves(self) -> bool:
        """Whether the server runs and does not stand still; waits for one period of it."""
        first = self.frame()
        for _ in range(100):
            if self._ended.wait(STILL_SECONDS / 100):
                return False
            if self.frame() != first:
                return True
        return False

    def close(self) -> None:
        """End the client; must be called after the server's end too.

        A client left to the garbage collector is closed while the next server runs, which crashes
        inside libjack; one closed while the server stands still waits for it.
        """
        if self._ended.is_set() or self.moves():
            self._client.close()
        else:
            keep_for_ever(self._client)


def _open_client(name: str) -> jack.Client:
    """Open a client; NoServerError if no server runs, or if the one that does never answers.

    libjack waits for the answer without end, so it waits in a thread that can be left there.
    """
    answers: SimpleQueue[jack.Client | jack.JackError] = SimpleQueue()
    lock, is_left = threading.Lock(), threading.Event()

    def open_() -> None:
        answer: jack.Client | jack.JackError
        try:
            answer = jack.Client(name, no_start_server=True)
        except jack.JackError as error:
            answer = error
        with lock:
            if not is_left.is_set():
                answers.put(answer)
                return
        if isinstance(answer, jack.Client):
            answer.close()

    threading.Thread(target=open_, name="jack-open", daemon=True).start()
    try:
        answer = answers.get(timeout=OPEN_SECONDS)
    except Empty:
        with lock:
            is_left.set()
        raise NoServerError("the JACK server does not answer") from None
    if isinstance(answer, jack.JackError):
        raise NoServerError(str(answer)) from None
    return answer


def quiet_libjack() -> None:
    """Stop every loaded libjack (python-rtmidi brings its own) from writing to the terminal."""
    if not sys.platform.startswith("linux"):
        return
    maps = Path("/proc/self/maps").read_text(errors="replace").splitlines()
    # Any C function of one string that does nothing will do: it needs no lock of Python's.
    silent = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
    for path in {line.split()[-1] for line in maps if "libjack" in line}:
        library = ctypes.CDLL(path)
        library.jack_set_error_function(silent)
        library.jack_set_info_function(silent)
