import pytest

from bridge.settings import Channels, PlaySettings
from models.music.clip import Track
from models.music.tempo import Meter


@pytest.mark.parametrize(
    "given",
    [
        {"bars": 0}, {"bpm": 5}, {"quantise": 2}, {"mode": "sing"}, {"start": "now"},
        {"count_in_bars": -1}, {"pickup": 9},
    ],
)  # fmt: skip
def test_a_setting_out_of_range_is_refused_with_its_value(given):
    (value,) = given.values()
    with pytest.raises(ValueError, match=str(value)):
        PlaySettings("bass", **given)


def test_the_grid_runs_by_itself_when_it_can_be_heard():
    assert not PlaySettings("bass").runs_grid
    assert PlaySettings("bass", click=True).runs_grid
    assert PlaySettings("bass", count_in_bars=1).runs_grid
    assert not PlaySettings("bass", click=True, start="note").runs_grid


def test_a_phrase_is_its_bars_long():
    assert PlaySettings("bass", bars=8, meter=Meter(6, 8)).length == 24


def test_tracks_get_their_channels_and_drums_their_own():
    tracks = [Track("a"), Track("drums", channel=9), Track("b"), Track("c")]
    assert Channels().of(tracks) == (1, 9, 2, 3)
    assert Channels(accompaniment=(4, 5), drums=6).of(tracks) == (4, 6, 5, 4)


def test_a_channel_that_midi_does_not_have_is_refused():
    with pytest.raises(ValueError, match="16"):
        Channels(thru=16)
    with pytest.raises(ValueError, match="at least one"):
        Channels(accompaniment=())
