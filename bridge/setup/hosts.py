"""Where other programs look for what Continuo brings them, and what their users do then."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.setup.installer import InstallError

_MAX = ("Max 9", "Max 8")  # the newest first


@dataclass(frozen=True, slots=True)
class Places:
    """This system, and its user's home, documents and programs' data."""

    platform: str
    home: Path
    documents: Path
    app_data: Path


@dataclass(frozen=True, slots=True)
class Host:
    """A program: which folder is copied for it, into which, and what its user does then."""

    title: str
    source: str
    find: Callable[[Places], Path]  # InstallError if it is not there
    steps: tuple[str, ...]


def places_here() -> Places:
    """Return the places of this computer."""
    import platformdirs

    home = Path.home()
    app_data = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    return Places(sys.platform, home, Path(platformdirs.user_documents_dir()), app_data)


def _ableton(places: Places) -> Path:
    libraries = {
        "darwin": places.home / "Music" / "Ableton" / "User Library",
        "win32": places.documents / "Ableton" / "User Library",
    }
    library = _of_system("Ableton Live", places, libraries)
    _must_exist(
        library,
        "start Live once, or if its User Library is elsewhere (Live's Settings > Library says "
        "where), name its folder Remote Scripts with --to DIR",
    )
    return library / "Remote Scripts"


def _max(places: Places) -> Path:
    folders = [places.documents / name for name in _MAX]
    of_system = {"darwin": folders[0], "win32": folders[0]}
    first = _of_system("Max", places, of_system)
    found = next((folder for folder in folders if folder.is_dir()), first)
    _must_exist(found, "start Max once, or name a folder in its search path with --to DIR")
    return found / "Library"


def _reaper(places: Places) -> Path:
    folders = {
        "darwin": places.home / "Library" / "Application Support" / "REAPER",
        "win32": places.app_data / "REAPER",
        "linux": places.home / ".config" / "REAPER",
    }
    resources = _of_system("REAPER", places, folders)
    _must_exist(
        resources,
        "start REAPER once, or if its resources are elsewhere (Options > Show REAPER resource "
        "path), name its folder Scripts with --to DIR",
    )
    return resources / "Scripts"


def _of_system(title: str, places: Places, folders: Mapping[str, Path]) -> Path:
    folder = folders.get(places.platform)
    if folder is None:
        system = {"linux": "Linux"}.get(places.platform, places.platform)
        raise InstallError(f"{title} does not run on {system}: name the folder with --to DIR")
    return folder


def _must_exist(folder: Path, cure: str) -> None:
    if not folder.is_dir():
        raise InstallError(f"there is no folder {folder}: {cure}")


HOSTS = {
    "ableton": Host(
        "Ableton Live",
        "ableton_remote_script",
        _ableton,
        (
            "Start Live, or start it again: it looks for scripts at its start alone.",
            "Settings > Link, Tempo & MIDI > Control Surface: choose Continuo; no input or output.",
            "continuo play, or continuo play --live to see every take in the set.",
            "`continuo doctor` says whether Live answers.",
        ),
    ),
    "max": Host(
        "Max",
        "max_patches",
        _max,
        (
            "In Max: File > Open, continuo.maxpat; every message is in continuo.help.maxpat.",
            "In Live (with Max for Live): drag Continuo.amxd from this folder onto a MIDI track.",
            "continuo play",
        ),
    ),
    "reaper": Host(
        "REAPER",
        "reaper_scripts",
        _reaper,
        (
            "In REAPER: Actions > Show action list > New action > Load ReaScript, and choose the "
            "files continuo_*.lua in this folder.",
            "continuo play, then run one of the actions; README.md there says what each does.",
        ),
    ),
}
