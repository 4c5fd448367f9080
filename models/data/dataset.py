"""A folder of MIDI files split into training and validation pieces, with what was left out."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from models.chorale.data import Chorale, load_folder

_VALID_SHARE = 10  # one piece in so many is kept for validation


class DatasetError(ValueError):
    """A folder holds nothing to learn from; the message says why."""


@dataclass(frozen=True)
class Dataset:
    """Pieces to train on and pieces to choose by; never two parts of one piece in both."""

    train: list[Chorale]
    valid: list[Chorale]
    left_out: list[str] = field(default_factory=list)


def load_dataset(folder: Path) -> Dataset:
    """Read `folder`/train and `folder`/valid, or split the pieces of `folder` by their names."""
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder of MIDI files")
    if (folder / "train").is_dir() and (folder / "valid").is_dir():
        train, left = load_folder(folder / "train")
        valid, also_left = load_folder(folder / "valid")
    else:
        pieces, left = load_folder(folder)
        also_left = []
        held = [_held_out(p.name) for p in pieces]
        if len(set(held)) < 2:  # all of them, or none
            held = [i == len(pieces) - 1 for i in range(len(pieces))]
        train = [p for p, is_held in zip(pieces, held, strict=True) if not is_held]
        valid = [p for p, is_held in zip(pieces, held, strict=True) if is_held]
    left_out = left + also_left
    if not train or not valid:
        why = f"; the first left out: {left_out[0]}" if left_out else ""
        raise DatasetError(
            f"{folder} has {len(train) + len(valid)} usable pieces, at least 2 are needed{why}"
        )
    return Dataset(train, valid, left_out)


def _held_out(name: str) -> bool:
    # By a hash of the name: adding a piece to the folder moves no other to the other side.
    return hashlib.sha256(name.encode()).digest()[0] % _VALID_SHARE == 0
