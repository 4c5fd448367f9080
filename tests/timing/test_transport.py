from hypothesis import given
from hypothesis import strategies as st

from bridge.timing.transport import Transport
from models.music.tempo import Meter

bpms = st.floats(20, 400)
times = st.floats(0, 10_000)


@given(bpms, times, times)
def test_beats_and_seconds_are_one_to_one(bpm, pinned, seconds):
    transport = Transport(bpm).started(4.0, pinned)
    assert abs(transport.seconds_at(transport.beat_at(seconds)) - seconds) < 1e-6


@given(bpms, bpms, times, st.floats(0, 100))
def test_a_tempo_change_skips_no_beat_and_plays_none_twice(before, after, now, later):
    old = Transport(before).started(0.0, 0.0)
    new = old.with_tempo(after, now)
    assert abs(new.beat_at(now) - old.beat_at(now)) < 1e-6
    assert abs(new.beat_at(now + later) - (old.beat_at(now) + later * after / 60)) < 1e-5


def test_a_stopped_transport_stands_still():
    transport = Transport(120).started(0.0, 10.0).stopped(8.0)
    assert [transport.beat_at(s) for s in (0, 10, 1000)] == [8.0, 8.0, 8.0]


def test_a_tempo_change_while_it_stands_still_moves_nothing():
    transport = Transport(120).started(0.0, 10.0).stopped(8.0).with_tempo(60, 100.0)
    assert transport.beat_at(200.0) == 8.0
    assert transport.started(8.0, 200.0).seconds_at(9.0) == 201.0


def test_bar_lines_in_three_four_and_seven_eight():
    waltz, odd = Transport(meter=Meter(3, 4)), Transport(meter=Meter(7, 8))
    assert [waltz.bar_line(b) for b in (0, 2.9, 3, -0.5)] == [0, 0, 3, -3]
    assert [waltz.bar_line_from(b) for b in (0, 0.1, 3)] == [0, 3, 3]
    assert [odd.next_bar_line(b) for b in (0, 3.4, 3.5)] == [3.5, 3.5, 7]


def test_steps_begin_anew_at_every_bar_line():
    odd, beat, out = Transport(meter=Meter(7, 8)), 0.0, []
    for _ in range(5):
        beat = odd.next_step(beat, 1.0)
        out.append(beat)
    assert out == [1, 2, 3, 3.5, 4.5]


def test_a_beat_a_hair_from_the_bar_line_is_on_it():
    transport = Transport()
    assert transport.is_bar_line(4.0000001)
    assert transport.is_bar_line(3.9999999)
    assert transport.next_bar_line(3.9999999) == 8
