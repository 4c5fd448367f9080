"""Notices that models came, changed or went while Continuo plays."""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter

from bridge.events import ModelsChanged
from bridge.polling import Polling, Wait
from models.artifact.catalogue import SUFFIX, list_models, model_folders
from models.artifact.manifest import Manifest

LOOK_SECONDS = 2.0
# Of every artifact: its path, and what a new content or a new file of that name would change.
_Stamp = tuple[str, int, int, int]
_Stamps = frozenset[_Stamp]


class ModelScan:
    """One look after the other at the model folders; only a change makes it open a file.

    `known` are the models that the musician was told of already.
    """

    def __init__(
        self, known: Iterable[Manifest] = (), folders: Sequence[Path] | None = None
    ) -> None:
        self._folders = model_folders() if folders is None else tuple(folders)
        self._known = tuple(known)
        self._seen: _Stamps | None = None  # at the last look
        self._read: _Stamps | None = None  # when the manifests were read last

    def look(self) -> tuple[Manifest, ...] | None:
        """Give the usable models in the order of their program changes; None: the same as before.

        A change is read one look later, when it has settled: a file that is being copied is no
        model yet. Never raises: a folder that cannot be read is looked at again next time.
        """
        try:
            stamps = _stamps(self._folders)
            has_settled = stamps == self._seen or self._seen is None
            self._seen = stamps
            if stamps == self._read or not has_settled:
                return None
            found = usable(self._folders)
        except (OSError, ValueError, RuntimeError):
            return None
        self._read = stamps
        if found == self._known:
            return None
        self._known = found
        return found


def watch_models(
    put: Callable[[ModelsChanged], None],
    scan: ModelScan,
    clock: Callable[[], float] = perf_counter,
    wait: Wait = threading.Event.wait,
) -> Polling:
    """Scan every two seconds until closed; `put` is called from there with ModelsChanged."""

    def look() -> None:
        found = scan.look()
        if found is not None:
            put(ModelsChanged(clock(), found))

    return Polling(look, LOOK_SECONDS, "models", wait)


def usable(folders: Sequence[Path] | None = None) -> tuple[Manifest, ...]:
    """Read the manifests of the models that can be played, in the order of program changes."""
    return tuple(entry.manifest for entry in list_models(folders) if entry.manifest is not None)


def _stamps(folders: Iterable[Path]) -> _Stamps:
    return frozenset(stamp for folder in folders for stamp in _of_folder(folder))


def _of_folder(folder: Path) -> list[_Stamp]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [_stamp(e) for e in entries if e.name.endswith(SUFFIX) and not e.name.startswith(".")]


def _stamp(entry: os.DirEntry[str]) -> _Stamp:
    try:
        found = entry.stat()
    except OSError:  # a link to nowhere, or gone meanwhile
        return entry.path, 0, 0, 0
    return entry.path, found.st_mtime_ns, found.st_size, found.st_ino
