"""How much may be done in a time, in all or for each sender."""

from collections.abc import Hashable


class RateLimit:
    """So much at once, and as much as grows again each second after that."""

    def __init__(self, at_once: float, per_second: float) -> None:
        self._most, self._per_second = at_once, per_second
        self._left, self._at_seconds = at_once, 0.0

    def take(self, amount: float, now_seconds: float) -> bool:
        """Take an amount if it is there; False, and nothing taken, otherwise."""
        if self.wait_seconds(amount, now_seconds) > 0:
            return False
        self._left -= amount
        return True

    def wait_seconds(self, amount: float, now_seconds: float) -> float:
        """How long until that amount is there (0: now); more than the most counts as the most."""
        grown = max(now_seconds - self._at_seconds, 0.0) * self._per_second
        self._left = min(self._left + grown, self._most)
        self._at_seconds = now_seconds
        return max(min(amount, self._most) - self._left, 0.0) / self._per_second


class RateLimits:
    """The same allowance for each of many; of too many the one that came first is forgotten."""

    MOST = 256

    def __init__(self, at_once: float, per_second: float) -> None:
        self._at_once, self._per_second = at_once, per_second
        self._each: dict[Hashable, RateLimit] = {}

    def take(self, whose: Hashable, amount: float, now_seconds: float) -> bool:
        """Take an amount of somebody's allowance if it is there; False otherwise."""
        allowance = self._each.get(whose)
        if allowance is None:
            if len(self._each) >= self.MOST:
                del self._each[next(iter(self._each))]
            allowance = self._each[whose] = RateLimit(self._at_once, self._per_second)
        return allowance.take(amount, now_seconds)
