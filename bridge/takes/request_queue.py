"""The questions that wait for the worker: what is played live first, then what was wished for."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.interfaces import GenerateRequest

MOST_WISHES = 32


@dataclass(frozen=True, slots=True)
class QueuedRequest:
    """A question, and how often a worker ended over it."""

    request: GenerateRequest
    tries: int = 0


class RequestQueue:
    """A newer question of the same line takes the older one's place; lines do not push each other.

    The line "" is what is played live. The others are wishes, answered in the order they came.
    """

    def __init__(self) -> None:
        self._by_line: dict[str, QueuedRequest] = {}

    def __iter__(self) -> Iterator[QueuedRequest]:
        return iter(list(self._by_line.values()))

    def put(self, job: QueuedRequest) -> bool:
        """Let the job wait; False: too many wait already."""
        line = job.request.line
        if line and line not in self._by_line and len(self._by_line) > MOST_WISHES:
            return False
        self._by_line[line] = job
        return True

    def holds(self, line: str) -> bool:
        """Tell whether a question of this line waits."""
        return line in self._by_line

    def drop(self, line: str) -> None:
        """Let nothing of this line wait."""
        self._by_line.pop(line, None)

    def take(self) -> QueuedRequest | None:
        """Remove and return the job that comes next."""
        if not self._by_line:
            return None
        line = "" if "" in self._by_line else next(iter(self._by_line))
        return self._by_line.pop(line)

    def clear(self) -> None:
        """Let nothing wait."""
        self._by_line.clear()
