"""Reads fields of parsed JSON one by one, each with its rule, naming the field that breaks it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import inf, isfinite
from typing import Any

_SHOWN_CHARACTERS = 60


class Fields:
    """A JSON object whose fields are asked for by name; `error` is raised with a sentence."""

    def __init__(self, data: Mapping[str, Any], error: type[Exception], where: str = "") -> None:
        self._data = data
        self._error = error
        self._where = where

    def label(self, name: str) -> str:
        """Name a field as the reader of the file finds it: `tracks[1].low`."""
        return f"{self._where}{name}"

    def text(
        self, name: str, pattern: re.Pattern[str] | None = None, rule: str = "", empty: bool = False
    ) -> str:
        """Give a string, not blank unless `empty`, matching `pattern` (`rule` says it in words)."""
        value = self._get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "must be a text", value)
        if not (empty or value.strip()):
            raise self._wrong(name, "must not be empty", value)
        if pattern and not pattern.fullmatch(value):
            raise self._wrong(name, rule, value)
        return value

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Give a string that is one of `choices`."""
        value = self._get(name)
        if value not in choices:
            raise self._wrong(name, f"must be one of {', '.join(choices)}", value)
        return str(value)

    def whole(self, name: str, low: float = -inf, high: float = inf) -> int:
        """Give a whole number in low..high."""
        value = self._get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(name, f"must be a whole number{_range(low, high)}", value)
        return value

    def number(self, name: str, low: float = -inf, high: float = inf) -> float:
        """Give a finite number in low..high."""
        value = self._get(name)
        real = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (real and low <= value <= high and _is_finite(value)):
            raise self._wrong(name, f"must be a number{_range(low, high)}", value)
        return float(value)

    def table(self, name: str) -> dict[str, Any]:
        """Give an object with any content."""
        value = self._get(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "must be an object", value)
        return value

    def texts(self, name: str) -> list[str]:
        """Give a list of strings."""
        value = self._list(name)
        for i, item in enumerate(value):
            if not isinstance(item, str):
                raise self._wrong(f"{name}[{i}]", "must be a text", item)
        return value

    def items(self, name: str) -> Iterator["Fields"]:
        """Give each object of a list, as fields to ask for in turn."""
        for i, item in enumerate(self._list(name)):
            label = f"{name}[{i}]"
            if not isinstance(item, dict):
                raise self._wrong(label, "must be an object", item)
            yield Fields(item, self._error, f"{self._where}{label}.")

    def _get(self, name: str) -> Any:  # noqa: ANN401 - JSON may hold anything
        if name not in self._data:
            raise self._error(f"the field {self.label(name)} is missing")
        return self._data[name]

    def _list(self, name: str) -> list[Any]:
        value = self._get(name)
        if not isinstance(value, (list, tuple)):
            raise self._wrong(name, "must be a list", value)
        return list(value)

    def _wrong(self, name: str, rule: str, value: object) -> Exception:
        shown = repr(value)
        if len(shown) > _SHOWN_CHARACTERS:
            shown = shown[:_SHOWN_CHARACTERS] + "..."
        return self._error(f"{self.label(name)} {rule}, got {shown}")


def _range(low: float, high: float) -> str:
    if low == -inf and high == inf:
        return ""
    return f" of at least {low:g}" if high == inf else f" in {low:g}..{high:g}"


def _is_finite(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # a whole number beyond floats
        return False
