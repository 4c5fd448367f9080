"""Which readings of an outside clock are worth an event, and which of them are jumps."""

from collections.abc import Callable
from dataclasses import replace

from bridge.events import ClockPosition
from models.errors import ContinuoError

# Where the song is off what was told last by more than this, it is told again at once.
DEVIATION_SECONDS = 0.0002
REPEAT_SECONDS = 0.5
# A song that is off what its tempo explains by more than this did not run there.
JUMP_SECONDS = 0.02

Post = Callable[[ClockPosition], None]


class ClockError(ContinuoError):
    """A clock cannot be had; the sentence names the cure."""


class PositionFilter:
    """Passes readings on: at once where something has changed, else twice a second."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._told: ClockPosition | None = None
        self._seen: ClockPosition | None = None

    def take(self, position: ClockPosition) -> None:
        """Take a reading; post it if nobody could know it from what was posted last."""
        if self._seen is not None and _has_jumped(self._seen, position):
            position = replace(position, has_jumped=True)
        self._seen = position
        if position.has_jumped or self._told is None or _is_news(self._told, position):
            self._told = position
            self._post(position)


def beat_at(position: ClockPosition, at_seconds: float) -> float:
    """Tell the beat at an instant from a position, as long as nothing changes."""
    if not position.is_playing:
        return position.beat
    return position.beat + (at_seconds - position.at_seconds) * position.bpm / 60


def _is_news(told: ClockPosition, seen: ClockPosition) -> bool:
    if (told.is_playing, told.bpm, told.meter) != (seen.is_playing, seen.bpm, seen.meter):
        return True
    if seen.at_seconds - told.at_seconds >= REPEAT_SECONDS:
        return True
    return abs(seen.beat - beat_at(told, seen.at_seconds)) > DEVIATION_SECONDS * seen.bpm / 60


def _has_jumped(before: ClockPosition, after: ClockPosition) -> bool:
    """Whether no change of tempo, start or stop in between explains where the song is now."""
    speeds = [p.bpm / 60 if p.is_playing else 0.0 for p in (before, after)]
    seconds = after.at_seconds - before.at_seconds
    slack = JUMP_SECONDS * after.bpm / 60
    first = before.beat + seconds * min(speeds) - slack
    last = before.beat + seconds * max(speeds) + slack
    return not first <= after.beat <= last
