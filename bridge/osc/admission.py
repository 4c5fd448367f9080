"""What of the packets that come is let in: decoded, held against the table, no more than is good.

It knows neither sockets nor the engine, so that it can run in a process of its own.
"""

from collections.abc import Callable
from typing import NamedTuple

from bridge.api.ableton_clips import AbletonClips
from bridge.api.help import help_items
from bridge.api.phrase_assembly import PhraseAssembly
from bridge.api.validation import ADDRESSES, ANSWERS, MessageError, ValidMessage, check
from bridge.osc import wire
from bridge.osc.rate_limit import RateLimit, RateLimits
from bridge.osc.subscribers import Target, check_subscriber, is_at
from models.music.clip import Clip

Value = float | str | Clip

# What the engine is asked together it answers together, and meanwhile it plays nothing.
ASKED_AT_ONCE, ASKED_PER_SECOND = 128, 3_000
ERRORS_AT_ONCE, ERRORS_PER_SECOND = 100, 50
_LONGEST_ADDRESS = 80


class Asked(NamedTuple):
    """A command for the engine, with its sender and the address that was called."""

    at_seconds: float
    name: str
    values: tuple[Value, ...]
    source: Target
    path: str


class Faulty(NamedTuple):
    """So many messages could not be taken; the sentence, if there is one, is for the sender."""

    number: int
    path: str = ""
    sentence: str = ""
    source: Target | None = None


class Subscription(NamedTuple):
    """The sender wants events at a port of its host, or wants them no more."""

    source: Target
    port: int
    is_wanted: bool


class HelpItem(NamedTuple):
    """A line of help for the sender."""

    values: tuple[str, ...]
    source: Target


class Lost(NamedTuple):
    """So many datagrams came faster than they could be read, and are gone."""

    number: int


News = Asked | Faulty | Subscription | HelpItem | Lost
_Own = Callable[[ValidMessage, Target], tuple[Value, ...] | None]


class Admission:
    """Reads packets for Continuo at `own`; `is_local`: only programs of this machine may listen.

    `take` gives what is to be passed on of a packet, in order. Called from: one thread.
    """

    def __init__(self, own: Target, is_local: bool) -> None:
        self._own, self._is_local = own, is_local
        self._phrases, self._live = PhraseAssembly(), AbletonClips()
        self._work = RateLimit(ASKED_AT_ONCE, ASKED_PER_SECOND)
        self._errors_all = RateLimit(4 * ERRORS_AT_ONCE, 4 * ERRORS_PER_SECOND)
        self._errors_each = RateLimits(ERRORS_AT_ONCE, ERRORS_PER_SECOND)
        self._news: list[News] = []
        self.untold = 0  # faults that are counted and were not passed on
        # What is not passed on as it came: each gives the engine's values, or None.
        self._handlers: dict[str, _Own] = {
            "help": self._help,
            "subscribe": lambda valid, source: self._subscribe(valid, source, True),
            "unsubscribe": lambda valid, source: self._subscribe(valid, source, False),
            "melody/begin": self._begin_melody,
            "melody/note": lambda valid, source: self._phrases.add(source, _numbers(valid)),
            "melody/end": self._end_melody,
            "live/clip/begin": lambda valid, source: self._live.begin(source, valid.values),
            "live/clip/notes": lambda valid, source: self._live.add(source, valid.values),
            "live/clip/end": lambda valid, source: self._live.end(source, valid.values),
        }

    def take(self, packet: bytes, source: Target, now_seconds: float) -> list[News]:
        """Read one packet; what cannot be taken of it is counted, and its sender told why."""
        self._news = []
        if is_at(source, self._own):
            self.untold += 1
            return []
        try:
            found = wire.decode(packet)
        except wire.WireError as error:
            self._fault("", error, source, now_seconds)
            return self._news
        for message in found:
            try:
                self._run(check(message.address, message.arguments), source, now_seconds)
            except (MessageError, ValueError) as error:
                self._fault(message.address, error, source, now_seconds)
        return self._news

    def count_faults(self) -> list[News]:
        """Give the faults that were not passed on, so that they are counted."""
        untold, self.untold = self.untold, 0
        return [Faulty(untold)] if untold else []

    def wait_seconds(self, now_seconds: float) -> float:
        """How long no further packet is to be read, so that the engine has its time."""
        return self._work.wait_seconds(1, now_seconds)

    def _tell(self, news: News) -> None:
        self._news += [*self.count_faults(), news]

    def _run(self, valid: ValidMessage, source: Target, now_seconds: float) -> None:
        address = valid.address
        if not self._work.take(_effort(valid), now_seconds):
            raise MessageError(
                f"{address.name}: too much at once, {ASKED_AT_ONCE} messages are the most"
            )
        handler = self._handlers.get(address.name)
        values = valid.values if handler is None else handler(valid, source)
        if values is not None:
            self._tell(Asked(now_seconds, address.command, values, source, address.path))

    def _fault(self, path: str, error: Exception, source: Target, now_seconds: float) -> None:
        """Count a fault, and tell its sender unless there are too many."""
        # To an answer no answer: two programs that misunderstand each other would never end.
        if path in ANSWERS or not self._may_complain(source, now_seconds):
            self.untold += 1
            return
        is_short = len(path) <= _LONGEST_ADDRESS and path.isprintable()
        shown = path if is_short else ascii(path[:_LONGEST_ADDRESS])
        self._tell(Faulty(1, shown, str(error), source))

    def _may_complain(self, source: Target, now_seconds: float) -> bool:
        return self._errors_each.take(source, 1, now_seconds) and self._errors_all.take(
            1, now_seconds
        )

    def _help(self, valid: ValidMessage, source: Target) -> None:
        for values in help_items(*valid.values):
            self._tell(HelpItem(values, source))

    def _subscribe(self, valid: ValidMessage, source: Target, is_wanted: bool) -> None:
        port = int(valid.values[0])
        if is_wanted:
            check_subscriber((source[0], port), self._own, self._is_local)
        self._tell(Subscription(source, port, is_wanted))

    def _begin_melody(self, valid: ValidMessage, source: Target) -> None:
        id_, length = valid.values
        self._phrases.begin(source, str(id_), float(length))

    def _end_melody(self, valid: ValidMessage, source: Target) -> tuple[Value, ...]:
        id_ = str(valid.values[0])
        return id_, self._phrases.end(source, id_)


def _effort(valid: ValidMessage) -> int:
    """How many messages' worth of work it is: notes are only put away, help on all is long."""
    if valid.address.name in ("melody/note", "live/clip/notes"):
        return 0
    return len(ADDRESSES) if valid.address.name == "help" and not valid.values else 1


def _numbers(valid: ValidMessage) -> list[float]:
    return [float(value) for value in valid.values]
