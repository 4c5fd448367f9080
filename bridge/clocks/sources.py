"""The outside clocks behind one interface: a thread that follows the one chosen, or sleeps."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Protocol

from bridge.clocks.position_filter import ClockError
from bridge.events import ClockChanged, ClockPosition, Event
from bridge.realtime import raise_priority

log = logging.getLogger(__name__)

CLOSE_SECONDS = 0.9

Post = Callable[[ClockPosition | ClockChanged], None]


class Follower(Protocol):
    """An outside clock that is read from the thread that made it."""

    poll_seconds: float

    def step(self) -> None:
        """Read the clock, and post what is new."""

    def lead(self, what: str, value: float | None = None) -> None:
        """Start, stop, locate, change the tempo or the beats in a bar (`meter`)."""

    def close(self) -> None:
        """Let the clock go."""


# From whom to tell, the engine's clock, the beats in a bar and the tempo to begin with.
Make = Callable[[Post, Callable[[], float], float, float], Follower]


class ClockSources:
    """Follows one outside clock at a time, in a thread of its own: implements events.Clocks.

    The internal clock and MIDI clock are the engine's: while one of them is chosen, the thread
    sleeps and nothing is posted. After `choose` has returned nothing of another source comes.
    """

    def __init__(
        self,
        put: Callable[[Event], None],
        clock: Callable[[], float],
        *,
        meter_beats: float,
        bpm: float,
        makers: dict[str, Make] | None = None,
    ) -> None:
        self._put, self._clock = put, clock
        self._meter_beats, self._bpm = meter_beats, bpm
        self._makers = MAKERS if makers is None else makers
        self._chosen = self._source = "internal"  # for the engine's thread, and for ours
        self._lock = threading.Lock()  # held for no longer than a put
        self._commands: SimpleQueue[tuple[str, float | str | None] | None] = SimpleQueue()
        self._follower: Follower | None = None
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
        self._thread.start()

    # -- the engine's thread -----------------------------------------------------------------
    def choose(self, source: str) -> None:
        """Listen to this source alone: internal, midi, link or jack."""
        with self._lock:
            self._chosen = source
        self._commands.put(("choose", source))

    def lead(self, what: str, value: float | None = None) -> None:
        """Ask the source chosen to `start`, `stop`, `locate` (beat) or change `tempo` (bpm).

        `meter` tells it the beats in a bar; the sources to come hear of it too.
        """
        self._commands.put((what, value))

    def close(self) -> None:
        """Let the clock go; returns within a second, whatever the clock does."""
        with self._lock:
            self._chosen = ""
        self._commands.put(None)
        self._thread.join(CLOSE_SECONDS)

    # -- our own -----------------------------------------------------------------------------
    def _run(self) -> None:
        raise_priority(below=1)
        while True:
            follower = self._follower
            try:
                command = self._commands.get(timeout=follower.poll_seconds if follower else None)
            except Empty:
                self._try(self._step)
                continue
            if command is None:
                self._let_go()
                return
            self._try(partial(self._run_command, *command))

    def _try(self, work: Callable[[], None]) -> None:
        """Do the work; whatever goes wrong in it must not end this thread."""
        try:
            work()
        except ClockError as error:
            self._failed(str(error))
        except Exception as error:
            log.exception("the clock failed")
            self._failed(
                f"the clock failed ({error}): choose another one, or that and then this one"
            )

    def _failed(self, sentence: str) -> None:
        with suppress(Exception):  # it may fail again at its end, and is gone all the same
            self._let_go()
        source = self._source
        self._post_for(source, ClockChanged(self._clock(), source, "failed", sentence))

    def _step(self) -> None:
        if self._follower:
            self._follower.step()

    def _run_command(self, what: str, value: float | str | None) -> None:
        if what == "choose":
            self._let_go()
            self._source = str(value)
            self._take_up(self._source)
            return
        assert not isinstance(value, str)
        if what == "tempo" and value:
            self._bpm = value
        elif what == "meter" and value:
            self._meter_beats = value
        if self._follower:
            self._follower.lead(what, value)

    def _take_up(self, source: str) -> None:
        make = self._makers.get(source)
        if make is None or source != self._chosen:  # chosen away again before we came to it
            return

        def post(event: ClockPosition | ClockChanged) -> None:
            self._post_for(source, event)

        self._follower = make(post, self._clock, self._meter_beats, self._bpm)

    def _let_go(self) -> None:
        follower, self._follower = self._follower, None
        if follower:
            follower.close()

    def _post_for(self, source: str, event: ClockPosition | ClockChanged) -> None:
        if isinstance(event, ClockPosition):
            self._bpm = event.bpm
        with self._lock:
            if source == self._chosen:
                self._put(event)


# -- the sources -------------------------------------------------------------------------------
def _make_link(post: Post, clock: Callable[[], float], meter_beats: float, bpm: float) -> Follower:
    from bridge.clocks.link import LinkClock

    return LinkClock(post, clock, meter_beats, bpm)


def _make_jack(post: Post, clock: Callable[[], float], _meter_beats: float, bpm: float) -> Follower:
    try:
        from bridge.clocks.jack_transport import JackTransport
    except ImportError:
        raise ClockError("JACK needs an extra: pip install 'continuo[jack]'") from None
    except OSError:
        raise ClockError(
            "JACK is not installed (its library libjack is missing): install jackd2"
        ) from None
    return JackTransport(post, clock, bpm)


MAKERS: dict[str, Make] = {"link": _make_link, "jack": _make_jack}
