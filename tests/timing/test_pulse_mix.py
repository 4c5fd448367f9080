"""Two MIDI clocks at one port: told by their timing, and one clock never taken for two."""

import random
from itertools import chain

import pytest

from bridge.timing.pulse_mix import PulseMix


def clock(bpm, seconds, begin=0.0, jitter_seconds=0.0, period_seconds=0.0, seed=1):
    """Pulses as they come: a little late each, or at the next period of a sound card."""
    chance, step, out = random.Random(seed), 60 / bpm / 24, []
    for i in range(int(seconds / step)):
        at = begin + i * step + abs(chance.gauss(0, jitter_seconds))
        if period_seconds:
            at = (at // period_seconds + 1) * period_seconds + chance.uniform(0, 0.0002)
        out.append(at)
    return sorted(out)


def told_after(*clocks):
    mix = PulseMix()
    return [at for at in sorted(chain(*clocks)) if mix.take(at)]


@pytest.mark.parametrize("bpm", [60, 97.3, 120, 200])
@pytest.mark.parametrize("jitter_ms", [0.0, 0.5, 2.5])
@pytest.mark.parametrize("period", [0, 256 / 48_000, 1024 / 48_000, 2048 / 44_100])
def test_one_clock_is_never_taken_for_two(bpm, jitter_ms, period):
    assert told_after(clock(bpm, 60, 0, jitter_ms / 1000, period)) == []


@pytest.mark.parametrize("pulses", [1.0, 1.5, 2.0, 2.5])
@pytest.mark.parametrize("samples", [256, 512, 1024])
def test_one_whose_pulses_are_some_periods_and_a_half_apart_is_one(pulses, samples):
    period = samples / 48_000
    if 2.5 / (pulses * period) > 200:
        pytest.skip("faster than any music")
    for near in (0.998, 1.0, 1.002):
        assert told_after(clock(2.5 / (pulses * period) * near, 20, 0, 0, period)) == []


@pytest.mark.parametrize("bpm", [60, 80, 100, 120, 140])
@pytest.mark.parametrize("period", [0, 256 / 48_000, 512 / 48_000])
@pytest.mark.parametrize("apart", [0.02, 0.1, 0.25, 0.8, 0.95])
def test_two_of_one_tempo_are_told_through_a_sound_card_too(bpm, period, apart):
    step = 2.5 / bpm
    both = clock(bpm, 20, 0, 0.0003, period), clock(bpm, 20, apart * step, 0.0003, period, seed=2)
    assert len(told_after(*both)) == 1


@pytest.mark.parametrize("apart_ms", [1, 3, 6])
def test_two_of_one_tempo_are_told_within_four_seconds(apart_ms):
    told = told_after(clock(120, 20), clock(120, 20, apart_ms / 1000))
    assert len(told) == 1
    assert told[0] < 4


@pytest.mark.parametrize("period", [0, 256 / 48_000, 512 / 48_000, 1024 / 48_000])
def test_one_that_comes_twice_is_told(period):
    once = clock(120, 20, 0, 0.0, period)
    assert len(told_after(once, [at + 0.0001 for at in once])) == 1


@pytest.mark.parametrize("other_bpm", [90, 121, 133.7])
@pytest.mark.parametrize("jitter_ms", [0.0, 1.0])
def test_two_of_different_tempos_are_told(other_bpm, jitter_ms):
    jitter = jitter_ms / 1000
    told = told_after(clock(120, 40, 0, jitter), clock(other_bpm, 40, 0.004, jitter, seed=2))
    assert len(told) == 1


def test_a_tempo_that_is_turned_is_no_second_clock():
    at, out, bpm = 0.0, [], 60.0
    while at < 40:
        bpm = 60 + 120 * (at / 8 % 2 if at / 8 % 2 < 1 else 2 - at / 8 % 2)
        at += 60 / bpm / 24
        out.append(at)
    assert told_after(out) == []


def test_a_clock_that_pauses_and_comes_back_is_one():
    assert told_after(clock(120, 3), clock(90, 3, 5.0), clock(150, 3, 9.0)) == []
