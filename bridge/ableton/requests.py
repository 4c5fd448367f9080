"""What the script in Live was asked and has not answered yet: sent again, and at last given up."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bridge.events import Sender
from bridge.reports import AbletonMessage, AbletonScene

PATIENCE_SECONDS = 1.0
REPEATS = 3
MOST = 64


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked by which address, and the take id it was asked under."""

    take_id: str = ""
    sender: Sender = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """One request: as it was sent, for whom, when last, how patiently, and how often again."""

    message: AbletonMessage | AbletonScene
    asker: Asker
    sent_seconds: float
    patience_seconds: float = PATIENCE_SECONDS
    repeats: int = REPEATS

    @property
    def due_seconds(self) -> float:
        """When the answer should have come."""
        return self.sent_seconds + self.patience_seconds


class Requests:
    """The open requests by id. The script does what has an id once, however often it comes."""

    def __init__(self, tell: Callable[[AbletonMessage | AbletonScene], None]) -> None:
        self._tell = tell
        self._open: dict[str, OpenRequest] = {}
        self._given_up: dict[str, OpenRequest] = {}
        self._count = 0

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def next_id(self, session: int) -> str:
        """Return an id that no other run of Continuo has given."""
        self._count += 1
        return f"{session:x}-{self._count}"

    def put(self, id_: str, request: OpenRequest) -> None:
        """Send a request; the oldest of too many is forgotten."""
        while len(self._open) >= MOST:
            del self._open[next(iter(self._open))]
        self._open[id_] = request
        self._tell(request.message)

    def take(self, id_: str, even_late: bool = False) -> OpenRequest | None:
        """Return the request that was answered, once; a late answer may count or not."""
        late = self._given_up.pop(id_, None) if even_late else None
        return self._open.pop(id_, late)

    def put_again(self, id_: str, now_seconds: float) -> bool:
        """Send a request once more, if it may be; tell whether it was."""
        request = self._open.get(id_)
        if request is None or not request.repeats:
            return False
        again = replace(request, sent_seconds=now_seconds, repeats=request.repeats - 1)
        self._open[id_] = again
        self._tell(again.message)
        return True

    @property
    def wakes_at_seconds(self) -> float | None:
        """When the first of them is to be sent again or given up."""
        return min((q.due_seconds for q in self._open.values()), default=None)

    def wake(self, now_seconds: float) -> list[OpenRequest]:
        """Send again what was not answered in time; return what was sent often enough."""
        late = [id_ for id_, q in self._open.items() if q.due_seconds <= now_seconds]
        gone = {i: self._open.pop(i) for i in late if not self.put_again(i, now_seconds)}
        self._given_up |= gone
        while len(self._given_up) > MOST:
            del self._given_up[next(iter(self._given_up))]
        return list(gone.values())
