"""A disk of some hundred kilobytes, to be filled: a tmpfs mounted for a test, where that may be."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_SIZE_KILOBYTES = 512


class TinyDisk:
    """A mounted folder that can be filled to the last byte, and emptied again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave room for nothing."""
        with contextlib.suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(b"\0" * 1024)

    def make_room(self) -> None:
        """Take the ballast away."""
        self._ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def tiny_disk(folder: Path, kilobytes: int = _SIZE_KILOBYTES) -> Iterator[TinyDisk]:
    """Mount a tiny disk at `folder`; skip the test with a reason where nobody may mount."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount")):
        pytest.skip("only root can mount a tiny disk to be filled")
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={kilobytes}k,mode=0777"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    try:
        yield TinyDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
