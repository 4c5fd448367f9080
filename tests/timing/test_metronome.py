import pytest

from bridge.timing.metronome import ACCENT_PITCH, PLAIN_PITCH, click, pulse
from models.music.tempo import Meter


@pytest.mark.parametrize(
    ("meter", "beats"),
    [("4/4", 1), ("3/4", 1), ("6/8", 1.5), ("12/8", 1.5), ("3/8", 0.5), ("7/8", 0.5), ("2/2", 2)],
)
def test_it_clicks_as_a_musician_counts(meter, beats):
    assert pulse(Meter.parse(meter)) == beats


def test_the_bar_line_is_accented():
    assert [click(on_bar).notes[0].pitch for on_bar in (True, False)] == [ACCENT_PITCH, PLAIN_PITCH]
    assert click(True).notes[0].velocity > click(False).notes[0].velocity
