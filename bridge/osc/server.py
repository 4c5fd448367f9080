"""The OSC server: what comes is checked and put into the engine's inbox, what happens is told."""

import errno
import socket
from collections.abc import Callable

from bridge.api.ableton_clips import AbletonClips
from bridge.api.address import EVENTS_PORT, PORT
from bridge.api.help import help_items
from bridge.api.messages import Values
from bridge.api.phrase_assembly import PhraseAssembly
from bridge.api.validation import ADDRESSES, ANSWERS, MessageError, ValidMessage, check
from bridge.events import Command, Event, Value
from bridge.interfaces import PortError
from bridge.osc import wire
from bridge.osc.rate_limit import RateLimit, RateLimits
from bridge.osc.receiver import OscReceiver
from bridge.osc.sender import OscSender
from bridge.osc.subscribers import Subscribers, Target, is_loopback
from bridge.reports import NoticeReport, Reply
from bridge.version import release

# What the engine is asked together it answers together, and meanwhile it plays nothing.
ASKED_AT_ONCE, ASKED_PER_SECOND = 128, 20_000
ERRORS_AT_ONCE, ERRORS_PER_SECOND = 100, 50
END_SECONDS = 0.2
_BUFFER_BYTES = 1 << 20
_LONGEST_ADDRESS = 80


class OscServer:
    """Listens at one UDP port, and tells subscribers and senders what happens, by the table.

    `put` takes commands, from the receiving thread. `tell` is a Listener: it takes reports from
    any thread and never blocks. PortError if the port cannot be had.
    """

    def __init__(
        self,
        put: Callable[[Event], None],
        clock: Callable[[], float],
        *,
        host: str = "127.0.0.1",
        port: int = PORT,
        events_port: int | None = EVENTS_PORT,
    ) -> None:
        self._put, self._clock = put, clock
        self._sock = _open(host, port)
        self.port: int = self._sock.getsockname()[1]
        self.events_port = _free_port() if events_port == 0 else events_port
        first = None if self.events_port is None else ("127.0.0.1", self.events_port)
        self._subscribers = Subscribers(first, (host, self.port), is_loopback(host))
        self._phrases, self._live = PhraseAssembly(), AbletonClips()
        self._work = RateLimit(ASKED_AT_ONCE, ASKED_PER_SECOND)
        self._errors_all = RateLimit(4 * ERRORS_AT_ONCE, 4 * ERRORS_PER_SECOND)
        self._errors_each = RateLimits(ERRORS_AT_ONCE, ERRORS_PER_SECOND)
        self.errors = 0  # messages that could not be taken
        self._receiver = OscReceiver(self._sock, self._packet, clock)
        self._sender = OscSender(self._sock, self._subscribers, clock, lambda: self.errors)
        self.tell = self._sender.put
        # What is not passed on as it came: each gives the engine's values, or None.
        self._own: dict[str, Callable[[ValidMessage, Target], tuple[Value, ...] | None]] = {
            "help": self._help,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "melody/begin": self._begin_melody,
            "melody/note": lambda valid, sender: self._phrases.add(sender, _numbers(valid)),
            "melody/end": self._end_melody,
            "live/clip/begin": lambda valid, sender: self._live.begin(sender, valid.values),
            "live/clip/notes": lambda valid, sender: self._live.add(sender, valid.values),
            "live/clip/end": lambda valid, sender: self._live.end(sender, valid.values),
        }

    def start(self) -> None:
        """Begin to listen, and tell subscribers that Continuo is there."""
        self._sender.start(Reply("startup", (release(), self.port)))
        self._receiver.start()

    def close(self) -> None:
        """End both threads within half a second and free the port."""
        self._receiver.close(END_SECONDS)
        self._sender.close(END_SECONDS)
        self._sock.close()

    @property
    def latest(self) -> dict[str, Values]:
        """What was told last, by name."""
        return dict(self._sender.latest)

    @property
    def unsent(self) -> int:
        """Datagrams that the system did not take, and reports that were not sent."""
        return self._sender.unsent + self._sender.dropped

    def describe(self) -> str:
        """Say in a few words where Continuo listens and to whom it talks."""
        events = f"events to {self.events_port}" if self.events_port else "no events"
        return f"in at {self.port}, {events}"

    # -- what comes: all in the receiving thread ---------------------------------------------
    def _packet(self, packet: bytes, source: Target) -> None:
        if self._subscribers.is_own(source):
            self.errors += 1
            return
        try:
            found = wire.decode(packet)
        except wire.WireError as error:
            self._fault("", error, source)
            return
        now_seconds = self._clock()
        for message in found:
            try:
                valid = check(message.address, message.arguments)
                self._run(valid, source, now_seconds)
            except (MessageError, ValueError) as error:
                self._fault(message.address, error, source)

    def _run(self, valid: ValidMessage, source: Target, now_seconds: float) -> None:
        address = valid.address
        if not self._work.take(_effort(valid), now_seconds):
            raise MessageError(
                f"{address.name}: too much at once, {ASKED_AT_ONCE} messages are the most"
            )
        own = self._own.get(address.name)
        values = valid.values if own is None else own(valid, source)
        if values is not None:
            self._put(Command(now_seconds, address.command, values, source, address.path))

    def _fault(self, path: str, error: Exception, source: Target) -> None:
        """Count a fault, and tell its sender unless there are too many."""
        self.errors += 1
        # To an answer no answer: two programs that misunderstand each other would never end.
        if path in ANSWERS:
            return
        now_seconds = self._clock()
        if not self._errors_each.take(source, 1, now_seconds):
            return
        if self._errors_all.take(1, now_seconds):
            is_short = len(path) <= _LONGEST_ADDRESS and path.isprintable()
            shown = path if is_short else ascii(path[:_LONGEST_ADDRESS])
            self.tell(NoticeReport("error", str(error), shown, source))

    def _help(self, valid: ValidMessage, source: Target) -> None:
        for values in help_items(*valid.values):
            self.tell(Reply("help/item", values, source))

    def _subscribe(self, valid: ValidMessage, source: Target) -> None:
        port = int(valid.values[0])
        self._subscribers.add(source[0], port)
        self.tell(Reply("subscribed", (port, 1), source))

    def _unsubscribe(self, valid: ValidMessage, source: Target) -> None:
        port = int(valid.values[0])
        self._subscribers.remove(source[0], port)
        self.tell(Reply("subscribed", (port, 0), source))

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


def _open(host: str, port: int) -> socket.socket:
    """A socket bound there; PortError with the cure if it cannot be."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        sock.bind((host, port))
    except (OSError, OverflowError) as error:
        sock.close()
        raise PortError(_refused(host, port, error)) from error
    return sock


def _refused(host: str, port: int, error: OSError | OverflowError) -> str:
    cure = "choose another with --osc-port, 0 for a free one"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"OSC port {port} is taken: another Continuo? {cure}"
    return f"OSC port {port} of {host} cannot be had ({error}): {cure}"


def _free_port() -> int:
    """A port where nobody listens now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
