"""What a measurement ran on, and how much memory a process takes."""

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def describe_machine() -> dict[str, object]:
    """Name the system, the processor, its cores, and the versions that matter to speed."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": cores(),
        "python": platform.python_version(),
        "torch": _version("torch"),
        "continuo": _version("continuo"),
    }


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"model name\s*:\s*(.+)", text)
    return found.group(1).strip() if found else platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def memory_mb(pid: int) -> float | None:
    """Return the memory of a process in MB; None if this system does not tell.

    Resident, less what it shares with others: JACK's server maps 200 MB of its own into a client.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _memory_from_ps(pid)
    return _own_mb(status)


def _own_mb(status: str) -> float | None:
    kilobytes = {k: int(v) for k, v in re.findall(r"(VmRSS|RssShmem):\s*(\d+) kB", status)}
    if "VmRSS" not in kilobytes:
        return None
    return round((kilobytes["VmRSS"] - kilobytes.get("RssShmem", 0)) / 1024, 1)


def _memory_from_ps(pid: int) -> float | None:
    try:
        done = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    written = done.stdout.strip()
    return round(int(written) / 1024, 1) if written.isdigit() else None


def children_of(pid: int) -> list[int]:
    """List the processes that a process has started; empty if this system does not tell."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        threads = list(path.parent.parent.glob("*/children"))
        return [int(word) for thread in threads for word in thread.read_text().split()]
    except OSError:
        return _children_from_ps(pid)


def _children_from_ps(pid: int) -> list[int]:
    try:
        done = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False
        )
    except OSError:
        return []
    pairs = [line.split() for line in done.stdout.splitlines()]
    return [int(child) for child, parent in pairs if parent == str(pid)]
