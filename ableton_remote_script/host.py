"""Live itself, as little of it as the script needs; the only way from the script to the song."""

from __future__ import annotations

from collections.abc import Callable

import Live

from .types import CInstance, LiveTimer, Song, Surface, Thing

LimitationError = Live.Base.LimitationError
_MOST_LINES = 60  # of ours in Live's log, which musicians send to Ableton when something is wrong


def is_there(thing: Thing) -> bool:
    """Whether an object of Live still exists: a deleted one equals None without being it."""
    return thing is not None and thing != None  # noqa: E711


class Host:
    """The song of the moment, the status bar, the log and the ticks."""

    def __init__(self, c_instance: CInstance, surface: Surface) -> None:
        self._c_instance = c_instance
        self._surface = surface
        self._lines = 0

    def song(self) -> Song:
        """Answer the song; asked for anew each time, since a set may be opened in between."""
        return self._c_instance.song()

    def say(self, text: str) -> None:
        """Show a sentence in Live's status bar; where that cannot be, nothing else is held up."""
        try:
            self._c_instance.show_message("Continuo: " + text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the work itself is done
            self.log(f"not shown: {error}")

    def log(self, text: str) -> None:
        """Write a line into Live's log, unless there are many already."""
        self._lines += 1
        if self._lines > _MOST_LINES:
            return
        try:
            self._c_instance.log_message("Continuo: " + text)
        except Exception:  # noqa: BLE001 - there is nobody to tell
            self._lines = _MOST_LINES

    def on_next_tick(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once at Live's next tick, within about 100 ms."""
        self._surface.schedule_message(1, callback)

    @staticmethod
    def timer(callback: Callable[[], None], interval_ms: int) -> LiveTimer:
        """Start a timer of Live's, which ends for good where an exception leaves `callback`."""
        timer = Live.Base.Timer(callback, interval_ms, True)
        timer.start()
        return timer

    @staticmethod
    def version() -> str:
        """Live's version, such as 12.1.0."""
        live = Live.Application.get_application()
        numbers = (live.get_major_version(), live.get_minor_version(), live.get_bugfix_version())
        return ".".join(map(str, numbers))
