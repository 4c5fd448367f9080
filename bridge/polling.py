"""Looks again and again at what tells nobody when it changes: folders, other programs' ports."""

import threading
from collections.abc import Callable

from bridge.realtime import raise_priority

_LONGEST_SECONDS = 1.0  # that closing waits for a look: a folder in the network may hang
# Waits for the seconds given, or until the event is set; says whether it is.
Wait = Callable[[threading.Event, float], bool]


class Polling:
    """Calls `look` every `seconds`, in a thread of its own, until closed; `look` never raises.

    `begin` is called there before the first look.
    """

    def __init__(
        self,
        look: Callable[[], None],
        seconds: float,
        name: str,
        wait: Wait = threading.Event.wait,
        begin: Callable[[], None] = lambda: None,
    ) -> None:
        self._begin, self._look = begin, look
        self._seconds, self._wait = seconds, wait
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more, and return at once. Called from any thread, any number of times."""
        self._closing.set()
        self._thread.join(_LONGEST_SECONDS)

    def _run(self) -> None:
        # Not to be stopped by other programs while it has Python to itself.
        raise_priority(below=2)
        self._begin()
        while not self._closing.is_set():
            self._look()
            self._wait(self._closing, self._seconds)
