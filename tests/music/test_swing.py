"""The swing of what is played: found in the last bars, and taken out for whoever reads a grid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.clip import Clip, Note
from models.music.swing import found_swing, straightened, straightened_beat


def eighths(half, bars=2, apart=()):
    notes = [Note(beat + place, 0.3, 60) for beat in range(4 * bars) for place in (0.0, half)]
    return Clip((*notes, *apart), 4.0 * bars)


@pytest.mark.parametrize(
    ("half", "swing"), [(0.5, 0.0), (0.52, 0.0), (0.58, 0.5), (2 / 3, 1.0), (0.7, 1.0)]
)
def test_it_is_found_where_half_beats_are_played(half, swing):
    assert found_swing(eighths(half), 0, 8) == pytest.approx(swing)


def test_a_hand_that_is_not_a_machine_is_understood():
    away = [0.02, -0.03, 0.01, 0.0, 0.03, -0.02, 0.01, -0.01]
    notes = [Note(beat + 2 / 3 + away[beat], 0.3, 60) for beat in range(8)]
    assert found_swing(Clip(tuple(notes), 8.0), 0, 8) >= 0.9


def test_too_few_half_beats_say_nothing_and_only_the_last_bars_count():
    assert found_swing(Clip(tuple(Note(float(b), 1.0, 60) for b in range(16)), 16.0), 0, 16) is None
    both = Clip((*eighths(0.5).notes, *eighths(2 / 3).shifted(8).notes), 16.0)
    assert found_swing(both, 0, 8) == 0
    assert found_swing(both, 8, 16) == pytest.approx(1.0)


def test_sixteenths_and_dotted_rhythms_are_no_swing():
    sixteenths = tuple(Note(i / 4, 0.2, 60) for i in range(32))
    assert not found_swing(Clip(sixteenths, 8.0), 0, 8)
    dotted = tuple(Note(b + place, 0.2, 60) for b in range(8) for place in (0.0, 0.75))
    assert not found_swing(Clip(dotted, 8.0), 0, 8)


@given(st.floats(0, 64), st.floats(0, 64), st.floats(0, 1))
def test_taking_it_out_keeps_beats_and_the_order_of_notes(one, two, swing):
    low, high = sorted((one, two))
    assert straightened_beat(low, swing) <= straightened_beat(high, swing) + 1e-9
    assert straightened_beat(float(int(low)), swing) == pytest.approx(int(low))


def test_a_swung_half_beat_becomes_a_half_beat():
    clip = straightened(eighths(2 / 3), 1.0)
    assert {round(n.start % 1, 6) for n in clip.notes} == {0.0, 0.5}
    assert clip.length == 8.0
