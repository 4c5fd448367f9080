"""Runs another program to its end, however busy the machine is: judged by the processor's time.

On a busy machine a good program takes long by the wall clock, and that is no fault of its own. One
that works on without an end uses up what it may; one that hangs uses nothing for a long while.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

_LOOK_SECONDS = 0.25
# No machine is so busy that a program gets not a hundredth of a second in so long.
IDLE_SECONDS = 120.0


class TooLongError(Exception):
    """The program was ended; `stdout` is what it had written by then."""

    def __init__(self, reason: str, stdout: bytes) -> None:
        super().__init__(reason)
        self.stdout = stdout


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended, and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


def processor_seconds(pid: int) -> float | None:
    """The processor's time that a process has used so far; None where the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    user, system = stat.rpartition(b")")[2].split()[11:13]  # proc(5): utime and stime
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def run_patiently(command: Sequence[str], limit_seconds: float) -> Finished:
    """Run a program to its end; TooLongError once it has used so many seconds of the processor.

    Where the system does not say how many it used (macOS, Windows) it has ten times as long by the
    wall clock.
    """
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        patience = _Patience(process.pid, limit_seconds)
        try:
            while True:
                try:
                    stdout, stderr = process.communicate(timeout=_LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    reason = patience.lost()
                else:
                    return Finished(process.returncode, stdout, stderr)
                if reason:
                    process.kill()
                    raise TooLongError(reason, process.communicate()[0])
        except BaseException:  # Ctrl-C too: no program is left behind
            process.kill()
            raise


class _Patience:
    """Watches how much of the processor a program has used, and since when it uses nothing."""

    def __init__(self, pid: int, limit_seconds: float) -> None:
        self._pid, self._limit_seconds = pid, limit_seconds
        self._began_seconds = self._moved_seconds = perf_counter()
        self._used_seconds = 0.0

    def lost(self) -> str:
        """Say why there is nothing more to wait for; empty while there is."""
        now_seconds, used_seconds = perf_counter(), processor_seconds(self._pid)
        if used_seconds is None:
            over = now_seconds - self._began_seconds > 10 * self._limit_seconds
            return f"it did not end in {10 * self._limit_seconds:.0f} s" if over else ""
        if used_seconds > self._used_seconds:
            self._used_seconds, self._moved_seconds = used_seconds, now_seconds
        if used_seconds > self._limit_seconds:
            return f"it did not end in {self._limit_seconds:.0f} s of the processor's time"
        idle = now_seconds - self._moved_seconds > IDLE_SECONDS
        return f"it has done nothing for {IDLE_SECONDS:.0f} s" if idle else ""
