import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.notes.quantise import quantise, swing
from models.music.clip import Clip, Note


def clip(*starts: float, length: float = 8.0) -> Clip:
    return Clip(tuple(Note(s, 0.25, 60) for s in starts), length)


def starts(clip: Clip) -> list[float]:
    return [round(n.start, 4) for n in clip.notes]


def test_at_strength_nought_the_playing_is_left_alone():
    played = clip(0.03, 0.98, 2.11)
    assert quantise(played, 0) is played


def test_at_full_strength_notes_land_on_sixteenths():
    assert starts(quantise(clip(0.03, 0.98, 2.11, 3.3), 1)) == [0, 1, 2, 3.25]


def test_at_half_strength_they_go_half_the_way():
    assert starts(quantise(clip(0.1, 1.9), 0.5)) == [0.05, 1.95]


def test_swing_is_kept():
    swung = clip(0.02, 0.66, 1.0, 1.68, 1.98, 2.65, 3.0, 3.67)
    result = starts(quantise(swung, 1))
    off_beats = [s % 1 for s in result[1::2]]
    assert all(abs(s - 0.665) < 0.01 for s in off_beats)
    assert len({round(s, 6) for s in off_beats}) == 1
    assert result[::2] == [0, 1, 2, 3]


def test_loose_straight_eighths_are_not_taken_for_swing():
    assert swing(clip(0.5, 1.53, 2.49, 3.55)) == 0.5


def test_two_late_notes_are_not_swing():
    assert swing(clip(0.66, 1.66)) == 0.5


def test_triplets_stay_triplets():
    played = clip(0, 0.34, 0.66, 1.01, 1.33, 1.67, 2, 2.33, 2.67)
    assert starts(quantise(played, 1))[:3] == pytest.approx([0, 1 / 3, 2 / 3], abs=0.01)


def test_the_pickup_stays_before_the_bar_line():
    assert starts(quantise(clip(-0.47, 0.02), 1)) == [-0.5, 0]


def test_a_note_just_before_the_end_is_not_pushed_out_of_the_phrase():
    assert starts(quantise(clip(7.95), 1)) == [7.95]


@given(
    st.lists(st.floats(-1, 7.99), max_size=20),
    st.floats(0, 1),
)
def test_no_note_is_lost_or_moved_by_more_than_a_quarter_beat(at, strength):
    before = clip(*at)
    after = quantise(before, strength)
    assert len(after.notes) == len(before.notes)
    assert all(abs(a - b) <= 0.25 for a, b in zip(starts(after), sorted(at), strict=True))
    assert all(n.end <= 8 + 1e-9 or n.start + 0.25 > 8 for n in after.notes)
