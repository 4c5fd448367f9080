"""Files written whole or not at all."""

from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from models.errors import ContinuoError


class FileWriteError(ContinuoError):
    """A file cannot be written; the message is a sentence for the musician."""


def replace_file(path: Path | str, data: bytes) -> None:
    """Write `data` beside `path`, then rename it there, so that no reader sees half a file.

    FileWriteError if it cannot; what was there stays.
    """
    path = Path(path)
    # Not derived from the file's name, which may be as long as names can be.
    temporary = path.parent / f".{token_hex(8)}.tmp"
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        reason = (error.strerror or str(error)).lower()
        raise FileWriteError(f"cannot write {path}: {reason}, choose another place") from None
