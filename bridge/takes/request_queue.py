"""The requests that wait for the worker: what is being played first, then takes by their ids."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.interfaces import GenerateRequest

MOST_REQUESTED = 32


@dataclass(frozen=True, slots=True)
class QueuedRequest:
    """A request, and how often a worker ended over it."""

    request: GenerateRequest
    tries: int = 0


class RequestQueue:
    """A newer request replaces the older one in its lane; lanes do not affect each other.

    The lane "" is what is being played. The others are takes requested by id, in the order in which
    they came.
    """

    def __init__(self) -> None:
        self._by_lane: dict[str, QueuedRequest] = {}

    def __iter__(self) -> Iterator[QueuedRequest]:
        return iter(list(self._by_lane.values()))

    def put(self, job: QueuedRequest) -> bool:
        """Queue a job; False: too many wait already."""
        lane = job.request.lane
        if lane and lane not in self._by_lane and len(self._by_lane) > MOST_REQUESTED:
            return False
        self._by_lane[lane] = job
        return True

    def holds(self, lane: str) -> bool:
        """Tell whether a request in this lane waits."""
        return lane in self._by_lane

    def drop(self, lane: str) -> None:
        """Empty this lane."""
        self._by_lane.pop(lane, None)

    def take(self) -> QueuedRequest | None:
        """Remove and return the job that comes next."""
        if not self._by_lane:
            return None
        lane = "" if "" in self._by_lane else next(iter(self._by_lane))
        return self._by_lane.pop(lane)

    def clear(self) -> None:
        """Empty every lane."""
        self._by_lane.clear()
