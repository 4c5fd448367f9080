"""The tempo that somebody taps."""

from statistics import median

_GAP_SECONDS = (0.15, 3.0)  # 400 and 20 beats a minute; outside of it a new tempo is tapped
_LEAST, _MOST = 2, 6  # gaps that are looked at


class TapTempo:
    """Taps in time; the middle one of the gaps between the last of them is a beat."""

    def __init__(self) -> None:
        self._last_seconds: float | None = None
        self._gaps: list[float] = []

    def tap(self, at_seconds: float) -> float | None:
        """Take a tap; give the tempo in beats a minute to a tenth, None before the third."""
        last, self._last_seconds = self._last_seconds, at_seconds
        shortest, longest = _GAP_SECONDS
        gap = 0.0 if last is None else at_seconds - last
        is_near = shortest <= gap <= longest
        self._gaps = [*self._gaps, gap][-_MOST:] if is_near else []
        return round(60 / median(self._gaps), 1) if len(self._gaps) >= _LEAST else None
