"""Clocks that come while another is followed: each is named, once, and left out."""

from bridge.engine.performance import Performance
from bridge.settings import CLOCK_NAMES

_PULSES = 24  # a beat of them is a clock
_PAUSE_SECONDS = 1.0


class OtherClocks:
    """Counts what comes of clocks that nobody follows. Called from: the engine thread."""

    def __init__(self, play: Performance) -> None:
        self._play = play
        self._counts: dict[str, tuple[int, float]] = {}  # pulses in a row, and when the last came
        self._named: set[str] = set()

    def forget(self) -> None:
        """Name them anew: another clock was chosen."""
        self._counts, self._named = {}, set()

    def pulse(self, port: str, at_seconds: float) -> None:
        """Take note of a pulse of MIDI clock from a port, while another clock is followed."""
        name = f"MIDI clock from {port}" if port else "MIDI clock"
        if not self._is_new(name, at_seconds):
            return
        if self._play.source == "internal":
            self._play.notice(
                "info",
                f"{name} comes in, and Continuo plays by its own: /continuo/clock midi follows it, "
                "or start with --clock midi",
            )
        else:
            self._say(name)

    def song(self, at_seconds: float) -> None:
        """Take note that Live's song plays, while another program's clock is followed."""
        name = "Live's song"
        if self._play.source in ("midi", "jack") and self._is_new(name, at_seconds, pulses=1):
            self._say(name)

    def _say(self, name: str) -> None:
        followed = CLOCK_NAMES[self._play.source]
        self._play.notice(
            "warning", f"two clocks at once: {followed} is followed, {name} is left out"
        )

    def _is_new(self, name: str, at_seconds: float, pulses: int = _PULSES) -> bool:
        count, last_seconds = self._counts.get(name, (0, at_seconds))
        count = 1 if at_seconds - last_seconds > _PAUSE_SECONDS else count + 1
        self._counts[name] = (count, at_seconds)
        if count < pulses or name in self._named:
            return False
        self._named.add(name)
        return True
