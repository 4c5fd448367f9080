"""A training that was started on the page: `python -P -m bridge.studio.training_process JSON`.

It runs in a session of its own, at the lowest priority, and outlives page and bridge. The chorales
are written first where they are what it learns from. While somebody plays it rests, if that is
wished: then a file beside the trainings is renewed each second. It waits by itself, and is not
stopped by others, so that it goes on whatever becomes of them.
"""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

LOWEST = 19
RESTING = "resting"
FRESH_SECONDS = 3.0
_LOOK_SECONDS = 0.5


def is_fresh(path: Path) -> bool:
    """Whether a file was renewed just now."""
    with suppress(OSError):
        return abs(time.time() - path.stat().st_mtime) < FRESH_SECONDS  # noqa: TID251 - files' own clock
    return False


def rest_while(path: Path) -> None:
    """Let this process stand still between two steps of Python while a file is fresh."""
    if not hasattr(signal, "setitimer"):
        return

    def rest(_signal: int, _frame: object) -> None:
        while is_fresh(path):
            time.sleep(_LOOK_SECONDS)  # noqa: TID251 - it has nothing else to do

    signal.signal(signal.SIGALRM, rest)
    signal.siginterrupt(signal.SIGALRM, False)
    signal.setitimer(signal.ITIMER_REAL, _LOOK_SECONDS, _LOOK_SECONDS)


def run(data: str, chorales: bool, arguments: list[str]) -> None:
    """Train as `continuo train` does; SystemExit says how it went."""
    with suppress(OSError, AttributeError):
        os.nice(LOWEST)
    # By name: this is a program of its own, which does what the command does.
    main = import_module("bridge.cli").main
    if chorales and not (Path(data) / "train").is_dir():
        try:
            main(["dataset", "bach", "--out", data])
        except SystemExit as end:
            if end.code:
                raise
    rest_while(Path.cwd().parent / RESTING)
    main(["train", data, *arguments])


if __name__ == "__main__":
    run(**json.loads(sys.argv[1]))
