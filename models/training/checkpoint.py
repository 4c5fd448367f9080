"""The state of a training on disk: written whole or not at all, the one before kept as well."""

import pickle
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from models.formats.whole_file import FileWriteError, whole_file
from models.training.errors import TrainingError

CHECKPOINT_FORMAT = 2
CHECKPOINT, BEST = "checkpoint.pt", "best.pt"
State = dict[str, Any]

# what torch.load raises on bytes that are no checkpoint
_UNREADABLE = (
    OSError,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    struct.error,
    pickle.UnpicklingError,
)


def previous(path: Path) -> Path:
    """Say where the checkpoint before the last is kept."""
    return path.with_suffix(".previous.pt")


def write_checkpoint(path: Path, state: State, *, keep_previous: bool = False) -> None:
    """Save a training's state, whole or not at all; TrainingError if it cannot be written."""
    try:
        with whole_file(path, keep=previous(path) if keep_previous else None) as file:
            torch.save(state, file)
    except (FileWriteError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        reason = error.reason if isinstance(error, FileWriteError) else _first_line(error)
        raise TrainingError(
            f"cannot write {path} ({reason}): make room and go on with --resume"
        ) from error


def read_checkpoint(path: Path) -> State:
    """Load a checkpoint's plain tensors and numbers; TrainingError if that is impossible."""
    return from_bytes(_bytes(path), path)


def from_bytes(content: bytes, path: Path) -> State:
    """Read a checkpoint that was loaded as bytes from `path`; nothing in it can run."""
    try:
        state = torch.load(BytesIO(content), map_location="cpu", weights_only=True)
    except _UNREADABLE as error:
        raise TrainingError(
            f"the checkpoint {path} cannot be read ({_first_line(error)})"
        ) from error
    if not isinstance(state, dict):
        raise TrainingError(f"{path} is not a checkpoint of Continuo")
    if state.get("format") != CHECKPOINT_FORMAT:
        raise TrainingError(
            f"{path} is of another version of Continuo (format {state.get('format')}, "
            f"wanted {CHECKPOINT_FORMAT}): begin anew under another --name"
        )
    return state


def last_checkpoint(folder: Path, tell: Callable[[str], None]) -> bytes:
    """Load the last checkpoint of `folder` that can be read, telling if it is not the newest."""
    path = folder / CHECKPOINT
    older = previous(path)
    try:
        content = _bytes(path)
        from_bytes(content, path)
    except TrainingError as error:
        if not older.exists():
            raise
        content = _bytes(older)
        from_bytes(content, older)
        tell(f"{error}; going on from the one before it")
    return content


def has_checkpoint(folder: Path) -> bool:
    """Say whether `folder` holds a training that was begun."""
    path = folder / CHECKPOINT
    return path.exists() or previous(path).exists()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TrainingError(f"no checkpoint to resume from at {path}") from None
    except OSError as error:
        raise TrainingError(f"cannot read {path}: {error.strerror}") from error


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
