"""The engine's inbox, as a test reads it."""

import threading

from patience import PATIENCE_SECONDS


class Inbox:
    """The engine's inbox."""

    def __init__(self):
        self.events = []
        self._came = threading.Condition()

    def put(self, event):
        with self._came:
            self.events.append(event)
            self._came.notify_all()

    def wait_for(self, wanted):
        with self._came:
            assert self._came.wait_for(lambda: any(map(wanted, self.events)), PATIENCE_SECONDS)
            return next(event for event in self.events if wanted(event))
