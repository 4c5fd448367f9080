"""Hyperparameters by name: dataclasses declare them, the command line sets them."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from math import isfinite
from typing import Any, TypeVar

from models.suggestions import near_names
from models.training.errors import TrainingError

T = TypeVar("T")


def declared(plans: Sequence[type]) -> dict[str, float]:
    """List the options, and their defaults, that some dataclasses have as number fields."""
    return {
        f.name: f.default
        for plan in plans
        for f in fields(plan)
        if f.default is not MISSING and isinstance(f.default, int | float)
    }


def parse_options(texts: Sequence[str], known: Mapping[str, float]) -> dict[str, float]:
    """Read `name=value` texts; TrainingError, with what is known, for one that is not so."""
    out: dict[str, float] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not (equals and isfinite(number)):
            there_is = ", ".join(f"{n}={v:g}" for n, v in known.items())
            raise TrainingError(
                f"an option must look like name=0.5, got {text!r}; there is {there_is}"
            )
        out[name.strip().replace("-", "_")] = number
    return out


def check_options(given: Mapping[str, float], known: Mapping[str, float], who: str) -> None:
    """Raise TrainingError for an option that `who` does not have, or that must be whole."""
    for name, value in given.items():
        if name not in known:
            raise TrainingError(f"{who} has no option {name!r}; {near_names(name, list(known))}")
        default = known[name]
        if isinstance(default, int) and not isinstance(default, bool) and value != int(value):
            raise TrainingError(f"option {name} of {who} must be a whole number, got {value:g}")
        if default >= 0 > value:
            raise TrainingError(f"option {name} of {who} must be at least 0, got {value:g}")


def read_options(plan: type[T], options: Mapping[str, float]) -> T:
    """Fill a dataclass with those of the options that are its fields."""
    values: dict[str, Any] = {
        name: type(default)(options[name])
        for name, default in declared([plan]).items()
        if name in options
    }
    return plan(**values)
