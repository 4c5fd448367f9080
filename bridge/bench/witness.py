"""A bare loop in a process of its own that notes how late this machine wakes anybody up.

A virtual machine stops by itself: what a bare loop suffers too is the machine's lateness, not ours.
"""

import subprocess
import sys
import threading
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

TICK_SECONDS = 0.001
# A stall that reaches a note is seen by the witness's ticks this near to it.
WINDOW_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class WitnessReport:
    """When the witness was due to wake, in order, and by how many seconds it was late each time."""

    due_seconds: Sequence[float] = ()
    late_seconds: Sequence[float] = ()

    def worst_around(self, at_seconds: float) -> float:
        """Find the witness's greatest lateness, in seconds, around an instant."""
        begin = bisect_left(self.due_seconds, at_seconds - WINDOW_SECONDS)
        end = bisect_right(self.due_seconds, at_seconds + WINDOW_SECONDS)
        return max(self.late_seconds[begin:end], default=0.0)


class Witness:
    """Runs the loop in another process between `start` and `stop`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the loop; return its process when it ticks."""
        command = [sys.executable, "-P", "-m", "bridge.bench.witness"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout
        self._process.stdout.readline()
        return self._process

    def stop(self) -> WitnessReport:
        """End the loop and return what it saw."""
        assert self._process
        written, _ = self._process.communicate(timeout=30)
        figures = array("d")
        figures.frombytes(written[: len(written) // figures.itemsize * figures.itemsize])
        return WitnessReport(figures[0::2], figures[1::2])


def watch(done: threading.Event) -> "array[float]":
    """Tick every millisecond until done; return due time and lateness, in seconds, in turn."""
    figures: array[float] = array("d")
    due_seconds = time.perf_counter()
    while not done.is_set():
        due_seconds += TICK_SECONDS
        wait_seconds = due_seconds - time.perf_counter()
        if wait_seconds > 0:
            # The witness is by definition the plainest loop that there is.
            time.sleep(wait_seconds)  # noqa: TID251
        figures.append(due_seconds)
        figures.append(time.perf_counter() - due_seconds)
    return figures


def main() -> None:
    """Watch until standard input is closed, then write the figures as doubles."""
    done = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        done.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
    sys.stdout.buffer.write(watch(done).tobytes())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
