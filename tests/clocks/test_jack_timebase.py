"""Beats along the frames of a transport, with a timebase master and without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.clocks.jack_timebase import Place, Timebase

RATE = 48_000


def place_of(frame: int, bpm: float, beats_per_bar=4.0, beat_type=4.0, ticks=480.0) -> Place:
    """What a master with one meter and one tempo says of a frame: whole ticks."""
    in_ticks = int(frame / RATE * bpm / 60 * ticks)
    beats, tick = divmod(in_ticks, int(ticks))
    bar, beat = divmod(beats, int(beats_per_bar))
    return Place(bar + 1, beat + 1, tick, ticks, beats_per_bar, beat_type, bpm)


def test_without_a_master_the_tempo_counts_from_the_first_frame():
    timebase = Timebase(RATE, 120)
    assert timebase.beat_at(RATE) == pytest.approx(2)
    assert timebase.frames(2) == RATE


def test_a_change_of_tempo_bends_the_song_and_does_not_move_it():
    timebase = Timebase(RATE, 120)
    timebase.change_tempo(60, RATE)
    assert timebase.beat_at(RATE) == pytest.approx(2)
    assert timebase.beat_at(2 * RATE) == pytest.approx(3)


def test_after_a_locate_the_tempo_counts_from_the_first_frame_again():
    timebase = Timebase(RATE, 120)
    timebase.change_tempo(60, RATE)
    timebase.restart()
    assert timebase.beat_at(4 * RATE) == pytest.approx(4)


@pytest.mark.parametrize(
    ("beats_per_bar", "beat_type", "meter"),
    [(4, 4, "4/4"), (6, 8, "6/8"), (12, 8, "12/8"), (3.5, 4, "None"), (5, 3, "None")],
)
def test_a_masters_meter_is_one_that_bars_can_be_counted_by_or_none(
    beats_per_bar, beat_type, meter
):
    assert str(Place(1, 1, 0, 960, beats_per_bar, beat_type, 120).meter) == meter


def test_six_eighths_are_three_quarters():
    timebase = Timebase(RATE, 120)
    timebase.learn(0, Place(3, 4, 0, 960, 6, 8, 180))
    assert timebase.bpm == 90
    assert timebase.beat_at(0) == pytest.approx(2 * 3 + 1.5, abs=0.001)


@given(st.lists(st.integers(1, 4_000), min_size=30, max_size=60), st.floats(30, 300))
def test_beats_lie_finer_than_a_masters_ticks(steps, bpm):
    timebase, frame = Timebase(RATE, 120), 1_000
    for step in steps:
        frame += step
        timebase.learn(frame, place_of(frame, bpm))
        assert timebase.beat_at(frame) == pytest.approx(frame / RATE * bpm / 60, abs=0.5 / 479)
    assert timebase.has_master


def test_a_master_who_jumps_is_followed_at_once():
    timebase = Timebase(RATE, 120)
    timebase.learn(0, place_of(0, 120))
    timebase.learn(RATE, place_of(9 * RATE, 120))
    assert timebase.beat_at(RATE) == pytest.approx(18, abs=0.003)


def test_without_its_master_the_song_goes_on_as_it_was():
    timebase = Timebase(RATE, 120)
    timebase.learn(RATE, place_of(3 * RATE, 90))
    timebase.learn(RATE, None)
    assert not timebase.has_master
    assert timebase.bpm == 90
    assert timebase.beat_at(RATE) == pytest.approx(4.5, abs=0.003)


def test_a_master_who_tells_half_of_it_counts_as_none():
    timebase = Timebase(RATE, 120)
    timebase.learn(0, Place(0, 0, 0, 0.0, 4.0, 4.0, 90.0))
    assert not timebase.has_master
    assert timebase.bpm == 120
