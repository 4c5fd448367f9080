"""A composition as a picture: a piano roll with a colour for each track."""

import numpy as np
from numpy.typing import NDArray

from models.music.clip import Composition

_STEPS_PER_BEAT = 4
_STEP, _ROW = 6, 6  # pixels of a sixteenth and of a semitone
_MARGIN = 2  # semitones above and below
_LONGEST_BEATS = 64.0
_BLACK_KEYS = (1, 3, 6, 8, 10)
_PAPER, _SHADE, _BEAT_LINE, _BAR_LINE = (252, 242, 225, 150)
_COLOURS = (
    (40, 40, 40),
    (214, 39, 40),
    (31, 119, 180),
    (44, 160, 44),
    (255, 127, 14),
    (148, 103, 189),
    (140, 86, 75),
)

Picture = NDArray[np.uint8]


def draw(piece: Composition) -> Picture:
    """Draw a piano roll [height, width, 3]: the melody dark, bars divided by lines."""
    beats = max(min(piece.length, _LONGEST_BEATS), 1.0)
    pitches = [n.pitch for t in piece.tracks for n in t.clip.notes] or [60]
    low, high = max(min(pitches) - _MARGIN, 0), min(max(pitches) + _MARGIN, 127)
    width = round(beats * _STEPS_PER_BEAT) * _STEP
    picture = np.full(((high - low + 1) * _ROW, width, 3), _PAPER, np.uint8)
    for pitch in range(low, high + 1):
        if pitch % 12 in _BLACK_KEYS:
            picture[(high - pitch) * _ROW : (high - pitch + 1) * _ROW] = _SHADE
    _draw_lines(picture, piece, beats)
    # The melody last, so that it lies on top.
    for number, track in reversed(list(enumerate(piece.tracks))):
        colour = _COLOURS[0] if number == 0 else _COLOURS[1 + (number - 1) % (len(_COLOURS) - 1)]
        for note in track.clip.notes:
            left, right = (round(b * _STEPS_PER_BEAT * _STEP) for b in (note.start, note.end))
            top = (high - note.pitch) * _ROW
            # A gap of a pixel keeps repeated notes apart.
            picture[top + 1 : top + _ROW, max(left, 0) : max(right - 1, left + 2)] = colour
    return picture


def _draw_lines(picture: Picture, piece: Composition, beats: float) -> None:
    last = picture.shape[1] - 1  # a line at the very end of a piece that is not on the grid
    for beat in range(int(beats)):
        picture[:, beat * _STEPS_PER_BEAT * _STEP] = _BEAT_LINE
    at = 0.0
    while at < beats:
        picture[:, min(round(at * _STEPS_PER_BEAT) * _STEP, last)] = _BAR_LINE
        at = piece.meter.next_bar_line(at)
