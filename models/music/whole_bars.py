"""How many whole bars a clip takes: a key released a little late opens no new bar."""

from models.music.clip import Clip
from models.music.tempo import MeterMap

# Played by hand, a last key is released up to so much after the bar line, in beats: less than a
# sixteenth, which is a note of its own.
LATE_RELEASE = 0.2


def whole_bars_end(clip: Clip, meter: MeterMap) -> float:
    """The bar line that ends the clip's last bar, in beats (0 without notes).

    A note without length on the last bar line belongs to the bar after it.
    """
    if not clip.notes:
        return 0.0
    after_last = meter.next_bar_line(clip.notes[-1].start)
    if clip.end <= after_last + LATE_RELEASE:
        return after_last
    line = meter.bar_line(clip.end)
    return line if clip.end - line <= LATE_RELEASE else meter.bar_line_from(clip.end)


def first_bar(clip: Clip, meter: MeterMap) -> float:
    """The first whole bar's line: notes in the second half of the bar before lead into it."""
    if not clip.notes:
        return 0.0
    start = clip.notes[0].start
    line, following = meter.bar_line(start), meter.next_bar_line(start)
    return following if start - line >= (following - line) / 2 else max(line, 0.0)
