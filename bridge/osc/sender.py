"""Sends reports to whom they concern, from a thread of its own, long ones with pauses."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import NamedTuple

from bridge.api.address import PREFIX
from bridge.api.messages import Named, Values, is_bulky, is_for_script, is_told, messages
from bridge.osc.rate_limit import RateLimit
from bridge.osc.subscribers import Subscribers, Target
from bridge.osc.wire import encode
from bridge.realtime import raise_priority
from bridge.reports import NoticeReport, Reply, Report, SavedReport, SoundNews, TakeReport

# Reports that may wait; of answers only half as many, so that no flood of questions hides a take.
MOST_WAITING = 8_192
MOST_BULKY = 16
# A receiver that reads nothing keeps about 170 KB; one that reads slowly manages so much a second.
BYTES_AT_ONCE = 64_000
BYTES_PER_SECOND = 400_000
# However short a piece of a clip is, it takes its place among the 8 that the script in Live reads
# in 10 ms: by bytes alone hundreds of short ones would go at once.
LEAST_BYTES = 500
_MOST_TAKES = 64


class Recipients(NamedTuple):
    """Who gets a report: whoever asked for it first, then everyone, unless `is_alone`."""

    first: Target | None
    is_alone: bool = False


class OscSender:
    """Takes reports from any thread, without ever blocking it, and sends them from its own.

    `send` sends a datagram, never waiting; OSError if the system does not take it.

    Clips go one after another in small datagrams; while a long one pauses, whatever else there is
    goes between.
    """

    def __init__(
        self,
        send: Callable[[bytes, Target], None],
        subscribers: Subscribers,
        clock: Callable[[], float],
        errors: Callable[[], int],
    ) -> None:
        self._send_datagram, self._subscribers = send, subscribers
        self._clock, self._errors = clock, errors
        self._waiting: SimpleQueue[Report | None] = SimpleQueue()
        self._bulky: deque[tuple[Iterator[Named], Recipients]] = deque()
        self._askers: dict[str, Target] = {}
        self._pace = RateLimit(BYTES_AT_ONCE, BYTES_PER_SECOND)
        self._thread = threading.Thread(target=self._run, name="osc-send", daemon=True)
        self.unsent = 0  # datagrams that the system did not take
        self.dropped = 0  # reports that came faster than they could be sent, or fit no address
        self.latest: dict[str, Values] = {}  # what was told last, by name

    def put(self, report: Report) -> None:
        """Take a report. Called from: any thread; never blocks."""
        if not is_told(report) or (isinstance(report, SoundNews) and not _watching(report)):
            return
        answers = isinstance(report, (Reply, NoticeReport))
        if self._waiting.qsize() >= (MOST_WAITING // 2 if answers else MOST_WAITING):
            self.dropped += 1
            return
        self._waiting.put(report)

    def start(self, first: Report) -> None:
        """Send one report, before anybody can have asked for more, and begin to send."""
        self._take(first)
        self._thread.start()

    def close(self, timeout_seconds: float) -> None:
        """Send what is short and waits already, then end."""
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        raise_priority(below=1)
        while True:
            try:
                report = self._waiting.get(timeout=self._wait_seconds())
            except Empty:
                self._send_piece()
                continue
            if report is None:
                return
            self._take(report)
            # A clip of ordinary length goes in one piece; and a long one goes on, whatever comes.
            while self._wait_seconds() == 0:
                self._send_piece()

    def _wait_seconds(self) -> float | None:
        """How long until the next piece of a clip may go; None if there is none."""
        if not self._bulky:
            return None
        return self._pace.wait_seconds(BYTES_AT_ONCE / 16, self._clock())

    def _take(self, report: Report) -> None:
        if isinstance(report, SoundNews):
            for target in _watching(report):
                self._send_all(messages(report), Recipients(target, is_alone=True))
            return
        recipients = Recipients(self._sender(report), is_for_script(report))
        named = messages(report, self._errors())
        if not is_bulky(report):
            self._send_all(named, recipients)
        elif len(self._bulky) < MOST_BULKY:
            self._bulky.append((named, recipients))
        else:
            self.dropped += 1
            self._take(NoticeReport("error", "clips come faster than they can be sent"))

    def _sender(self, report: Report) -> Target | None:
        """Whom an answer concerns; a take's file concerns whoever asked for the take."""
        if isinstance(report, SavedReport):
            return self._askers.pop(report.take_id, None)
        sender = _target(getattr(report, "sender", None))
        if sender and isinstance(report, TakeReport):
            self._askers[report.take_id] = sender
            if len(self._askers) > _MOST_TAKES:
                del self._askers[next(iter(self._askers))]
        return sender

    def _send_piece(self) -> None:
        """Send one message of the first clip that waits."""
        named, recipients = self._bulky[0]
        try:
            message = next(named, None)
        except ValueError:
            message = None
            self.dropped += 1
        if message is None:
            self._bulky.popleft()
        else:
            size = self._send(message, recipients)
            self._pace.take(max(size, LEAST_BYTES), self._clock())

    def _send_all(self, named: Iterator[Named], recipients: Recipients) -> None:
        try:
            for message in named:
                self._send(message, recipients)
        except ValueError:
            self.dropped += 1

    def _send(self, message: Named, recipients: Recipients) -> int:
        """Send one message to everyone whom it concerns; return its size in bytes."""
        name, values = message
        datagram = encode(PREFIX + name, values)
        for target in self._targets(name, values, recipients):
            try:
                self._send_datagram(datagram, target)
            # Nobody listens there, or its buffer is full: it misses this, nobody else does.
            except OSError:
                self.unsent += 1
        return len(datagram)

    def _targets(self, name: str, values: Values, recipients: Recipients) -> tuple[Target, ...]:
        if recipients.is_alone:
            return (recipients.first,) if recipients.first else ()
        self.latest[name] = values
        return self._subscribers.targets(recipients.first)


def _watching(report: SoundNews) -> list[Target]:
    """Find who asked over OSC for what sounds."""
    targets = (_target(watcher) for watcher in report.watchers if watcher != report.player)
    return [target for target in targets if target]


def _target(sender: object) -> Target | None:
    """A sender as host and port; None for one who did not ask over OSC."""
    if isinstance(sender, tuple) and len(sender) == 2:
        host, port = sender
        return (host, port) if isinstance(host, str) and isinstance(port, int) else None
    return None
