"""Files written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from models.errors import ContinuoError


class FileWriteError(ContinuoError):
    """A file cannot be written; the message is a sentence for the musician.

    `reason` is what the system said, for those who give another advice.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"cannot write {path}: {reason.lower()}, choose another place")
        self.reason = reason


@contextmanager
def whole_file(path: Path, *, keep: Path | None = None) -> Iterator[BinaryIO]:
    """Open a file beside `path` that takes its place when the block ends well.

    No reader sees half a file, and what was there stays if the block or the disk fails; with `keep`
    the file before is kept under that name. Its own name is `file.name`. FileWriteError if it
    cannot be written.
    """
    # Not derived from the file's name, which may be as long as names can be.
    temporary = path.parent / f".{token_hex(8)}.tmp"
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            if keep is not None:
                os.fsync(file.fileno())  # or a power cut may leave the new name with no content
        if keep is not None and path.exists():
            path.replace(keep)
        temporary.replace(path)
    except OSError as error:
        raise FileWriteError(path, error.strerror or str(error)) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def replace_file(path: Path | str, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all; FileWriteError if it cannot be."""
    with whole_file(Path(path)) as file:
        file.write(data)
