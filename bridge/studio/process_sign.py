"""Whether a process that was started earlier, perhaps by another server, still runs."""

import os
from contextlib import suppress
from pathlib import Path

_STATE, _BORN = 0, 19  # fields of /proc/PID/stat after the name


def sign_of(pid: int) -> str:
    """Say by what a process is known besides its number, which may be given again."""
    fields = _fields(pid)
    return fields[_BORN] if fields else ""


def is_alive(pid: int, sign: str) -> bool:
    """Whether this very process runs."""
    fields = _fields(pid)
    if fields:
        return fields[_STATE] not in ("Z", "X") and sign in ("", fields[_BORN])
    if Path("/proc/self/stat").exists():
        return False
    with suppress(OSError):
        os.kill(pid, 0)
        return True
    return False


def _fields(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
