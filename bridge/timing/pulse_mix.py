"""Whether the pulses of a MIDI clock are those of two senders at once: told by their timing alone.

A port that several programs send to hands on one stream. Two clocks of one tempo make intervals
that take turns, long and short; two of different tempos make, among others, very short ones. Two
clocks half a pulse apart cannot be told from one of twice the tempo; nor can two slow ones on a
sound card whose periods are longer than the time from one pulse to the next.
"""

from collections import deque
from itertools import pairwise
from statistics import mean, pstdev

_WINDOW = 48  # intervals, an even number
_STEP = 24  # pulses from one look to the next
_LOOKS = 4  # in a row, until it is sure
_UNEVEN = 0.15  # of the mean: scatter of intervals beyond which they are not one clock's jitter
# What every other interval is longer by: so much of the mean, and of the scatter among these.
_LONGER, _CLEARER = 0.08, 1.5
_SHORT, _MANY_SHORT = 0.3, 0.1  # an interval of so much of the mean is short; so many are many
_PAUSE_SECONDS = 0.5
# Messages are handed on once in a period of the sound card: that may look like two clocks.
_RATES = (44_100, 48_000, 96_000)
_PERIODS_SECONDS = [2**n / rate for n in range(6, 13) for rate in _RATES]
_FAST_SECONDS = 0.012  # pulses nearer than that (208 bpm) are two clocks' all the same
_AT_ONCE_SECONDS = 0.001
_SAME_SECONDS, _EXACT_SECONDS = 0.001, 0.0003  # how near to a number of periods
_BUNCHED = (
    0.9  # of the mean interval: the shortest period in which two pulses of one clock may come
)


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
    is_slow = usual_seconds > _FAST_SECONDS
    short = sum(interval < _SHORT * usual_seconds for interval in intervals)
    is_uneven = pstdev(intervals) > _UNEVEN * usual_seconds
    if is_uneven and short > _MANY_SHORT * len(intervals):
        return not (is_slow and _is_bunched(intervals, usual_seconds))
    return _takes_turns(intervals, usual_seconds) and not (is_slow and _is_rounded(intervals))


def _takes_turns(intervals: list[float], usual_seconds: float) -> bool:
    """Whether every other interval is longer, clearly."""
    ones, others = intervals[::2], intervals[1::2]
    apart_seconds = abs(mean(ones) - mean(others))
    scatter_seconds = max(pstdev(ones), pstdev(others))
    return apart_seconds > max(_LONGER * usual_seconds, _CLEARER * scatter_seconds)


def _is_bunched(intervals: list[float], usual_seconds: float) -> bool:
    """Whether all pulses come at once with another, or some periods of a sound card later.

    Two of one clock come at once only where the periods are longer than its intervals.
    """
    apart = [interval for interval in intervals if interval > _AT_ONCE_SECONDS]
    return any(
        all(
            abs(seconds / period - round(seconds / period)) * period < _SAME_SECONDS
            for seconds in apart
        )
        for period in _PERIODS_SECONDS
        if period > _BUNCHED * usual_seconds
    )


def _is_rounded(intervals: list[float]) -> bool:
    """Whether the long intervals are one period of a sound card longer than the short ones.

    So are those of one clock whose pulses are some periods and a half apart.
    """
    middle = (min(intervals) + max(intervals)) / 2
    short, long = (
        mean(i for i in intervals if (i > middle) == is_long) for is_long in (False, True)
    )
    return any(
        abs(long - short - period) < _EXACT_SECONDS
        and abs(short / period - round(short / period)) * period < _EXACT_SECONDS
        and round(short / period) > 0
        for period in _PERIODS_SECONDS
    )
