"""How large a piece may be: damaged files claim hours of silence and millions of bars."""

from dataclasses import dataclass

from models.errors import ContinuoError
from models.music.score import Score
from models.music.tempo import MeterMap


@dataclass(frozen=True)
class Limits:
    """What a piece must keep to; larger ones are damaged files, not music.

    `pickup_beats`: so many beats lie before the first bar line of every file.
    """

    steps_per_beat: int = 4
    min_bars: int = 2
    max_bars: int = 4096
    max_notes: int = 100_000
    max_silent_bars: int = 128
    pickup_beats: float = 0.0


class UnfitError(ContinuoError, ValueError):
    """Why a file is no piece to learn from or to judge by, with the kind of reason."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def check_size(score: Score, limits: Limits) -> None:
    """Raise UnfitError for a score without notes, or larger or emptier than music is."""
    count = sum(len(track.clip.notes) for track in score.tracks)
    if not count:
        raise UnfitError("no notes", "it has no notes")
    if count > limits.max_notes:
        raise UnfitError("too long", f"it has {count} notes, at most {limits.max_notes} are taken")
    first = min(track.clip.notes[0].start for track in score.tracks)
    bars = score.meter.bars(score.length) - score.meter.bars(score.meter.bar_line(first))
    if bars > limits.max_bars:
        raise UnfitError("too long", f"it has {bars} bars, at most {limits.max_bars} are taken")
    _check_silence(score, limits)


def check_range(meter: MeterMap, begin: float, end: float, limits: Limits) -> None:
    """Raise UnfitError where more bars are to be accompanied than a piece may have."""
    bars = meter.bars(end) - meter.bars(meter.bar_line(begin))
    if bars > limits.max_bars:
        raise UnfitError(
            "too long", f"beats {begin:g} to {end:g} are {bars} bars, at most {limits.max_bars}"
        )


def _check_silence(score: Score, limits: Limits) -> None:
    """A wrong delta time makes hours of nothing; music does not pause for so long."""
    starts = sorted({note.start for track in score.tracks for note in track.clip.notes})
    for begin, end in zip(starts, [*starts[1:], score.length], strict=True):
        limit = limits.max_silent_bars * score.meter.meter_at(begin).beats_per_bar
        if end - begin > limit:
            bars = score.meter.bars(end) - score.meter.bars(begin)
            raise UnfitError("too long", f"no note begins for {bars} bars, the file seems damaged")
