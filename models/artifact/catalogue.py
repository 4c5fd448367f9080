"""Which artifacts there are: those that ship with Continuo and the user's own, by name."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.artifact.manifest import NAME_PATTERN, NAME_RULE, ArtifactError, Manifest, read_manifest
from models.errors import ContinuoError
from models.suggestions import near_names
from models.user_folders import NoHomeError, data_folder, expanded

DEFAULT_MODEL = "bach"
SUFFIX = ".ts"
SHIPPED_FOLDER = Path(__file__).parents[1] / "pretrained"
_read_before: dict[Path, tuple[tuple[int, ...], Manifest]] = {}


class UnknownModelError(ContinuoError, ValueError):
    """There is no model of that name: the user's mistake."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An artifact by name: its manifest, or the reason why it cannot be used."""

    name: str
    path: Path
    manifest: Manifest | None = None
    error: str | None = None
    hides: Path | None = None  # the shipped artifact of the same name

    @property
    def shipped(self) -> bool:
        """Whether it came with Continuo."""
        return self.path.parent == SHIPPED_FOLDER

    def require(self) -> Manifest:
        """Give its manifest; raise ArtifactError with the reason if it cannot be used."""
        if self.manifest is None:
            raise ArtifactError(self.error or f"{self.name} cannot be used")
        return self.manifest


def user_folder() -> Path:
    """Say where the user's own artifacts belong; the environment's CONTINUO_MODELS changes it."""
    chosen = os.environ.get("CONTINUO_MODELS")
    if chosen:
        return expanded(Path(chosen))
    return data_folder("models")


def model_folders() -> tuple[Path, ...]:
    """Where models are looked for: a user without a home has those that came with Continuo."""
    try:
        return SHIPPED_FOLDER, user_folder()
    except NoHomeError:
        return (SHIPPED_FOLDER,)


def list_models(folders: Sequence[Path] | None = None) -> list[CatalogueEntry]:
    """List what is in the known folders, anew each time; a later folder's names win.

    The order is that of MIDI's program changes: the default, the others by name, then the broken.
    """
    found: dict[str, CatalogueEntry] = {}
    for folder in model_folders() if folders is None else folders:
        for path in _artifacts(folder):
            earlier = found.get(path.stem)
            found[path.stem] = replace(_read(path), hides=earlier.path if earlier else None)
    return sorted(found.values(), key=_order)


def find(name: str, entries: Iterable[CatalogueEntry] | None = None) -> CatalogueEntry:
    """Find an artifact by its name; raise UnknownModelError with names that are near."""
    entries = list(list_models() if entries is None else entries)
    for entry in entries:
        if entry.name == name:
            return entry
    names = [e.name for e in entries]
    if not names:
        raise UnknownModelError(f"no model {name!r}: there is none yet; make one: continuo train")
    raise UnknownModelError(f"no model {name!r}; {near_names(name, names)}")


def _artifacts(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.glob(f"*{SUFFIX}") if not p.name.startswith("."))


def _read(path: Path) -> CatalogueEntry:
    if not NAME_PATTERN.fullmatch(path.stem):
        return CatalogueEntry(path.stem, path, error=f"{path.name}: the file's name {NAME_RULE}")
    try:
        return CatalogueEntry(path.stem, path, _manifest(path))
    except ArtifactError as error:
        return CatalogueEntry(path.stem, path, error=str(error))


def _manifest(path: Path) -> Manifest:
    """Read a manifest, again only if the file has changed: each bar that is asked for needs one."""
    try:
        found = path.stat()
    except OSError:
        return read_manifest(path)  # which says what is wrong
    state = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    known = _read_before.get(path)
    if known is None or known[0] != state:
        known = _read_before[path] = (state, read_manifest(path))
    return known[1]


def _order(entry: CatalogueEntry) -> tuple[bool, bool, str, str]:
    return (
        entry.manifest is None,
        entry.name != DEFAULT_MODEL,
        entry.name.casefold(),
        entry.name,
    )
