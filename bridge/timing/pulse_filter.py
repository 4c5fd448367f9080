"""When the pulses of a MIDI clock really fell, and how fast they come: a filter against jitter.

A Kalman filter of two values, the instant of the last pulse and the seconds from pulse to pulse.
How much a pulse is trusted follows from how the last ones were scattered about a smooth curve;
when several in a row come too early or too late, the tempo is turning, and it is let go at once.
"""

from collections import deque
from copy import copy
from math import hypot, sqrt

PULSES_PER_BEAT = 24
SLOWEST_BPM, FASTEST_BPM = 5.0, 999.0

_WINDOW = 24  # pulses in which the scatter is measured
_FEWEST = 12
_FIRST_SCATTER_SECONDS = 0.002
_LEAST_SCATTER_SECONDS = 0.0003
_SCATTER_UP, _SCATTER_DOWN = 1 / 48, 1 / 192  # of the way to what was measured, each pulse
_DRIFT = 0.0004  # of the period, each pulse: a tempo that nobody turns
_TURN = 0.08  # of the period, each pulse: a tempo that is being turned
_TREND = 0.25  # weight of the newest pulse in the trend
_TREND_DEVIATION = sqrt(_TREND / (2 - _TREND))  # of a trend that is mere chance
_ALARM = 2.5 * _TREND_DEVIATION
_CLIP = 3.0  # deviations beyond which a pulse is an accident


class PulseFilter:
    """Filters the instants of pulses, beginning with a guess of the tempo in bpm."""

    def __init__(self, bpm: float) -> None:
        self.period_seconds = 60 / (PULSES_PER_BEAT * bpm)
        self.at_seconds = 0.0  # when the last pulse fell, as far as can be told
        self.scatter_seconds = _FIRST_SCATTER_SECONDS
        self._recent: deque[float] = deque(maxlen=_WINDOW)
        self._trend = 0.0
        # Variances and covariance of the instant and the period.
        self._var_at = self._cov = self._var_period = 0.0

    @property
    def bpm(self) -> float:
        """The tempo."""
        return 60 / (PULSES_PER_BEAT * self.period_seconds)

    @property
    def has_begun(self) -> bool:
        """Whether there was a pulse."""
        return self._var_period > 0

    def copy(self) -> "PulseFilter":
        """Return another filter that begins where this one is."""
        other = copy(self)
        other._recent = self._recent.copy()
        return other

    def deviation(self, at_seconds: float, pulses: int = 1) -> float:
        """Return by how many pulses a pulse, the next or a later one, is too late."""
        expected_seconds = self.at_seconds + pulses * self.period_seconds
        return (at_seconds - expected_seconds) / self.period_seconds

    def begin(self, at_seconds: float) -> None:
        """Take the first pulse, or the first after a pause: the tempo is as before, or nearly."""
        part = 0.05 if self.has_begun else 0.5
        self.at_seconds = at_seconds
        self._recent.clear()
        self._recent.append(at_seconds)
        self._trend = 0.0
        self._var_at, self._cov = self.scatter_seconds**2, 0.0
        self._var_period += (self.period_seconds * part) ** 2

    def take(self, at_seconds: float, pulses: int = 1) -> None:
        """Take the next pulse; `pulses` is how many it stands for when some did not come."""
        if pulses > 1:
            self._recent.clear()
        self._recent.append(at_seconds)
        self._measure_scatter()
        late_seconds, var_at = self._predict(at_seconds, pulses)
        variance = var_at + self.scatter_seconds**2
        deviations = abs(late_seconds) / sqrt(variance)
        if deviations > _CLIP:
            variance *= deviations / _CLIP
        self._correct(late_seconds, var_at / variance, self._cov / variance)

    def _predict(self, at_seconds: float, pulses: int) -> tuple[float, float]:
        """Go on by `pulses`; return how late the pulse is, and the variance of that."""
        drift = (_DRIFT * self.period_seconds) ** 2 * pulses
        self._var_at += pulses * (2 * self._cov + pulses * self._var_period) + drift / 3
        self._cov += pulses * self._var_period + drift / 2
        self._var_period += drift
        late_seconds = at_seconds - self.at_seconds - pulses * self.period_seconds
        self.at_seconds += pulses * self.period_seconds
        deviation = hypot(sqrt(self._var_at), self.scatter_seconds)
        score = min(max(late_seconds / deviation, -_CLIP), _CLIP)
        self._trend += _TREND * (score - self._trend)
        if abs(self._trend) > _ALARM:
            turn = (_TURN * self.period_seconds) ** 2
            self._var_at += turn
            self._var_period += turn
        return late_seconds, self._var_at

    def _correct(self, late_seconds: float, gain_at: float, gain_period: float) -> None:
        self.at_seconds += gain_at * late_seconds
        period_seconds = self.period_seconds + gain_period * late_seconds
        self.period_seconds = min(
            max(period_seconds, 60 / (PULSES_PER_BEAT * FASTEST_BPM)),
            60 / (PULSES_PER_BEAT * SLOWEST_BPM),
        )
        self._var_period -= gain_period * self._cov
        self._cov -= gain_at * self._cov
        self._var_at -= gain_at * self._var_at

    def _measure_scatter(self) -> None:
        if len(self._recent) < _FEWEST:
            return
        old = self.scatter_seconds**2
        new = min(_scatter(self._recent), 4 * old)  # one accident is no scatter
        rate = _SCATTER_UP if new > old else _SCATTER_DOWN
        self.scatter_seconds = max(sqrt(old + rate * (new - old)), _LEAST_SCATTER_SECONDS)


def _scatter(instants: deque[float]) -> float:
    """Return the variance about the parabola that fits best: a tempo may be turning evenly."""
    count = len(instants)
    mean = sum(instants) / count
    # The orthogonal polynomials on evenly spaced points: x, and x squared less its mean.
    xs = [i - (count - 1) / 2 for i in range(count)]
    curve = [x * x - (count * count - 1) / 12 for x in xs]
    ys = [instant - mean for instant in instants]
    rest = sum(y * y for y in ys)
    for shape in (xs, curve):
        product = sum(a * y for a, y in zip(shape, ys, strict=True))
        rest -= product * product / sum(a * a for a in shape)
    return max(rest, 0.0) / (count - 3)
