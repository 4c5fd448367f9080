"""The arguments of a message, held to what its address takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .types import Value


class RequestError(ValueError):
    """A request cannot be done as it came; the sentence says why and what to do."""


def read(values: Sequence[Value], kinds: str) -> list[Any]:
    """Read arguments of these kinds (i, f, s); RequestError if one does not fit."""
    if len(values) < len(kinds):
        raise RequestError(f"{len(values)} arguments came; {len(kinds)} are needed ({kinds})")
    return [_READERS[kind](values[i], i + 1) for i, kind in enumerate(kinds)]


def number(value: Value, at: int) -> float:
    """Read a finite number; `at` is its place for the message."""
    if not isinstance(value, (int, float)) or value - value != 0:
        raise RequestError(f"argument {at} must be a number, got {value!r}")
    return float(value)


def whole(value: Value, at: int) -> int:
    """Read a whole number, whichever type it came in."""
    found = number(value, at)
    if found != int(found):
        raise RequestError(f"argument {at} must be a whole number, got {value!r}")
    return int(found)


def text(value: Value, at: int) -> str:
    """Read a text; numbers serve as well, since some clients send an id so."""
    if isinstance(value, (bytes, type(None))):
        raise RequestError(f"argument {at} must be a text, got {value!r}")
    return str(value)


_READERS = {"i": whole, "f": number, "s": text}
