"""A training that was started on the page: `python -P -m bridge.studio.training_process JSON`.

It runs in a session of its own, at the lowest priority, and outlives page and bridge. The chorales
are written first where they are what it learns from.
"""

import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

LOWEST = 19


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
    main(["train", data, *arguments])


if __name__ == "__main__":
    run(**json.loads(sys.argv[1]))
