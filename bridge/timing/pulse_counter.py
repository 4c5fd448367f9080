"""Which pulse of the song each clock message is: lost and doubled ones are told by their timing."""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bridge.timing.pulse_filter import PulseFilter

_SUSPICIOUS = 0.6  # pulses too early or too late
_CALM = 0.35  # deviation up to which the pulses before give no reason to think of a new tempo
_STEADY = 0.13  # scatter, in pulses, up to which timing tells one pulse from the next
_PULSES_TO_JUDGE = 8
_PULSES_TO_KNOW = 48  # until the scatter is known
_WINDOW = 24
# Pulses that come as often as the sound card's periods are handed on one in a period, and now and
# then two or none: nothing is lost or doubled then.
_PERIODS_SECONDS = [n / rate for n in (512, 1024, 2048) for rate in (44_100, 48_000)]
_SAME_SECONDS = 0.0002
_LIKELIER = 4.0  # times, for a belief in lost or doubled pulses
_FITTING = 0.15  # pulses: mean deviation, up to which such a belief holds
_SAME_TEMPO = 0.05  # of the period: beyond, the tempo was turned, and a long pulse proves nothing
_REPHASE = 0.25  # pulses: a first pulse farther from the old beat begins a new one


@dataclass(slots=True)
class _Doubt:
    """The same pulses under the belief that `missed` did not come (-1: that one came twice)."""

    filter: PulseFilter
    missed: int
    period_seconds: float  # before it
    seen: int = 0
    wrong_here: float = 0.0  # squared deviations if all pulses were counted as they came
    wrong_there: float = 0.0  # squared deviations under this belief
    drift_there: float = 0.0

    def is_right(self) -> bool:
        mean = abs(self.drift_there) / self.seen
        turned = abs(self.filter.period_seconds / self.period_seconds - 1)
        is_fitting = mean < _FITTING and turned < _SAME_TEMPO
        return is_fitting and _LIKELIER * self.wrong_there < self.wrong_here


class PulseCounter:
    """Counts pulses and filters their instants.

    A pulse that seems lost is counted only when the next ones prove it: a machine that stood still
    sends all of them late, but sends them.
    """

    def __init__(self, bpm: float) -> None:
        self.filter = PulseFilter(bpm)
        self._doubt: _Doubt | None = None
        self._settled = 0  # pulses since the beginning or the last doubt
        self._deviations: deque[float] = deque(maxlen=3)
        self._instants: deque[float] = deque(maxlen=_WINDOW)

    def begin(self, at_seconds: float) -> None:
        """Take the first pulse after a start, or after a silence; in time, it is one like others.

        The tempo is kept until the next pulses tell another one.
        """
        self._doubt = None
        self._settled = 0
        self._instants.clear()
        if not self.filter.has_begun or abs(self.filter.deviation(at_seconds)) > _REPHASE:
            self.filter.begin(at_seconds)
        else:
            self.filter.take(at_seconds)

    def take(self, at_seconds: float) -> int:
        """Take the next pulse; return by how many the count goes on: 1, unless some were lost."""
        deviation = self.filter.deviation(at_seconds)
        if self._doubt is None and self._may_doubt(deviation):
            missed, period_seconds = max(round(deviation), -1), self.filter.period_seconds
            self._doubt = _Doubt(self.filter.copy(), missed, period_seconds)
        self.filter.take(at_seconds)
        self._settled += 1
        self._deviations.append(abs(deviation))
        self._instants.append(at_seconds)
        return 1 if self._doubt is None else 1 + self._ponder(self._doubt, deviation, at_seconds)

    def _may_doubt(self, deviation: float) -> bool:
        scatter = self.filter.scatter_seconds / self.filter.period_seconds
        is_known = scatter < _STEADY and self._settled > _PULSES_TO_KNOW
        is_sudden = abs(deviation) > _SUSPICIOUS and max(self._deviations, default=1) < _CALM
        return is_known and is_sudden and not self._comes_by_periods()

    def _comes_by_periods(self) -> bool:
        usual_seconds = median(b - a for a, b in pairwise(self._instants))
        return any(abs(usual_seconds - period) < _SAME_SECONDS for period in _PERIODS_SECONDS)

    def _ponder(self, doubt: _Doubt, deviation: float, at_seconds: float) -> int:
        """Follow a doubt one pulse further; return the correction of the count, once it is sure."""
        pulses = 1 + doubt.missed if doubt.seen == 0 else 1
        doubt.seen += 1
        doubt.wrong_here += deviation * deviation
        if pulses > 0:
            there = doubt.filter.deviation(at_seconds, pulses)
            doubt.wrong_there += there * there
            doubt.drift_there += there
            doubt.filter.take(at_seconds, pulses)
        if doubt.seen < _PULSES_TO_JUDGE:
            return 0
        self._doubt = None
        self._settled = 0
        if not doubt.is_right():
            return 0
        self.filter = doubt.filter
        return doubt.missed
