"""Options that are numbers: what is none is refused with the value and with what is allowed."""

from contextlib import suppress
from typing import Any

import click


class NumberError(click.BadParameter):
    """A value that an option cannot take, said in one sentence."""

    def format_message(self) -> str:
        """Name the option, then say what it takes."""
        name = "" if self.param is None else max(self.param.opts, key=len)
        return f"{name} {self.message}".strip()


def _checked(
    kind: "Number | Whole",
    number: float | None,
    value: object,
    where: click.Parameter | None,
    what: str,
) -> float:
    """Give the number; NumberError says what is allowed where it is None, or not a number."""
    low, high = kind.min, kind.max
    is_bounded = low is not None or high is not None
    if number is not None and (not is_bounded or number == number):
        return number
    if low is not None and high is not None:
        what += f" from {low:.10g} {'to below' if kind.max_open else 'to'} {high:.10g}"
    elif low is not None:
        what += f" {'above' if kind.min_open else 'of at least'} {low:.10g}"
    raise NumberError(f"must be {what}, got {str(value)!r}", param=where)


class Number(click.FloatRange):
    """A number, in a range if one is given."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Read it; NumberError says what is allowed."""
        with suppress(click.BadParameter):
            return _checked(self, super().convert(value, param, ctx), value, param, "a number")
        return _checked(self, None, value, param, "a number")

    def _describe_range(self) -> str:
        return "" if self.min is None and self.max is None else super()._describe_range()


class Whole(click.IntRange):
    """A whole number, in a range if one is given."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Read it; NumberError says what is allowed."""
        with suppress(click.BadParameter):
            return super().convert(value, param, ctx)
        return _checked(self, None, value, param, "a whole number")

    def _describe_range(self) -> str:
        return "" if self.min is None and self.max is None else super()._describe_range()
