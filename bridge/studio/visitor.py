"""A page that is connected, as the engine knows who asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """A page, by the server's start and the number that it gave; no host and port, as OSC's are.

    `is_new`: it asked nothing yet: what it is told is the picture that every page gets first.
    """

    start: int
    number: int
    is_new: bool = False
