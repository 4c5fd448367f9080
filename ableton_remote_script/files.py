"""The two files beside the script: where Continuo listens, and what the self-test found."""

from __future__ import annotations

# os.path, since it is seen in scripts that work inside Live; of pathlib nobody has told.
import os
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
BRIDGE_PORT = 11020
PORT_FILE = "port.txt"


def bridge_port() -> int:
    """Where Continuo listens: 11020, or what `port.txt` beside the script says."""
    try:
        with open(os.path.join(FOLDER, PORT_FILE), encoding="utf-8") as file:  # noqa: PTH118, PTH123
            port = int(file.read())
    except (OSError, ValueError):
        return BRIDGE_PORT
    return port if 0 < port < 65536 else BRIDGE_PORT


def save(name: str, content: str) -> str:
    """Write a file beside the script, or else among temporary ones; answers its path, or none."""
    for folder in (FOLDER, tempfile.gettempdir()):
        path = os.path.join(folder, name)  # noqa: PTH118
        try:
            with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(content)
        except OSError:
            continue
        return path
    return ""
