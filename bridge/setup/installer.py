"""Puts what belongs into another program's folders there, and knows it again later.

Beside what it has installed lies a list of files with their hashes: what a musician has changed
is overwritten only with `--force`, what is merely old is brought up to date.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import ContinuoError

FOLDER = "Continuo"
MANIFEST = "continuo-files.json"
_NEW, _OLD = f".{FOLDER}.new", f".{FOLDER}.old"
# Python's own, and what file managers leave behind.
_LEFT_OUT = ("__pycache__", ".DS_Store", "Thumbs.db", "desktop.ini")
_PACKAGE = Path(__file__).resolve().parents[1]


class InstallError(ContinuoError):
    """It cannot be installed there; its text is a sentence with the cure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of `target`: files by path, what a musician changed, what stays."""

    target: Path
    files: Mapping[str, bytes]
    written: tuple[str, ...]  # new or other than what is there
    removed: tuple[str, ...]  # ours once, and no longer
    changed: tuple[str, ...]  # by somebody else
    kept: tuple[str, ...]  # not ours

    @property
    def is_done(self) -> bool:
        """Whether all is there already as it should be."""
        return not self.written and not self.removed


def source_folder(name: str) -> Path:
    """Return the folder that is to be copied: from the package, or from the clone around it."""
    for folder in (_PACKAGE / "hosts" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise InstallError(f"{name} is missing: install Continuo again")


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below, by its path with slashes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_left_out = any(part in _LEFT_OUT for part in parts) or path.suffix == ".pyc"
        if path.is_file() and not is_left_out:
            found["/".join(parts)] = path.read_bytes()
    return found


def plan(files: Mapping[str, bytes], target: Path) -> Plan:
    """Look at what is there; InstallError if it cannot be replaced at all."""
    if target.is_symlink():
        raise InstallError(f"{target} is a link to {target.readlink()}: remove it, or work there")
    if target.exists() and not target.is_dir():
        raise InstallError(f"{target} is no folder: move it away")
    there = read_folder(target) if target.is_dir() else {}
    there.pop(MANIFEST, None)
    known = _manifest(target)
    is_ours = {path for path in there if path in known or path in files}
    return Plan(
        target,
        files,
        written=tuple(path for path in files if there.get(path) != files[path]),
        removed=tuple(path for path in known if path in there and path not in files),
        changed=tuple(
            path
            for path in sorted(is_ours)
            if there[path] != files.get(path) and _hash(there[path]) != known.get(path)
        ),
        kept=tuple(sorted(there.keys() - is_ours)),
    )


def carry_out(planned: Plan, version: str) -> None:
    """Replace the whole folder at once; InstallError leaves it as it was."""
    target = planned.target
    new, old = target.with_name(_NEW), target.with_name(_OLD)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear(target, new, old)
        _fill(new, planned, version)
        _swap(target, new, old)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        reason = error.strerror or str(error)
        raise InstallError(
            f"cannot write {target} ({reason}): is the program running that uses it?"
        ) from error


def _clear(target: Path, new: Path, old: Path) -> None:
    """Take away what an installation left that was cut off."""
    if old.is_dir() and not target.exists():
        old.rename(target)
    for folder in (new, old):
        if folder.is_dir():
            shutil.rmtree(folder)


def _fill(new: Path, planned: Plan, version: str) -> None:
    files = dict(planned.files)
    hashes = {path: _hash(content) for path, content in files.items()}
    about = json.dumps({"version": version, "files": hashes}, indent=2) + "\n"
    files[MANIFEST] = about.encode()
    files |= {path: (planned.target / path).read_bytes() for path in planned.kept}
    for path, content in files.items():
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        (new / path).write_bytes(content)


def _swap(target: Path, new: Path, old: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _manifest(target: Path) -> dict[str, str]:
    """The hashes of what was installed here; empty if nothing was, or nobody knows."""
    try:
        files = json.loads((target / MANIFEST).read_text(encoding="utf-8"))["files"]
        return {str(path): str(sum_) for path, sum_ in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
