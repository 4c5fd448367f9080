"""Notices that models came, changed or went while Continuo plays."""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter

from bridge.events import ModelsChanged
from models.artifact.catalogue import SHIPPED_FOLDER, SUFFIX, list_models, user_folder
from models.artifact.manifest import Manifest

LOOK_SECONDS = 2.0
_LONGEST_SECONDS = 1.0  # that closing waits for a look: a folder in the network may hang
# Of every artifact: its path, and what a new content or a new file of that name would change.
_Stamp = tuple[str, int, int, int]
_Stamps = frozenset[_Stamp]
# Waits for the seconds given, or until the event is set; says whether it is.
Wait = Callable[[threading.Event, float], bool]


class ModelScan:
    """One look after the other at the model folders; only a change makes it open a file.

    `known` are the models that the musician was told of already.
    """

    def __init__(
        self, known: Iterable[Manifest] = (), folders: Sequence[Path] | None = None
    ) -> None:
        self._folders = tuple(folders) if folders is not None else (SHIPPED_FOLDER, user_folder())
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


class ModelWatch:
    """Looks at the model folders every two seconds, in a thread of its own, until closed.

    `put` is called from there with ModelsChanged.
    """

    def __init__(
        self,
        put: Callable[[ModelsChanged], None],
        look: ModelScan,
        clock: Callable[[], float] = perf_counter,
        wait: Wait = threading.Event.wait,
    ) -> None:
        self._put, self._look, self._clock, self._wait = put, look, clock, wait
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="models", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more, and return at once. Called from any thread, any number of times."""
        self._closing.set()
        self._thread.join(_LONGEST_SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            found = self._look.look()
            if found is not None:
                self._put(ModelsChanged(self._clock(), found))
            self._wait(self._closing, LOOK_SECONDS)


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
