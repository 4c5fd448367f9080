"""The click: where it falls in a bar, and how it sounds."""

from models.music.clip import Clip, Note
from models.music.tempo import Meter

ACCENT_PITCH = 76  # General MIDI high wood block, on the bar line
PLAIN_PITCH = 77  # low wood block
STICK_PITCH = 37  # side stick, on the channel of the drums
_LENGTH = 0.125


def pulse(meter: Meter) -> float:
    """Return the beats between two clicks: dotted in compound meters (6/8, 9/8, 12/8)."""
    unit = 4 / meter.denominator
    compound = meter.denominator >= 8 and meter.numerator > 3 and meter.numerator % 3 == 0
    return unit * 3 if compound else unit


def click(on_bar_line: bool, *, sticks: bool = False) -> Clip:
    """Return one click, accented on the bar line; `sticks`: as a drummer counts in."""
    pitch, velocity = (ACCENT_PITCH, 110) if on_bar_line else (PLAIN_PITCH, 80)
    pitch = STICK_PITCH if sticks else pitch
    return Clip((Note(0.0, _LENGTH, pitch, velocity),), _LENGTH)
