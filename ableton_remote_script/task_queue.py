"""Long work in small steps, so that Live's main thread is never held for long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from .types import Steps

# A task is a generator: at each yield it may be left until the next callback.
# `yield PAUSE` asks for that, where something of Live's takes effect only at its next tick.
PAUSE = "pause"


class TaskQueue:
    """Tasks one after the other, each step of them small."""

    def __init__(self) -> None:
        self._waiting: deque[Steps] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, task: Steps) -> None:
        """Do this task after those that are waiting."""
        self._waiting.append(task)

    def run(self, is_time_up: Callable[[], bool]) -> None:
        """Do steps until the time is up, or the task wants a pause; at least one step."""
        while self._waiting:
            try:
                yielded = next(self._waiting[0])
            except StopIteration:
                self._waiting.popleft()
                yielded = None
            except BaseException:
                self._waiting.popleft()
                raise
            if yielded is PAUSE or is_time_up():
                return

    def close(self) -> None:
        """Leave all tasks where they are; what they must put right, they put right."""
        while self._waiting:
            self._waiting.popleft().close()
