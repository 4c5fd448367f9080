"""The fake Live's timer."""

from .base import ArgumentError

TICK_MS = 100  # L12: TIMER_DELAY; P0W measured 100 +- 20 ms, P0SF about 10 a second
FLOOR_MS = 10  # P0SF: asking for 1 ms gives 10 too


class Timer:
    """Live.Base.Timer: "Errors in the callback will stop the timer" (PV), for good (P0SF)."""

    fake_world = None

    def __init__(self, callback, interval, repeat=False, start=False):
        if not isinstance(interval, int) or not callable(callback):
            raise ArgumentError("Timer(callback, interval: int, repeat: bool, start: bool)")
        self._world = type(self).fake_world
        self._world._check_thread()
        self._callback = callback
        self._interval_ms = max(interval, FLOOR_MS)
        self._repeat = repeat
        self._running = False
        self._due_ms = 0
        self._world._timers.append(self)
        if start:
            self.start()

    @property
    def running(self):
        return self._running

    def start(self):
        self._world._record(self, "call", "start", 0)
        self._due_ms = self._world.now_ms + self._interval_ms
        self._running = True

    def stop(self):
        self._running = False
        if self in self._world._timers:
            self._world._timers.remove(self)

    def restart(self):
        self.stop()
        self._world._timers.append(self)
        self.start()

    def _fake_look(self, now_ms):
        if not self._running or now_ms < self._due_ms:
            return
        self._due_ms = now_ms + self._interval_ms  # what was missed meanwhile is not made up for
        if not self._repeat:
            self.stop()
        try:
            self._world._call(self._callback)
        except Exception as error:  # noqa: BLE001 - whatever the script raises
            self._world.logged.append(f"{type(error).__name__}: {error}")
            self.stop()
