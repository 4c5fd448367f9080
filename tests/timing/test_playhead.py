import pytest
from simulated_player import BEAT, settings

from bridge.current_settings import CurrentSettings
from bridge.timing.playhead import Playhead
from models.music.tempo import Meter


def grid(**given) -> Playhead:
    playhead = Playhead(CurrentSettings(settings(start="grid", **given)))
    playhead.start_grid(0.0)
    return playhead


def points(playhead: Playhead, count: int) -> list[float | None]:
    out = []
    for _ in range(count):
        out.append(playhead.next_point)
        playhead.pass_point()
    return out


@pytest.mark.parametrize(
    ("beat", "begin"),
    [(0, 0), (0.5, 0), (2.9, 0), (3.0, 4), (3.5, 4), (3.9, 4), (4.0, 4), (6.9, 4), (7.2, 8)],
)
def test_a_phrase_begins_on_its_bar_line_or_the_one_its_pickup_leads_to(beat, begin):
    assert grid().place_onset(beat * BEAT) == begin


def test_the_first_note_pins_a_transport_that_stands_still():
    playhead = Playhead(CurrentSettings(settings()))
    assert playhead.place_onset(17.0) == 0
    assert playhead.beat_at(17.0 + BEAT) == 1
    playhead.stop(8.0)
    assert playhead.next_point is None
    assert playhead.place_onset(99.0) == 8
    assert playhead.beat_at(99.0) == 8


def test_a_pickup_ends_on_the_first_bar_line():
    playhead = Playhead(CurrentSettings(settings(pickup=1.5)))
    assert playhead.place_onset(5.0) == 0
    assert playhead.beat_at(5.0) == -1.5
    assert points(playhead, 3) == [-1, 0, 1]


def test_during_the_count_in_no_phrase_begins_but_its_pickup_may():
    playhead = grid(count_in_bars=1)
    assert playhead.place_onset(1 * BEAT) is None
    assert playhead.place_onset(3.5 * BEAT) == 0
    assert playhead.place_onset(4 * BEAT) == 0


def test_points_are_beats_pulses_and_bar_lines():
    assert points(grid(meter=Meter(6, 8)), 5) == [0, 1, 1.5, 2, 3]
    assert points(grid(meter=Meter(7, 8)), 4) == [0, 0.5, 1, 1.5]
    assert points(grid(meter=Meter(4, 4)), 3) == [0, 1, 2]
