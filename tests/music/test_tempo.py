import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.tempo import EPSILON, Meter, MeterMap, TempoMap

beats = st.floats(-16, 4000, allow_nan=False)
steps = st.lists(st.integers(1, 400), max_size=6)
meters = st.builds(Meter, st.integers(1, 13), st.sampled_from([1, 2, 4, 8, 16]))


@st.composite
def tempo_maps(draw):
    at, changes = 0.0, []
    for step in [0, *draw(steps)]:
        at += step / 4
        changes.append((at, draw(st.floats(4, 400))))
    return TempoMap(tuple(changes))


@st.composite
def meter_maps(draw):
    at, changes = 0.0, []
    for step in [0, *draw(steps)]:
        at += step / 4
        changes.append((at, draw(meters)))
    return MeterMap(tuple(changes))


@given(tempo_maps(), beats)
def test_beats_to_seconds_to_beats_is_where_it_began(tempo, beat):
    assert tempo.beat_at(tempo.seconds_at(beat)) == pytest.approx(beat, abs=1e-6)


@given(tempo_maps(), beats, st.floats(1e-3, 100))
def test_later_in_beats_is_later_in_seconds(tempo, beat, more):
    assert tempo.seconds_at(beat + more) > tempo.seconds_at(beat)


def test_a_bar_at_120_and_a_bar_at_60_last_six_seconds():
    tempo = TempoMap(((0, 120), (4, 60)))
    assert [tempo.seconds_at(b) for b in (-4, 0, 4, 8)] == [-2, 0, 2, 6]
    assert [tempo.bpm_at(b) for b in (-1, 3.9, 4)] == [120, 120, 60]


@given(meter_maps(), st.integers(0, 2000))
def test_every_beat_lies_in_the_bar_between_its_two_bar_lines(meter, quarter_beats):
    beat = quarter_beats / 4
    line, after = meter.bar_line(beat), meter.next_bar_line(beat)
    assert line <= beat + EPSILON
    assert beat < after
    assert after - line <= meter.meter_at(beat).beats_per_bar + EPSILON
    assert meter.bar_line(line) == pytest.approx(line)
    assert meter.bar_line_from(line) == pytest.approx(line)
    assert meter.bar_line(after) == pytest.approx(after)


@given(meter_maps())
def test_a_meter_change_always_begins_a_bar(meter):
    for beat, _ in meter.changes:
        assert meter.bar_line(beat) == beat == meter.bar_line_from(beat)
        if beat:
            assert meter.next_bar_line(beat - 0.01) == beat


@given(meter_maps(), st.integers(0, 400))
def test_counting_bars_is_walking_from_bar_line_to_bar_line(meter, quarter_beats):
    length, line, walked = quarter_beats / 4, 0.0, 0
    while line < length - EPSILON:
        line, walked = meter.next_bar_line(line), walked + 1
    assert meter.bars(length) == walked


@given(meter_maps(), st.integers(0, 400))
def test_stretches_of_one_meter_cover_the_whole_length(meter, quarter_beats):
    length = quarter_beats / 4
    segments = meter.segments(length)
    assert sum(end - begin for begin, end, _ in segments) == length
    assert all(meter.meter_at(begin) == own for begin, _, own in segments)


def test_nothing_has_no_bars():
    assert MeterMap().bars(0) == 0
    assert MeterMap().segments(0) == ()


def test_a_hundred_years_of_music_are_counted_at_once():
    assert MeterMap().bars(4e9) == 1_000_000_000


def test_a_pick_up_before_beat_0_lies_in_the_bar_before():
    waltz = MeterMap.constant(Meter(3, 4))
    assert waltz.bar_line(-1) == -3
    assert waltz.next_bar_line(-1) == 0


def test_a_cut_bar_ends_at_the_meter_change():
    meter = MeterMap(((0, Meter(4, 4)), (6, Meter(6, 8))))
    lines, beat = [], 0.0
    while beat < 12:
        lines.append(beat)
        beat = meter.next_bar_line(beat)
    assert lines == [0, 4, 6, 9]


def test_six_eighths_are_three_quarters_long():
    assert Meter.parse("6/8") == Meter(6, 8)
    assert Meter(6, 8).beats_per_bar == 3
    assert str(Meter.parse(" 3 / 4 ")) == "3/4"


@pytest.mark.parametrize("text", ["", "3", "3/", "/4", "3/5", "0/4", "x/4", "-3/4", "3/4/4", "²/4"])
def test_a_meter_that_is_none_is_refused_in_words(text):
    with pytest.raises(ValueError, match="meter"):
        Meter.parse(text)


@pytest.mark.parametrize(
    "changes",
    [(), ((1, 120),), ((0, 120), (0, 90)), ((0, 120), (float("nan"), 90)), ((0, 0),), ((0, -5),)],
)
def test_a_tempo_map_out_of_order_or_without_motion_is_refused(changes):
    with pytest.raises(ValueError, match="tempo"):
        TempoMap(changes)


@pytest.mark.parametrize("beat", [0.0, -1.0, float("nan")])
def test_meter_changes_out_of_order_are_refused(beat):
    with pytest.raises(ValueError, match="meter changes"):
        MeterMap(((0.0, Meter()), (beat, Meter(3, 4))))
