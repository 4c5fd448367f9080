"""Python sources read once while a network is put into an archive.

Scripting asks for the source of the same classes again and again (torch/_jit_internal.py, for
overloaded methods such as those of a GRU), and Python parses the whole module each time: 4 of 10
seconds of an export, in which whoever stopped a training waits.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def sources_read_once() -> Iterator[None]:
    """Remember the source lines of functions and classes during the block."""
    plain = inspect.getsourcelines
    inspect.getsourcelines = cache(plain)  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getsourcelines = plain
