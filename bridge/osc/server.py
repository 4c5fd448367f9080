"""The OSC server: what comes is put into the engine's inbox, what happens is told."""

from collections.abc import Callable

from bridge.api.address import EVENTS_PORT, PORT
from bridge.api.messages import Values
from bridge.events import Command, Event
from bridge.osc.admission import Asked, Faulty, HelpItem, Lost, News, Subscription
from bridge.osc.gate_process import GateProcess
from bridge.osc.rate_limit import RateLimit
from bridge.osc.sender import OscSender
from bridge.osc.sockets import HOST, Sockets, free_port
from bridge.osc.subscribers import Subscribers, is_loopback
from bridge.reports import NoticeReport, Reply
from bridge.version import release

END_SECONDS = 0.2
_LOSSES_PER_SECOND = 0.2  # how often it is told that packets were lost


class OscServer:
    """Listens at one UDP port, and tells subscribers and senders what happens, by the table.

    `put` takes commands, from a thread of the server; what comes is read and checked in a process
    of its own (`bridge.osc.gate`). `tell` is a Listener: it takes reports from any thread and
    never blocks. `clock` is perf_counter, by which that process counts too. PortError if the port
    cannot be had.
    """

    def __init__(
        self,
        put: Callable[[Event], None],
        clock: Callable[[], float],
        *,
        host: str = HOST,
        port: int = PORT,
        events_port: int | None = EVENTS_PORT,
    ) -> None:
        self._put, self._clock = put, clock
        self._sockets = Sockets(host, port)
        self.port: int = self._sockets.port
        self.events_port = free_port() if events_port == 0 else events_port
        first = None if self.events_port is None else (HOST, self.events_port)
        own, is_local = (host, self.port), is_loopback(host)
        self._subscribers = Subscribers(first, own, is_local)
        self.errors = 0  # messages that could not be taken
        self._lost, self._losses = 0, RateLimit(1, _LOSSES_PER_SECOND)
        self._gate = GateProcess(self._sockets, own, is_local, self._take, self._complain)
        self._sender = OscSender(self._sockets.send, self._subscribers, clock, lambda: self.errors)
        self.tell = self._sender.put

    def start(self) -> None:
        """Begin to listen, and tell subscribers that Continuo is there."""
        self._gate.start()
        self._sender.start(Reply("startup", (release(), self.port)))

    def close(self) -> None:
        """End the process and the threads within half a second and free the port."""
        self._gate.close(END_SECONDS)
        self._sender.close(END_SECONDS)
        self._sockets.close()

    @property
    def latest(self) -> dict[str, Values]:
        """What was told last, by name."""
        return dict(self._sender.latest)

    @property
    def unsent(self) -> int:
        """Datagrams that the system did not take, and reports that were not sent."""
        return self._sender.unsent + self._sender.dropped

    @property
    def reader_pid(self) -> int | None:
        """The process that reads what comes."""
        return self._gate.pid

    def describe(self) -> str:
        """Say in a few words where Continuo listens and to whom it talks."""
        events = f"events to {self.events_port}" if self.events_port else "no events"
        return f"in at {self.port}, {events}"

    # -- what is let in: all in the receiving thread -----------------------------------------
    def _take(self, news: News) -> None:
        match news:
            case Asked():
                at_seconds, name, values, source, path = news
                self._put(Command(at_seconds, name, values, source, path))
            case Faulty():
                self.errors += news.number
                if news.sentence:
                    self.tell(NoticeReport("error", news.sentence, news.path, news.source))
            case Subscription():
                self._subscribe(news)
            case HelpItem():
                self.tell(Reply("help/item", news.values, news.source))
            case Lost():
                self._tell_lost(news.number)

    def _subscribe(self, news: Subscription) -> None:
        host, port = news.source[0], news.port
        change = self._subscribers.add if news.is_wanted else self._subscribers.remove
        change(host, port)
        self.tell(Reply("subscribed", (port, int(news.is_wanted)), news.source))

    def _tell_lost(self, count: int) -> None:
        self._lost += count
        if self._losses.take(1, self._clock()):
            count, self._lost = self._lost, 0
            self.tell(
                NoticeReport(
                    "warning", f"OSC came faster than it can be read: {count} packets were lost"
                )
            )

    def _complain(self, sentence: str) -> None:
        self.tell(NoticeReport("warning", sentence))
