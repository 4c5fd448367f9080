"""Whoever taps three times has set the tempo."""

import pytest

from bridge.timing.tap_tempo import TapTempo


def tempos(*seconds):
    tap = TapTempo()
    return [tap.tap(at) for at in seconds]


def test_three_taps_are_a_tempo():
    assert tempos(10.0, 10.5, 11.0) == [None, None, 120.0]


def test_one_tap_that_is_late_is_no_other_tempo():
    assert tempos(0.0, 0.5, 1.0, 1.62, 2.0, 2.5)[-1] == 120.0


def test_after_a_pause_a_new_tempo_is_tapped():
    assert tempos(0.0, 0.5, 1.0, 9.0, 10.0, 11.0) == [None, None, 120.0, None, None, 60.0]


@pytest.mark.parametrize("gap", [0.01, 4.0])
def test_a_bounce_and_a_long_wait_are_no_tempo(gap):
    assert tempos(0.0, gap, 2 * gap) == [None] * 3


def test_it_follows_whoever_taps_faster():
    assert tempos(*(i * 0.6 for i in range(7)), *(3.6 + i * 0.4 for i in range(1, 7)))[-1] == 150.0
