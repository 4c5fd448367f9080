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

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            faults.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=run, name="model", daemon=True)
    used_seconds = _clock_of(thread)
    _running.add(thread)
    while not done.wait(_LOOK_SECONDS):
        if used_seconds() > limit_seconds:
            raise TooLongError
    _running.discard(thread)
    if faults:
        raise faults[0]
    return answers[0]


def _clock_of(thread: threading.Thread) -> Callable[[], float]:
    """Start the thread; give the clock of the processor's seconds that it has used."""
    if not hasattr(time, "pthread_getcpuclockid"):  # Windows: those of the whole process
        began_seconds = time.process_time()
        thread.start()
        return lambda: time.process_time() - began_seconds
    thread.start()
    assert thread.ident is not None
    try:
        clock = time.pthread_getcpuclockid(thread.ident)
    except OSError:  # it has ended already
        return lambda: 0.0
    return lambda: time.clock_gettime(clock)


def leave(code: int) -> None:
    """End the process at once if work is left behind that nothing else can end."""
    if any(thread.is_alive() for thread in _running):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
