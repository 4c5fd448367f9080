"""Whether the script in Live is there: it says hello every two seconds, and then is silent."""

from dataclasses import dataclass
from enum import Enum

from bridge.events import Sender

# A script that was loaded anew has another port; the old one is not waited for any longer.
REPLACED_SECONDS = 3.0
GONE_SECONDS = 6.5
_MOST_MS = 2**31


@dataclass(frozen=True, slots=True)
class Script:
    """Where the script is, and which versions it, Live and Live's Python have."""

    address: Sender
    version: str
    live: str
    python: str


class Hello(Enum):
    """What a hello means."""

    NEW = "new"  # from now on the script is there
    KNOWN = "known"
    OTHER = "other"  # another Live: one is enough
    RIVAL = "rival"  # the same, and it must be said


class Presence:
    """Knows one script at a time, the first that said hello, until it is silent for seconds."""

    def __init__(self) -> None:
        self.script: Script | None = None
        self.session = 0  # another number for every run of Continuo
        self._heard_seconds = 0.0
        self._hello_seconds = 0.0
        self._rivals: set[Sender] = set()
        self._is_rival_told = False

    @property
    def gone_at_seconds(self) -> float | None:
        """When it counts as gone, if it says nothing more."""
        return self._heard_seconds + GONE_SECONDS if self.script else None

    def hello(self, script: Script, now_seconds: float) -> Hello:
        """Take a hello."""
        self.session = self.session or 1 + int(now_seconds * 1000) % (_MOST_MS - 1)
        known = self.script
        is_recent = now_seconds - self._hello_seconds < REPLACED_SECONDS
        if known is not None and known.address != script.address and is_recent:
            self._rivals.add(script.address)
            return Hello.OTHER
        self.script = script
        self._heard_seconds = self._hello_seconds = now_seconds
        if known != script:
            self._rivals.clear()
            return Hello.NEW
        # Both say hello: it is no script that was loaded anew, there are two.
        if self._rivals and not self._is_rival_told:
            self._is_rival_told = True
            return Hello.RIVAL
        return Hello.KNOWN

    def is_from_script(self, sender: Sender, now_seconds: float) -> bool:
        """Whether the script known said this; it is there then."""
        if self.script is None or self.script.address != sender:
            return False
        self._heard_seconds = now_seconds
        return True

    def lose(self, now_seconds: float) -> bool:
        """Forget the script if it was silent for too long; tell whether it was just now."""
        gone_at_seconds = self.gone_at_seconds
        if gone_at_seconds is None or now_seconds < gone_at_seconds:
            return False
        self.script = None
        return True


class ClockWait:
    """How long the script is waited for once Live's clock was chosen and nobody is there.

    A choice is known by its number; it ends the wait for the one before.
    """

    def __init__(self) -> None:
        self._choice: int | None = None
        self.until_seconds: float | None = None

    def is_over(self, choice: int | None, now_seconds: float) -> bool:
        """Whether this choice (None: nothing is waited for) has just been waited for in vain."""
        if choice != self._choice:
            self._choice = choice
            self.until_seconds = None if choice is None else now_seconds + GONE_SECONDS
        if self.until_seconds is None or now_seconds < self.until_seconds:
            return False
        self.until_seconds = None
        return True

    def end(self, choice: int) -> None:
        """Wait no more for this choice: that the clock is lost was said already."""
        self._choice, self.until_seconds = choice, None
