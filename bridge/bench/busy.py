"""Programs that keep every core busy beside a measurement, at the priority of any other program."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# It ends with whoever started it, also where that is killed.
_LOOP = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
while True: pass
"""


@contextmanager
def busy_cores(count: int) -> Iterator[None]:
    """Keep `count` cores busy during the block."""
    command = [sys.executable, "-P", "-c", _LOOP]
    loops = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.communicate()
