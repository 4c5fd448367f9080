"""The takes that lie on disk: listed, found by number, id or name, and set aside."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.storage.take_store import TakeError


@dataclass(frozen=True, slots=True)
class SavedTake:
    """What the .json beside a take says of it; "" and 0 for what it does not say."""

    number: int  # 1 is the newest
    midi: Path
    saved: str
    take_id: str
    model: str
    seed: int
    bars: int
    bpm: float
    verdict: str
    title: str = ""

    @property
    def json(self) -> Path:
        """The file beside it."""
        return self.midi.with_suffix(".json")


def list_takes(folder: Path) -> list[SavedTake]:
    """List the folder's takes, the newest first; a .json that is none of ours is left out."""
    try:
        paths = sorted(folder.glob("*.json"), reverse=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TakeError(f"cannot read the folder {folder}: {reason}") from None
    found: list[SavedTake] = []
    for path in paths:
        if (take := _read(path, len(found) + 1)) is not None:
            found.append(take)
    return found


def _read(path: Path, number: int) -> SavedTake | None:
    try:
        data = json.loads(path.read_bytes())
        return SavedTake(
            number=number,
            midi=path.with_suffix(".mid"),
            saved=str(data["saved"]),
            take_id=str(data.get("id") or ""),
            model=str(data.get("model") or ""),
            seed=int(data.get("seed") or 0),
            bars=int(data["bars"]),
            bpm=float(data["bpm"]),
            verdict=str(data.get("verdict") or ""),
            title=str(data.get("title") or ""),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def find_take(takes: Sequence[SavedTake], name: str) -> SavedTake:
    """Find a take by its number, `last`, its id, or (the beginning of) its file's name."""
    if not takes:
        raise TakeError("there are no takes yet: play, and every take is saved by itself")
    if name in ("last", "1"):
        return takes[0]
    if name.isascii() and name.isdecimal() and len(name) < 5:
        if 1 <= int(name) <= len(takes):
            return takes[int(name) - 1]
        raise TakeError(
            f"there is no take {name}: they are numbered 1 (the newest) to {len(takes)}"
        )
    stem = Path(name).stem
    fits = [t for t in takes if name == t.take_id or t.midi.stem.startswith(stem)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise TakeError(f"{len(fits)} takes fit {name!r}: name one by its number")
    raise TakeError(f"no take is called {name!r}: see `continuo takes list`")
