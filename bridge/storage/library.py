"""All takes ever made, on disk: listed, read, named, starred, set aside and brought back."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bridge.storage.take_store import TakeError, save_take
from models.formats.whole_file import FileWriteError, replace_file
from models.music.clip import Composition

SET_ASIDE = "deleted"  # a folder in that of the takes
_STEM = re.compile(r"[\w.+ -]{1,200}")
_HALVES = (".json", ".mid")


class NoTakeError(TakeError):
    """There is no take of that name."""


@dataclass(frozen=True, slots=True)
class LibraryTake:
    """What is listed of a take; `file` is the stem of its files, and names it for ever."""

    file: str
    id: str
    title: str
    model: str
    seed: int | None
    bars: int
    bpm: float
    meter: str
    mode: str
    saved: str
    verdict: str
    starred: bool
    deleted: bool = False

    @classmethod
    def read(cls, file: str, data: Mapping[str, Any]) -> "LibraryTake":
        """Read what stands in the .json; KeyError, TypeError or ValueError if it is no take's."""
        seed = data.get("seed")
        return cls(
            file=file,
            id=str(data.get("id") or ""),
            title=str(data.get("title") or ""),
            model=str(data.get("model") or ""),
            seed=None if seed is None else int(seed),
            bars=int(data["bars"]),
            bpm=float(data["bpm"]),
            meter=str(data["meter"]),
            mode=str(data.get("provenance", {}).get("mode") or ""),
            saved=str(data["saved"]),
            verdict=str(data.get("verdict") or ""),
            starred=bool(data.get("starred")),
        )

    def fits(self, words: str) -> bool:
        """Whether all these words stand in its title, model, id or file."""
        text = " ".join((self.title, self.model, self.id, self.file, self.saved)).casefold()
        return all(word in text for word in words.casefold().split())


class Library:
    """The takes in a folder. What was read once is read again only when it has changed.

    Called from: any threads, one at a time for one take.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[tuple[int, int], LibraryTake]] = {}

    def takes(self, *, deleted: bool = False) -> Iterator[LibraryTake]:
        """Give all takes, the newest first; files that are none of ours are left out."""
        folder = self._folder / SET_ASIDE if deleted else self._folder
        try:
            paths = sorted(folder.glob("*.json"), reverse=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise TakeError(f"cannot read the folder {folder}: {reason}") from None
        for path in paths:
            take = self._take(path)
            if take is not None:
                yield replace(take, deleted=deleted)

    def _take(self, path: Path) -> LibraryTake | None:
        try:
            state = path.stat()
            key = (state.st_mtime_ns, state.st_size)
            known = self._known.get(path)
            if known is None or known[0] != key:
                data = json.loads(path.read_bytes())
                known = self._known[path] = (key, LibraryTake.read(path.stem, data))
            return known[1]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def find(self, file: str, *, deleted: bool | None = None) -> LibraryTake:
        """Find a take by its file, among those set aside too; NoTakeError."""
        for is_deleted in (False, True) if deleted is None else (deleted,):
            take = self._take(self._path(file, is_deleted))
            if take is not None:
                return replace(take, deleted=is_deleted)
        raise NoTakeError(f"there is no take {file[:80]!r}")

    def path(self, file: str) -> Path:
        """Return the path of a take's .mid; NoTakeError."""
        return self._path(file, self.find(file).deleted).with_suffix(".mid")

    def _path(self, file: str, deleted: bool) -> Path:
        # Whatever is asked for, it is a name in this folder and no way out of it.
        if not _STEM.fullmatch(file) or file.startswith("."):
            raise NoTakeError(f"there is no take {file[:80]!r}")
        folder = self._folder / SET_ASIDE if deleted else self._folder
        return folder / f"{file}.json"

    def read(self, file: str) -> dict[str, Any]:
        """Return all that stands in a take's .json; NoTakeError."""
        take = self.find(file)
        found: dict[str, Any] = json.loads(self._path(file, take.deleted).read_bytes())
        return found

    def change(self, file: str, changes: Mapping[str, Any]) -> LibraryTake:
        """Write `title` or `starred` beside a take; TakeError if that cannot be."""
        path = self._path(file, self.find(file).deleted)
        try:
            text = json.dumps({**json.loads(path.read_bytes()), **changes}, indent=1)
            replace_file(path, text.encode())
        except (OSError, FileWriteError, ValueError) as error:
            raise TakeError(f"cannot write beside {path.name}: {error}") from None
        return self.find(file)

    def add(self, take: Composition, title: str, saved_at: datetime) -> LibraryTake:
        """Write another take beside the others; TakeError if that cannot be."""
        try:
            file = save_take(self._folder, take, saved_at).stem
        except (OSError, FileWriteError) as error:
            raise TakeError(f"cannot save the take in {self._folder}: {error}") from None
        return self.change(file, {"title": title})

    def set_aside(self, file: str) -> LibraryTake:
        """Move a take to those that are deleted; NoTakeError if it is not there."""
        self.find(file, deleted=False)
        self._move(self._path(file, False), self._path(file, True))
        return self.find(file, deleted=True)

    def bring_back(self, file: str) -> LibraryTake:
        """Undo `set_aside`; a take that is there already stays as it is."""
        if self._take(self._path(file, False)) is None:
            self.find(file, deleted=True)
            self._move(self._path(file, True), self._path(file, False))
        return self.find(file, deleted=False)

    def _move(self, source: Path, target: Path) -> None:
        try:
            target.parent.mkdir(exist_ok=True)
            # The .json last: what has none is listed nowhere.
            for suffix in reversed(_HALVES):
                half = source.with_suffix(suffix)
                if half.exists():
                    half.replace(target.with_suffix(suffix))
        except OSError as error:
            raise TakeError(
                f"cannot move {source.stem}: {(error.strerror or str(error)).lower()}"
            ) from None
