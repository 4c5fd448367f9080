"""Makes a thread and its process keep time: priority, garbage collection, thread switches."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# A thread that computes gives way to the engine after this time, not after Python's 5 ms.
SWITCH_SECONDS = 0.0005
# Above every ordinary program, below a JACK server's own threads (10 and more).
PRIORITY = 5


@contextmanager
def low_jitter() -> Iterator[None]:
    """Inside, no garbage is collected but by `collect_garbage`, and threads switch quickly."""
    switch_seconds = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # what is there now stays: `collect_garbage` need not look at it
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
        sys.setswitchinterval(switch_seconds)


def collect_garbage() -> None:
    """Collect garbage now, while nothing is due."""
    gc.collect()


def raise_priority(below: int = 0) -> bool:
    """Give the calling thread real-time priority where that is allowed; say whether it is.

    `below` the engine's: for a thread that must not be stopped by some other program while it has
    Python to itself, because the engine would wait for both.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.winmm.timeBeginPeriod(1)  # waits there end on a grid of 15.6 ms otherwise
        return False
    if sys.platform == "linux":
        policy = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK  # the worker must not inherit it
        with suppress(OSError):
            os.sched_setscheduler(0, policy, os.sched_param(PRIORITY - below))
            return True
    return False
