"""Pieces put on the side of training or of validation, without copies of each other."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.data.piece import LeftOut
from models.data.similarity import Features, KnownPieces


@dataclass(frozen=True)
class Entry:
    """What the split must know of a piece; `side` is train or valid if its folder says so."""

    name: str
    file: str
    features: Features
    side: str = ""


@dataclass(frozen=True)
class Split:
    """The names on both sides, in order, and the copies that are on none."""

    train: list[str]
    valid: list[str]
    left_out: list[LeftOut]


def split(entries: Sequence[Entry], valid_share: float, similarity: float) -> Split:
    """Divide pieces; copies go out, and of two alike ones on both sides that in validation."""
    left: list[LeftOut] = []
    train, heard = _without_copies([e for e in entries if _is_train(e, valid_share)], left)
    others, _ = _without_copies([e for e in entries if not _is_train(e, valid_share)], left)
    valid = [e for e in others if not _is_known(e, heard, similarity, left)]
    return Split([e.name for e in train], [e.name for e in valid], left)


def _is_train(entry: Entry, valid_share: float) -> bool:
    if entry.side:
        return entry.side == "train"
    return place(entry.name) >= valid_share


def place(name: str) -> float:
    """Give a number in [0, 1) from the name alone: adding a piece moves no other."""
    return (
        int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:4], "big")
        / 2**32
    )


def _without_copies(
    entries: Sequence[Entry], left: list[LeftOut]
) -> tuple[list[Entry], KnownPieces]:
    kept: list[Entry] = []
    heard = KnownPieces()
    for entry in entries:
        original = heard.same(entry.features)
        if original is None:
            kept.append(entry)
            heard.add(entry.name, entry.features)
        else:
            left.append(LeftOut(entry.file, f"the same music as {original}", "duplicate"))
    return kept, heard


def _is_known(entry: Entry, heard: KnownPieces, similarity: float, left: list[LeftOut]) -> bool:
    found = heard.like(entry.features, similarity)
    if found is None:
        return False
    name, share = found
    reason = f"kept out of validation: {100 * share:.0f} % alike to {name}, which is learnt from"
    left.append(LeftOut(entry.file, reason, "duplicate"))
    return True


def both_sides(
    train: list[str], valid: list[str], found: Mapping[str, Features], similarity: float
) -> tuple[list[str], list[str]]:
    """Move one piece over if a side is empty: in a small folder the names may all fall on one.

    It is one that is like no other; where there is none the side stays empty.
    """
    if len(train) >= 2 and not valid:
        one = _unlike_others(sorted(train, key=place), found, similarity)
        return [name for name in train if name not in one], one
    if len(valid) >= 2 and not train:
        one = _unlike_others(sorted(valid, key=place, reverse=True), found, similarity)
        return one, [name for name in valid if name not in one]
    return train, valid


def _unlike_others(
    names: Sequence[str], found: Mapping[str, Features], similarity: float
) -> list[str]:
    """Give the first piece that is like none of the others, or nothing."""
    for name in names:
        others = KnownPieces()
        for other in names:
            if other != name:
                others.add(other, found[other])
        if others.like(found[name], similarity) is None:
            return [name]
    return []
