"""Takes for which the disk has no room: kept in memory, in order, with what was said of them."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.formats.whole_file import FileWriteError
from models.music.clip import Composition
from models.user_folders import NoHomeError, data_folder

RETRY_SECONDS = 5.0  # so often it is looked whether a full disk has room again


@dataclass
class Unsaved:
    """A take that is to be written: anew, or in place of what was saved in its slot before."""

    take: Composition
    saved_at: datetime
    slot: int | None = None
    is_growing: bool = False
    verdict: str = ""

    @property
    def take_id(self) -> str:
        """The id by which it is judged."""
        return str(self.take.provenance.get("id") or "")


class UnsavedTakes:
    """What waits to be written; as a rule nothing, or one take for an instant."""

    def __init__(self) -> None:
        self._takes: list[Unsaved] = []
        self._has_failed = False

    def __len__(self) -> int:
        return len(self._takes)

    @property
    def first(self) -> Unsaved | None:
        """The one that has waited longest."""
        return self._takes[0] if self._takes else None

    def put(self, unsaved: Unsaved) -> None:
        """Take one in; of a take that grows the last state alone is kept."""
        for i, other in enumerate(self._takes):
            if unsaved.slot is not None and other.slot == unsaved.slot:
                unsaved.saved_at, unsaved.verdict = other.saved_at, other.verdict
                self._takes[i] = unsaved
                return
        self._takes.append(unsaved)

    def take_first(self) -> None:
        """Let go of the first: it is written, or never can be."""
        del self._takes[0]

    def judge(self, take_id: str, verdict: str) -> bool:
        """Keep a verdict until its take is written; False if none of that id waits."""
        waiting = [unsaved for unsaved in self._takes if take_id and unsaved.take_id == take_id]
        for unsaved in waiting[-1:]:
            unsaved.verdict = verdict
        return bool(waiting)

    def is_first_failure(self) -> bool:
        """Whether it is worth a word that nothing can be written: the first time."""
        is_first, self._has_failed = not self._has_failed, True
        return is_first

    def has_recovered(self) -> bool:
        """Whether all could be written after it could not."""
        recovered, self._has_failed = self._has_failed, False
        return recovered

    def count(self) -> str:
        """Say how many there are."""
        return "1 take" if len(self) == 1 else f"{len(self)} takes"


def other_folders(folder: Path) -> Iterator[Path]:
    """Say where takes go at the end if nothing can be written into `folder`."""
    with suppress(NoHomeError):
        if (usual := data_folder("takes")) != folder:
            yield usual
    yield Path(tempfile.gettempdir()) / "continuo-takes"
    if (memory := Path("/dev/shm")).is_dir():  # which a full disk leaves free
        yield memory / "continuo-takes"


def reason_of(error: OSError | FileWriteError) -> str:
    """What the system said."""
    said = error.reason if isinstance(error, FileWriteError) else error.strerror or str(error)
    return said.lower()
