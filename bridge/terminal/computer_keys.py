"""The computer's own keys while `continuo play` runs in a terminal: keep, next, loop, quit ..."""

import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

Ask = Callable[[str, tuple[float | str, ...]], None]
# Key -> what it does in a word, and the command with its values, as over OSC.
KEYS: dict[str, tuple[str, str, tuple[float | str, ...]]] = {
    "k": ("keep", "take/keep", ("",)),
    "n": ("next", "take/next", ("",)),
    "d": ("drop", "take/drop", ("",)),
    "g": ("another take", "generate", ()),
    "r": ("record", "record/start", ()),
    "a": ("answer", "mode", ("answer",)),
    "l": ("loop", "mode", ("loop",)),
    "f": ("follow", "mode", ("follow",)),
    "i": ("intro", "section", ("intro",)),
    "1": ("section A", "section", ("a",)),
    "2": ("B", "section", ("b",)),
    "3": ("C", "section", ("c",)),
    "4": ("D", "section", ("d",)),
    "5": ("fill", "section", ("fill",)),
    "b": ("break", "section", ("break",)),
    "e": ("ending", "section", ("ending",)),
    "p": ("panic", "panic", ()),
    "q": ("quit", "quit", ()),
}
_LOOK_SECONDS = 0.2


def legend() -> str:
    """Say in a line which key does what."""
    return "Keys: " + ", ".join(f"{key} {word}" for key, (word, _, _) in KEYS.items())


class ComputerKeys:
    """Reads single keys from a terminal in a thread of its own; without one it does nothing.

    The terminal is put back as it was by `close`.
    """

    def __init__(self, ask: Ask, stream: IO[str] | None = None) -> None:
        self._ask = ask
        self._stream = stream if stream is not None else sys.stdin
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self.is_there = is_terminal(self._stream)

    def start(self) -> None:
        """Begin to read."""
        if self.is_there:
            self._thread = threading.Thread(target=self._run, name="keys", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Read no more."""
        self._closing.set()
        if self._thread:
            self._thread.join(5 * _LOOK_SECONDS)

    def press(self, key: str) -> None:
        """Do what a key is for; one that is for nothing does nothing."""
        if (found := KEYS.get(key.lower())) is not None:
            self._ask(found[1], found[2])

    def _run(self) -> None:
        with suppress(OSError, ValueError), single_keys(self._stream) as read:
            while not self._closing.is_set():
                key = read(_LOOK_SECONDS)
                if key is None:
                    return
                self.press(key)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether keys can be read from a stream: it is a terminal, and ours in the foreground."""
    try:
        if stream is None or not stream.isatty():
            return False
        return sys.platform == "win32" or os.tcgetpgrp(stream.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


@contextmanager
def single_keys(stream: IO[str]) -> Iterator[Callable[[float], str | None]]:
    """Give a function that waits so many seconds for a key: "" if none came, None at the end."""
    if sys.platform == "win32":
        yield _read_windows
        return
    import termios
    import tty

    number = stream.fileno()
    before = termios.tcgetattr(number)
    try:
        # Not raw: Ctrl-C stays a signal.
        tty.setcbreak(number, termios.TCSADRAIN)

        def read(seconds: float) -> str | None:
            if not select.select([number], [], [], seconds)[0]:
                return ""
            data = os.read(number, 1)
            return data.decode("ascii", "replace") if data else None

        yield read
    finally:
        with suppress(termios.error):
            termios.tcsetattr(number, termios.TCSADRAIN, before)


def _read_windows(seconds: float) -> str | None:
    import msvcrt

    if not msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        threading.Event().wait(seconds)
        return ""
    return str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
