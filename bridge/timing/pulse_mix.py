"""Whether the pulses of a MIDI clock are those of two senders at once: told by their timing alone.

A port that several programs send to hands on one stream. Two clocks of one tempo make intervals
that take turns, long and short, while two of them together are always the same; two of different
tempos make, among others, very short ones. Two clocks exactly half a pulse apart cannot be told
from one of twice the tempo; nor can two slow ones on a sound card whose periods are as long as
their pulses.
"""

from collections import deque
from itertools import pairwise
from statistics import mean, pstdev

_WINDOW = 48  # intervals
_STEP = 24  # pulses from one look to the next
_LOOKS = 4  # in a row, until it is sure
_UNEVEN = 0.15  # of the mean: scatter of intervals beyond which they are not one clock's jitter
_STEADIER = 0.2  # of that scatter: what two intervals together may have
_SHORT, _MANY_SHORT = 0.3, 0.1  # an interval of so much of the mean is short; so many are many
_PAUSE_SECONDS = 0.5
# Messages are handed on once in a period of the sound card: that may look like two clocks.
_PERIODS_SECONDS = [n / rate for n in (512, 1024, 2048, 4096) for rate in (44_100, 48_000, 96_000)]
_FAST_SECONDS = 0.012  # pulses nearer than that (208 bpm) are two clocks' all the same
_AT_ONCE_SECONDS = 0.001
_SAME_SECONDS = 0.001


class PulseMix:
    """Listens to pulses; `take` says once when it is sure that they are two clocks'."""

    def __init__(self) -> None:
        self._instants: deque[float] = deque(maxlen=_WINDOW + 1)
        self._count = self._looks = 0
        self.is_sure = False

    def take(self, at_seconds: float) -> bool:
        """Take a pulse; tell whether this is the one that makes it sure."""
        if self._instants and at_seconds - self._instants[-1] > _PAUSE_SECONDS:
            self._instants.clear()
            self._count = 0
        self._instants.append(at_seconds)
        self._count += 1
        if self.is_sure or self._count <= _WINDOW or self._count % _STEP:
            return False
        self._looks = self._looks + 1 if _is_mixed(self._instants) else 0
        self.is_sure = self._looks >= _LOOKS
        return self.is_sure


def _is_mixed(instants: deque[float]) -> bool:
    intervals = [b - a for a, b in pairwise(instants)]
    usual_seconds = mean(intervals)
    scatter_seconds = pstdev(intervals)
    if scatter_seconds < _UNEVEN * usual_seconds:
        return False
    if usual_seconds > _FAST_SECONDS and _comes_by_periods(intervals):
        return False
    pairs = [a + b for a, b in pairwise(intervals)]
    takes_turns = pstdev(pairs) < _STEADIER * scatter_seconds
    short = sum(interval < _SHORT * usual_seconds for interval in intervals)
    return takes_turns or short > _MANY_SHORT * len(intervals)


def _comes_by_periods(intervals: list[float]) -> bool:
    """Whether all pulses come at once with another, or some periods of a sound card later."""
    apart = [interval for interval in intervals if interval > _AT_ONCE_SECONDS]
    if len(apart) == len(intervals):
        return False
    return any(
        all(
            abs(seconds / period - round(seconds / period)) * period < _SAME_SECONDS
            for seconds in apart
        )
        for period in _PERIODS_SECONDS
    )
