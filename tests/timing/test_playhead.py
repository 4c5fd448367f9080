import pytest
from simulated_player import BEAT, settings

from bridge.current_settings import CurrentSettings
from bridge.timing.playhead import Playhead
from models.music.tempo import Meter


def grid(**given) -> Playhead:
    timeline = Playhead(CurrentSettings(settings(start="grid", **given)))
    timeline.start_grid(0.0)
    return timeline


def points(timeline: Playhead, count: int) -> list[float | None]:
    out = []
    for _ in range(count):
        out.append(timeline.next_point)
        timeline.pass_point()
    return out


@pytest.mark.parametrize(
    ("beat", "begin"),
    [(0, 0), (0.5, 0), (2.9, 0), (3.0, 4), (3.5, 4), (3.9, 4), (4.0, 4), (6.9, 4), (7.2, 8)],
)
def test_a_phrase_begins_on_its_bar_line_or_the_one_its_pickup_leads_to(beat, begin):
    assert grid().place_onset(beat * BEAT) == begin


def test_the_first_note_pins_a_transport_that_stands_still():
    timeline = Playhead(CurrentSettings(settings()))
    assert timeline.place_onset(17.0) == 0
    assert timeline.beat_at(17.0 + BEAT) == 1
    timeline.stop(8.0)
    assert timeline.next_point is None
    assert timeline.place_onset(99.0) == 8
    assert timeline.beat_at(99.0) == 8


def test_a_pickup_ends_on_the_first_bar_line():
    timeline = Playhead(CurrentSettings(settings(pickup=1.5)))
    assert timeline.place_onset(5.0) == 0
    assert timeline.beat_at(5.0) == -1.5
    assert points(timeline, 3) == [-1, 0, 1]


def test_during_the_count_in_no_phrase_begins_but_its_pickup_may():
    timeline = grid(count_in_bars=1)
    assert timeline.place_onset(1 * BEAT) is None
    assert timeline.place_onset(3.5 * BEAT) == 0
    assert timeline.place_onset(4 * BEAT) == 0


def test_points_are_beats_pulses_and_bar_lines():
    assert points(grid(meter=Meter(6, 8)), 5) == [0, 1, 1.5, 2, 3]
    assert points(grid(meter=Meter(7, 8)), 4) == [0, 0.5, 1, 1.5]
    assert points(grid(meter=Meter(4, 4)), 3) == [0, 1, 2]
