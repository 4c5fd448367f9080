"""What calls the script: Live's timer every 10 ms, and its 100 ms tick to look after that."""

from __future__ import annotations

from collections.abc import Callable

from .host import Host
from .types import LiveTimer

INTERVAL_MS = 10


class RepeatingTimer:
    """Calls `work` until it is stopped; a timer that has died is replaced at the next tick."""

    def __init__(self, host: Host, work: Callable[[], None]) -> None:
        self._host = host
        self._work = work
        self._timer: LiveTimer = None
        self._is_stopped = False

    def start(self) -> None:
        """Begin."""
        self._wind()
        self._host.on_next_tick(self._watch)

    def stop(self) -> None:
        """End for good."""
        self._is_stopped = True
        if self._timer is not None:
            self._timer.stop()
        self._timer = None

    def _watch(self) -> None:
        if self._is_stopped:
            return
        # Armed first: whatever happens below, there is a next tick.
        self._host.on_next_tick(self._watch)
        if self._timer is None or not self._timer.running:
            self._work()
            self._wind()

    def _wind(self) -> None:
        try:
            self._timer = self._host.timer(self._work, INTERVAL_MS)
        except (AttributeError, RuntimeError, TypeError) as error:
            self._timer = None  # the tick does the work, ten times more slowly
            self._host.log(f"no timer ({error}): working at Live's tick")
