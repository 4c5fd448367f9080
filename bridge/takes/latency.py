"""How long answers take, and so how long before its time a take is to be requested."""

from collections import deque

_LEAST_LOOKAHEAD_SECONDS = 0.25
_MARGIN, _MARGIN_SECONDS = 1.5, 0.1  # over the slowest of the last answers
# One bar in follow mode is quicker, and the later it is asked for, the more is known.
_SUPPOSED_BAR_SECONDS, _LEAST_BAR_SECONDS, _BAR_MARGIN_SECONDS = 0.1, 0.06, 0.03
_REMEMBERED = 8
# Before the first answer nobody knows how fast this machine is: suppose a slow one.
_SUPPOSED_SECONDS = 0.6


class Latency:
    """Remembers how long the last answers took."""

    def __init__(self) -> None:
        self._recent_seconds: deque[float] = deque(maxlen=_REMEMBERED)

    def measured(self, seconds: float) -> None:
        """Take note of how long an answer took."""
        self._recent_seconds.append(seconds)

    def lookahead_seconds(self, bpm: float) -> float:
        """How long before a bar line to ask: a beat, or what the slowest recent answer needed."""
        slowest = max(self._recent_seconds, default=_SUPPOSED_SECONDS)
        needed = slowest * _MARGIN + _MARGIN_SECONDS
        return max(_LEAST_LOOKAHEAD_SECONDS, 60 / bpm, needed)

    @property
    def least_lookahead_seconds(self) -> float:
        """How long a short answer takes, with a margin."""
        slowest = max(self._recent_seconds, default=_SUPPOSED_BAR_SECONDS)
        return max(_LEAST_BAR_SECONDS, slowest * _MARGIN + _BAR_MARGIN_SECONDS)
