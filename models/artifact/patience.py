"""Waits for work that may never end: judged by the processor's time, open to Ctrl-C throughout.

A model in an endless loop holds the thread that called it, and no signal reaches that. So the work
is done in a thread of its own. What it may use is counted in seconds of the processor: on a busy
machine a good model takes long by the wall clock, and that is no fault of the model.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

_LOOK_SECONDS = 0.25

_Answer = TypeVar("_Answer")
_running: set[threading.Thread] = set()


class TooLongError(Exception):
    """The work used more of the processor's time than it may have."""


def within_processor_time(work: Callable[[], _Answer], limit_seconds: float) -> _Answer:
    """Give what `work` gives; TooLongError if it has used `limit_seconds` of the processor.

    Work that is left behind goes on until the process ends: see `leave`.
    """
    answers: list[_Answer] = []
    faults: list[BaseException] = []
    done = threading.Event()
    used_seconds = _ThreadClock()

    def run() -> None:
        try:
            used_seconds.start()
            answers.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            faults.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=run, name="model", daemon=True)
    _running.add(thread)
    thread.start()
    while not done.wait(_LOOK_SECONDS):
        if used_seconds() > limit_seconds:
            raise TooLongError
    _running.discard(thread)
    if faults:
        raise faults[0]
    return answers[0]


class _ThreadClock:
    """The seconds of the processor that one thread has used; the thread itself starts it.

    The clock of a thread that has ended is gone, and asking for it by an old thread's number is
    undefined. On Windows it counts what the whole process has used.
    """

    def __init__(self) -> None:
        self._clock: int | None = None
        self._began_seconds = time.process_time()

    def start(self) -> None:
        """Take the clock of the thread that calls."""
        if hasattr(time, "pthread_getcpuclockid"):
            self._clock = time.pthread_getcpuclockid(threading.get_ident())

    def __call__(self) -> float:
        """Give the seconds used so far; 0 before the thread began and after it ended."""
        if not hasattr(time, "pthread_getcpuclockid"):
            return time.process_time() - self._began_seconds
        try:
            return 0.0 if self._clock is None else time.clock_gettime(self._clock)
        except OSError:  # it has ended just now: its answer is there
            return 0.0


def leave(code: int) -> None:
    """End the process at once if work is left behind that nothing else can end."""
    if any(thread.is_alive() for thread in _running):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
