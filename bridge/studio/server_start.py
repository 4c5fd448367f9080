"""What bridge and server say to each other first; it loads at once."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Start:
    """What the bridge says first: the port (0: any), the key, where takes lie, which start it is.

    `first` is the number of the first page, `has_seen_pages` whether one was open before.
    """

    port: int
    key: str
    takes: Path
    first: int = 1
    has_seen_pages: bool = False

    @classmethod
    def read(cls, line: bytes) -> "Start":
        """Read the first line."""
        data = json.loads(line)
        return cls(
            int(data["port"]),
            str(data["key"]),
            Path(data["takes"]),
            int(data.get("first", 1)),
            bool(data.get("has_seen_pages", False)),
        )


def tell(message: Mapping[str, Any]) -> None:
    """Write a message to the bridge; with the bridge gone there is nothing left to do."""
    line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except OSError:
        os._exit(0)
