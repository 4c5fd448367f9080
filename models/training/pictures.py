"""A composition as a picture for TensorBoard: a piano roll with a colour for each track."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.music.clip import Composition
from models.music.sixteenths import STEPS_PER_BEAT

_STEP, _ROW = 6, 6  # pixels of a sixteenth and of a semitone
_GAP_BEATS = 1 / (STEPS_PER_BEAT * _STEP)  # a pixel that keeps repeated notes apart
_PIXEL = 72.0  # points, at one dot per inch
_MARGIN = 2  # semitones above and below
_LONGEST_BEATS = 64.0
_BLACK_KEYS = (1, 3, 6, 8, 10)
_PAPER, _SHADE, _BEAT_LINE, _BAR_LINE = ("#fcfcfc", "#f2f2f2", "#e1e1e1", "#969696")
_MELODY = "#282828"

Picture = NDArray[np.uint8]


def draw(piece: Composition) -> Picture:
    """Draw a piano roll [height, width, 3]: the melody dark, bars divided by lines."""
    beats = max(min(piece.length, _LONGEST_BEATS), 1.0)
    pitches = [n.pitch for t in piece.tracks for n in t.clip.notes] or [60]
    low, high = max(min(pitches) - _MARGIN, 0), min(max(pitches) + _MARGIN, 127)
    size = (round(beats * STEPS_PER_BEAT) * _STEP, (high - low + 1) * _ROW)
    figure = Figure(figsize=size, dpi=1, facecolor=_PAPER)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0, beats), ylim=(low - 0.5, high + 0.5))
    axes.set_axis_off()
    for pitch in range(low, high + 1):
        if pitch % 12 in _BLACK_KEYS:
            axes.axhspan(pitch - 0.5, pitch + 0.5, color=_SHADE, lw=0)
    _draw_lines(axes, piece, beats)
    # The melody last, so that it lies on top.
    for number, track in reversed(list(enumerate(piece.tracks))):
        notes = track.clip.notes
        axes.barh(
            [n.pitch for n in notes],
            [max(n.duration - _GAP_BEATS, _GAP_BEATS) for n in notes],
            left=[n.start for n in notes],
            height=1 - 1 / _ROW,
            color=f"C{number - 1}" if number else _MELODY,
            antialiased=False,
            zorder=3,
        )
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]


def _draw_lines(axes: Axes, piece: Composition, beats: float) -> None:
    for beat in range(int(beats)):
        axes.axvline(beat, color=_BEAT_LINE, lw=_PIXEL)
    at = 0.0
    while at < beats:
        axes.axvline(at, color=_BAR_LINE, lw=_PIXEL)
        at = piece.meter.next_bar_line(at)
