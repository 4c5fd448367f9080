"""A child process that speaks JSON lines; whoever owns it never waits for it."""

import logging
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from typing import Any

from bridge.inference.messages import from_line, to_line
from bridge.patient_run import processor_seconds
from bridge.realtime import raise_priority

log = logging.getLogger(__name__)

# By the wall clock, for whoever ends Continuo waits for it. Nothing is lost where a busy machine
# needs longer: the child keeps nothing, and is ended.
CLOSE_SECONDS = 0.5
# What comes in is (child, a message of its) or (child, the sentence that says how it ended).
Post = Callable[[tuple[object, Any]], None]


class ChildProcess:
    """Runs `command`; posts what it writes, and at its end how it ended."""

    def __init__(self, command: Sequence[str], post: Post) -> None:
        self._post = post
        self._last_words: deque[str] = deque(maxlen=1)
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._threads = [
            threading.Thread(target=work, name=f"worker {work.__name__}", daemon=True)
            for work in (self._write_all, self._read_all, self._log_all)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def processor_seconds(self) -> float | None:
        """The processor's time that it has used so far; None where the system does not say."""
        return processor_seconds(self.pid)

    def write(self, message: Mapping[str, Any]) -> None:
        """Send a message and return at once, even if the child reads nothing any more."""
        self._outgoing.put(to_line(message))

    def kill(self) -> None:
        """End it at once; its end is posted like any other."""
        self._process.kill()

    def close(self) -> None:
        """Ask it to end by ending its input, and end it if it does not."""
        self._outgoing.put(None)
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join()

    # -- threads -----------------------------------------------------------------------------
    def _write_all(self) -> None:
        assert self._process.stdin
        raise_priority(below=1)
        try:
            with self._process.stdin as pipe:
                while line := self._outgoing.get():
                    pipe.write(line)
                    pipe.flush()
        except OSError:  # it is dead: the reader notices and says so
            return

    def _read_all(self) -> None:
        assert self._process.stdout
        with self._process.stdout as pipe:
            raise_priority(below=1)
            for line in pipe:
                try:
                    self._post((self, from_line(line)))
                except ValueError:
                    log.warning("the worker wrote what nobody can read: %.80r", line)
        status = self._process.wait()
        self._outgoing.put(None)
        self._post((self, self._describe(status)))

    def _log_all(self) -> None:
        assert self._process.stderr
        raise_priority(below=2)
        with self._process.stderr as pipe:
            for line in pipe:
                text = line.decode(errors="replace").rstrip()
                log.info("worker: %s", text)
                self._last_words.append(text)

    def _describe(self, status: int) -> str:
        how = f"signal {-status}" if status < 0 else f"exit code {status}"
        return f"{how}: {self._last_words[0]}" if status > 0 and self._last_words else how
