"""One take while it is made: the requests put to the worker, and the answers that came."""

from dataclasses import dataclass, field
from typing import NamedTuple

from bridge.events import Generated, GenerateFailed, Sender, StepMade
from bridge.interfaces import GenerateRequest
from models.music.clip import Clip, Track
from models.music.harmony import Harmony

_MOST_REQUESTS = 8


class Made(NamedTuple):
    """What was made for a take: accompaniment, and the melody where a model changed it.

    `steps`: what each of several models left.
    """

    tracks: tuple[Track, ...] = ()
    melody: Clip | None = None
    steps: tuple[StepMade, ...] = ()


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asked for a take by its id, and the address that they called, for an error."""

    sender: Sender = None
    address: str = ""


@dataclass(slots=True)
class Take:
    """One take: the requests put to the worker so far, and the newest answer that has come.

    `requester`: who asked for it by its id, and is told when it is there; None: it was played.
    `phrase`: what it is about, where its requests tell of more than that.
    `stored`: the request whose answer is on its way to disk, so that each is saved once.
    """

    number: int
    seed: int
    take_id: str = ""
    requester: Requester | None = None
    phrase: Clip | None = None
    is_delivered: bool = False  # the requester was told
    verdict: str = ""
    count: int = 0  # requests put
    requests: list[GenerateRequest] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)  # answered or failed
    answer: tuple[GenerateRequest, Made] | None = None
    harmony: Harmony | None = None  # that the model planned for the answer
    committed: GenerateRequest | None = None
    stored: GenerateRequest | None = None
    is_apart: bool = False  # from what is being played: asked again while that goes on
    repeats: int = 0
    failure: str = ""  # the last reason told
    asked_while_loading: bool = False  # then it is answered however late that is

    @property
    def lane(self) -> str:
        """The lane of its requests: one of its own if another phrase is being played meanwhile."""
        return self.take_id if self.requester or self.is_apart else ""

    @property
    def newest(self) -> GenerateRequest | None:
        """The last request."""
        return self.requests[-1] if self.requests else None

    @property
    def is_waiting(self) -> bool:
        """Whether the last request is still open (older ones may have been replaced)."""
        return self.newest is not None and self.newest.request_id not in self.closed

    @property
    def is_awaited(self) -> bool:
        """Whether somebody who asked for it by its id waits for it."""
        return self.requester is not None and self.is_waiting

    @property
    def is_armed(self) -> bool:
        """Whether an answer waits for its bar line."""
        return self.answer is not None and self.committed is None

    @property
    def is_improved(self) -> bool:
        """Whether an answer to more of the phrase has come than the one that was committed."""
        is_newer = self.answer is not None and self.answer[0] is not self.committed
        return is_newer and self.committed is not None

    def forget_old(self) -> None:
        """Keep only the last requests: a piece without end asks without end."""
        self.requests = self.requests[-_MOST_REQUESTS:]
        self.closed &= {request.request_id for request in self.requests}

    def rearm(self) -> None:
        """Let the answer wait for a bar line again, though it was heard already."""
        self.committed = None

    def _find(self, request_id: str) -> GenerateRequest | None:
        if request_id in self.closed:
            return None
        return next((r for r in self.requests if r.request_id == request_id), None)

    def take_answer(self, event: Generated) -> bool:
        """Keep the answer if it is to a newer request than the one kept; tell if it was ours."""
        request = self._find(event.request_id)
        if request is None:
            return False
        self.closed.add(event.request_id)
        if self.answer is None or self._index(request) > self._index(self.answer[0]):
            self.answer = (request, Made(event.tracks, event.melody, event.steps))
            self.harmony = event.harmony
        return True

    def take_failure(self, event: GenerateFailed) -> bool:
        """Close the request; tell if it was ours."""
        request = self._find(event.request_id)
        if request is not None:
            self.closed.add(event.request_id)
        return request is not None

    def _index(self, request: GenerateRequest) -> int:
        return self.requests.index(request) if request in self.requests else -1
