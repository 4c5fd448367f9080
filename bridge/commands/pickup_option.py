"""The option `--pickup` of the commands that read files."""

from collections.abc import Callable
from typing import Any

import click

from bridge.commands.numbers import Number


def pickup_option(what: str) -> Callable[[Any], Any]:
    """Declare `--pickup`; `what` begins before its first bar line."""
    return click.option(
        "--pickup",
        type=Number(0),
        default=0.0,
        metavar="BEATS",
        help=f"{what} begins so many beats before its first bar line.",
    )
