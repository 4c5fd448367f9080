"""Options that are numbers: what is none is refused with the value and with what is allowed."""

from typing import Any

import click


class NumberError(click.BadParameter):
    """A value that an option cannot take, said in one sentence."""

    def format_message(self) -> str:
        """Name the option, then say what it takes."""
        name = "" if self.param is None else max(self.param.opts, key=len)
        return f"{name} {self.message}".strip()


class _Said(click.ParamType):
    """Says what is allowed, where click says what type a value is not."""

    kind = "a number"
    min: float | None
    max: float | None
    min_open: bool
    max_open: bool

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """Read it; NumberError says what is allowed."""
        try:
            number = super().convert(value, param, ctx)
        except click.BadParameter:
            number = None
        if number is None or (self.is_bounded and number != number):  # not a number at all
            raise NumberError(f"must be {self.allowed}, got {str(value)!r}", ctx, param)
        return number

    @property
    def is_bounded(self) -> bool:
        """Whether there is a range."""
        return self.min is not None or self.max is not None

    @property
    def allowed(self) -> str:
        """Say what it takes: a whole number from 1 to 64."""
        if self.min is None:
            return self.kind
        if self.max is None:
            return f"{self.kind} {'above' if self.min_open else 'of at least'} {self.min}"
        return f"{self.kind} from {self.min} {'to below' if self.max_open else 'to'} {self.max}"

    def _describe_range(self) -> str:
        return super()._describe_range() if self.is_bounded else ""  # type: ignore[misc,no-any-return]


class Number(_Said, click.FloatRange):
    """A number, in a range if one is given."""

    name = "number"


class Whole(_Said, click.IntRange):
    """A whole number, in a range if one is given."""

    name = "integer"
    kind = "a whole number"
