"""Where Live's song really is, from reports that come some milliseconds late, each another few.

The tempo is told exactly; only how late a report is remains unknown. It is never early: the line
through the reports that were least late is the song. A song that jumps by whole beats, as round a
loop brace, keeps its line.
"""

from collections import deque
from math import inf

_WINDOW = 24  # reports
_FEWEST = 6
_FIRST_LATE_SECONDS = 0.004  # of a first report, for all that is known
_RISE = 0.25  # of the way to where the line should be, each report: no jitter of our own
_EARLIEST_SECONDS = 0.06  # so far ahead of its line a song was put elsewhere
_LATEST_SECONDS = 0.15  # so far behind: if it says so twice
_MOST_OFF_SECONDS = 0.012  # beyond which a jump was not by whole beats
_EPSILON_BEATS = 1e-6


class SongPositionFilter:
    """Filters reports of beat and tempo; instants in seconds of the engine's clock."""

    def __init__(self) -> None:
        self._bpm = 0.0  # 0: standing, or nothing came yet
        self._line_seconds = self._line_beat = 0.0
        self._late: deque[float] = deque(maxlen=_WINDOW)
        self._last_beat = -inf
        self._was_far_behind = False

    def beat_at(self, at_seconds: float) -> float:
        """Return the beat on the line."""
        return self._line_beat + (at_seconds - self._line_seconds) * self._bpm / 60

    def stand(self) -> None:
        """Note that the song stands still."""
        self._bpm, self._last_beat = 0.0, -inf

    def take(self, beat: float, bpm: float, at_seconds: float) -> tuple[float, bool]:
        """Take a report of the running song; return the beat at that instant, and if it jumped."""
        has_jumped = False
        if not self._bpm:
            self._begin(beat, bpm, at_seconds, _FIRST_LATE_SECONDS)
        else:
            self._turn(beat, bpm)
            has_jumped = self._has_jumped(beat, at_seconds)
        if has_jumped:
            self._jump(beat, at_seconds)
        elif not self._was_far_behind:
            self._correct(self._late_seconds(beat, at_seconds))
        self._last_beat = beat
        return self.beat_at(at_seconds), has_jumped

    def _late_seconds(self, beat: float, at_seconds: float) -> float:
        return (self.beat_at(at_seconds) - beat) * 60 / self._bpm

    def _begin(self, beat: float, bpm: float, at_seconds: float, late_seconds: float) -> None:
        self._line_seconds, self._line_beat = at_seconds - late_seconds, beat
        self._bpm = bpm
        self._late.clear()
        self._was_far_behind = False

    def _turn(self, beat: float, bpm: float) -> None:
        """Go on at another tempo from about this beat on."""
        if bpm != self._bpm:
            self._line_seconds += (beat - self._line_beat) * 60 / self._bpm
            self._line_beat, self._bpm = beat, bpm

    def _has_jumped(self, beat: float, at_seconds: float) -> bool:
        late_seconds = self._late_seconds(beat, at_seconds)
        is_far_behind = late_seconds > _LATEST_SECONDS
        # A report from a Live that had no time is late, too, but the song has gone on meanwhile.
        went_back = beat < self._last_beat - _EPSILON_BEATS
        is_sure = went_back or self._was_far_behind
        self._was_far_behind = is_far_behind and not is_sure
        return went_back or late_seconds < -_EARLIEST_SECONDS or (is_far_behind and is_sure)

    def _jump(self, beat: float, at_seconds: float) -> None:
        late = sorted(self._late)
        usual_seconds = late[len(late) // 2] if late else _FIRST_LATE_SECONDS
        moved = beat - self.beat_at(at_seconds - usual_seconds)
        self._line_beat += round(moved)
        if abs(self._late_seconds(beat, at_seconds) - usual_seconds) > _MOST_OFF_SECONDS:
            self._begin(beat, self._bpm, at_seconds, usual_seconds)

    def _correct(self, late_seconds: float) -> None:
        """Have the line run through the reports that were least late."""
        self._late.append(late_seconds)
        least_seconds = min(self._late)
        if least_seconds > 0:
            least_seconds *= _RISE if len(self._late) >= _FEWEST else 0.0
        self._line_seconds += least_seconds
        for i, late in enumerate(self._late):
            self._late[i] = late - least_seconds
