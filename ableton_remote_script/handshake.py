"""Who is there: hello every two seconds, and what Continuo's welcome means."""

from __future__ import annotations

import sys
from collections.abc import Callable

from .host import Host
from .types import Value

VERSION = "0.1.0"
HELLO_SECONDS = 2.0
_SILENCE_SECONDS = 7.0
_STALL_SECONDS = 1.0


class Handshake:
    """Says hello for as long as the script runs, so that either side may begin anew."""

    def __init__(self, host: Host, tell: Callable[[tuple[Value, ...]], None]) -> None:
        self._host = host
        self._tell = tell
        self._session: int | None = None
        self._said_at: float | None = None
        self._welcomed_at = 0.0
        self._looked_at = 0.0

    @property
    def is_welcome(self) -> bool:
        """Whether Continuo is there."""
        return self._session is not None

    def look(self, now: float) -> None:
        """Say hello when it is time, and notice that nobody answers any more."""
        if now - self._looked_at > _STALL_SECONDS:
            # It was us who were away: Live calls nobody while a dialog or a menu is open.
            self._welcomed_at += now - self._looked_at
        self._looked_at = now
        if self._said_at is None or now - self._said_at >= HELLO_SECONDS:
            self._said_at = now
            self._tell((VERSION, self._host.version(), python_version()))
        if self.is_welcome and now - self._welcomed_at > _SILENCE_SECONDS:
            self._session = None
            self._host.say("waiting for Continuo (start it with: continuo play --live)")
            self._host.log("no answer any more")

    def welcome(self, version: str, session: int, now: float) -> bool:
        """Take Continuo's answer; whether it has begun anew since the last one."""
        is_new = session != self._session
        self._session, self._welcomed_at = session, now
        if is_new:
            self._host.say(f"connected to Continuo {version}")
            self._host.log(f"connected to Continuo {version}")
        return is_new


def python_version() -> str:
    """Python's version, such as 3.7.3."""
    return sys.version.split()[0]
