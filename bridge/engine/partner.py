"""A program that is played together with, such as Ableton Live, as the engine sees it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from bridge.engine.clock_follower import ClockFollower
from bridge.engine.command_values import Handler
from bridge.engine.performance import Performance
from bridge.reports import Report


class Partner(Protocol):
    """Adds commands of its own, and hears of takes. Called from: the engine thread."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """The commands that it answers, by name."""

    @property
    def hears(self) -> tuple[type[Report], ...]:
        """The kinds of reports that it wants to hear."""

    @property
    def wakes_at_seconds(self) -> float | None:
        """When it must be woken; None: not until a command or a report comes."""

    def hear(self, report: Report) -> None:
        """Take note of a report; what follows from it is done at the next `wake`."""

    def wake(self, now_seconds: float) -> None:
        """Do what is due by now."""


class NoPartner:
    """Nobody is there."""

    handlers: Mapping[str, Handler] = MappingProxyType({})
    hears: tuple[type[Report], ...] = ()
    wakes_at_seconds: float | None = None

    def __init__(self, _play: Performance, _follower: ClockFollower) -> None:
        pass

    def hear(self, report: Report) -> None:
        """Hear nothing."""

    def wake(self, now_seconds: float) -> None:
        """Do nothing."""


MakePartner = Callable[[Performance, ClockFollower], Partner]
