"""Which readings of an outside clock are told, and which of them are jumps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.clocks.position_filter import REPEAT_SECONDS, PositionFilter, beat_at
from bridge.events import ClockPosition

HERE = ClockPosition(100.0, "link", 8.0, 120.0, True)


def told(*readings: ClockPosition) -> list[ClockPosition]:
    out: list[ClockPosition] = []
    positions = PositionFilter(out.append)
    for reading in readings:
        positions.take(reading)
    return out


def later(seconds: float, position: ClockPosition = HERE, **changes) -> ClockPosition:
    at_seconds = position.at_seconds + seconds
    beat = beat_at(position, at_seconds)
    return replace(position, at_seconds=at_seconds, **{"beat": beat, **changes})


def test_a_clock_that_runs_steadily_is_told_twice_a_second():
    out = told(*(later(0.01 * i) for i in range(301)))
    assert 3.0 / REPEAT_SECONDS <= len(out) <= 3.0 / REPEAT_SECONDS + 1
    assert not any(position.has_jumped for position in out)


@pytest.mark.parametrize("change", [{"bpm": 90.0}, {"is_playing": False}, {"beat": 8.025}])
def test_whatever_changes_is_told_at_once(change):
    assert told(HERE, later(0.01, **change))[-1] == later(0.01, **change)


def test_a_drift_too_small_to_hear_is_not_told_before_its_time():
    assert told(HERE, later(0.01, beat=8.0202)) == [HERE]


def test_a_song_put_elsewhere_has_jumped():
    assert told(HERE, later(0.01, beat=12.0))[-1].has_jumped
    assert told(HERE, later(0.01, beat=4.0))[-1].has_jumped


def test_a_song_put_elsewhere_while_it_stood_has_jumped():
    stopped = later(0.0, is_playing=False)
    assert told(stopped, later(5.0, stopped, beat=16.0))[-1].has_jumped
    assert not told(stopped, later(5.0, stopped, is_playing=True))[-1].has_jumped


@given(
    st.floats(20, 400),
    st.floats(20, 400),
    st.floats(0, 1),
    st.floats(0.001, 2),
    st.sampled_from(["tempo", "stop", "start"]),
)
def test_a_change_of_tempo_a_stop_or_a_start_between_two_looks_is_no_jump(
    before_bpm, after_bpm, share, seconds, what
):
    before = replace(HERE, bpm=before_bpm, is_playing=what != "start")
    turn = later(seconds * share, before)
    changed = replace(
        turn, bpm=after_bpm if what == "tempo" else before_bpm, is_playing=what != "stop"
    )
    assert not told(before, later(seconds * (1 - share), changed))[-1].has_jumped
