"""JACK ports that outlive their server: given up at its end, taken up when one is back.

What the server's end does to rtmidi was measured (jackd2 1.9.21, python-rtmidi 1.5.8, some 250
servers ended by SIGTERM or SIGKILL, most while a thread kept sending): rtmidi reports nothing and
goes on filling a ring of 16,384 bytes; when that is full it spins for ever, holding Python's lock.
A second client is told of the end after 9 ms (p50; 60 at worst). Whoever stops sending then stays
alive, and the same process opens ports of the same names on the next server: every time. Deleting
the orphaned output holds Python's lock for one second, so it is kept for ever instead (2 MB of the
server's shared memory; then the longest gap was 13 ms). So the ports are in this process, not in
one of their own behind a pipe.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import mido

from bridge.interfaces import PortError
from bridge.midi.ports import INPUT, OUTPUT, Inputs, OnChange
from bridge.realtime import raise_priority

if TYPE_CHECKING:
    from bridge.midi.jack_server import JackWatch

RETRY_SECONDS = 1.0
# Connections are looked at after a strike too, but not for each note of a run.
LEAST_SECONDS = 0.1
CLOSE_SECONDS = 1.5
# The ring that freezes the process holds about 2,340 notes; we look twice before it is full.
UNSEEN_MESSAGES = 800


class Pair(Protocol):
    """Open ports that know nothing of their server's end."""

    notice: str

    def send(self, message: mido.Message) -> None:
        """Send one message now."""

    def close(self) -> None:
        """Close the ports."""

    def look(self) -> None:
        """See whether the input that was chosen is still there, or there again."""

    def inputs(self) -> Inputs:
        """Name the port that is listened to besides, and all that could be."""

    def listen(self, name: str) -> None:
        """Listen to another port besides; to none for an empty name."""

    def abandon(self) -> None:
        """Let the ports go after their server's end, without waiting for it."""

    def describe(self) -> str:
        """Name the open ports and their system."""


def watch_server(on_end: Callable[[], None]) -> "JackWatch":
    """Watch the server that runs; PortError names what is missing and its cure."""
    try:
        from bridge.midi.jack_server import JackWatch, NoServerError
    except ImportError:
        raise PortError(
            "JACK needs the package JACK-Client: install it with `pip install JACK-Client`"
        ) from None
    except OSError:
        raise PortError(
            "JACK is not installed (its library libjack is missing): install jackd2"
        ) from None
    try:
        return JackWatch(on_end)
    except NoServerError:
        raise PortError(
            "no JACK server runs: start one (qjackctl, or `jackd -d alsa`), or choose another "
            "system with --midi"
        ) from None


class JackPorts:
    """The open ports, the watch over their server, and a thread that waits for the next one."""

    def __init__(
        self, open_pair: Callable[[Callable[[], None]], Pair], on_change: OnChange
    ) -> None:
        """`open_pair` is given what is to be called for each key that is struck."""
        self._open_pair, self._on_change = open_pair, on_change
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._opened: tuple[Pair, JackWatch] | None = None
        self._closing = self._ended = self._is_struck = False
        self._rest = threading.Event()
        self._unseen = self._frame = 0
        self._sources: frozenset[str] = frozenset()
        self.notice = self._open().notice
        self._thread = threading.Thread(target=self._look_after, name="jack", daemon=True)
        self._thread.start()

    def _open(self) -> Pair:
        self._ended, self._unseen, self._sources = False, 0, frozenset()
        watch = watch_server(self._server_ended)
        try:
            ports = self._open_pair(self._struck)
        except PortError:
            watch.close()
            raise
        self._opened = (ports, watch)
        return ports

    def _struck(self) -> None:
        """Look who is there: whoever strikes and is gone soon after must not leave the key down.

        Called from libjack's thread.
        """
        if not self._is_struck:
            self._is_struck = True
            self._wake.set()

    def _server_ended(self) -> None:
        """Stop sending; the rest is the own thread's work. Called from libjack's thread."""
        self._ended = True
        self._wake.set()

    def send(self, message: mido.Message) -> None:
        """Send one message now; never blocks. Called from the engine thread."""
        with self._lock:
            if self._opened and not self._ended and self._has_room(self._opened[1]):
                self._opened[0].send(message)

    def _has_room(self, watch: "JackWatch") -> bool:
        """Whether rtmidi's ring can hold another message even if the server stands still."""
        self._unseen += 1
        if self._unseen > UNSEEN_MESSAGES:
            frame = watch.frame()
            if frame == self._frame:
                return False
            self._frame, self._unseen = frame, 0
        return True

    def _look_after(self) -> None:
        raise_priority(below=2)
        while not self._closing:
            self._wake.wait(RETRY_SECONDS)
            self._wake.clear()
            if self._closing:
                return
            if self._opened is None:
                self._take_up()
            elif self._ended or not self._opened[1].sees(OUTPUT):
                self._give_up()
            else:
                self._opened[0].look()
                self._look_at_sources(self._opened[1])
                self._rest.wait(LEAST_SECONDS)

    def _look_at_sources(self, watch: "JackWatch") -> None:
        """Tell of a keyboard or program that was connected and is not any more."""
        is_struck, self._is_struck = self._is_struck, False
        now = watch.sources(INPUT)
        if now is None:
            return
        if gone := self._sources - now:
            self._on_change("source lost", ", ".join(sorted(gone)))
        elif is_struck and not now and not self._sources:
            self._on_change("source lost", f"what played into {INPUT}")
        self._sources = now

    def _give_up(self) -> None:
        self._on_change("lost", "JACK ended, and its ports come back with the next server")
        self._let_go()

    def _take_up(self) -> None:
        try:
            self._open()
        except PortError:
            return
        if self._closing:  # meanwhile: nobody waits for these any more
            self._let_go()
            return
        self._on_change("back", f"connect {INPUT} and {OUTPUT} again")

    def _let_go(self) -> None:
        with self._lock:
            pair, self._opened = self._opened, None
        if pair:
            ports, watch = pair
            if watch.moves() and watch.sees(OUTPUT):
                ports.close()
            else:
                ports.abandon()
            watch.close()

    def close(self) -> None:
        """Close the ports; what was sent before still goes out."""
        self._closing = True
        self._rest.set()
        self._wake.set()
        # It may be waiting for a server that stands still; then there is nothing to let go.
        self._thread.join(CLOSE_SECONDS)
        if self._thread.is_alive():
            return
        self._let_go()

    def inputs(self) -> Inputs:
        """Name the port that is listened to besides, and all that could be."""
        return self._there().inputs()

    def listen(self, name: str) -> None:
        """Listen to another port besides; to none for an empty name. PortError: it is not there."""
        self._there().listen(name)

    def _there(self) -> Pair:
        pair = self._opened
        if pair is None or self._ended:
            raise PortError("JACK has ended: keyboards can be chosen when it is back")
        return pair[0]

    def describe(self) -> str:
        """Name the open ports and their system."""
        pair = self._opened
        return pair[0].describe() if pair else "no MIDI ports until JACK is back"
