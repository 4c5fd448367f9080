"""Playing by Live's own song position, as its script tells it."""

import pytest
from live_script import CLIENT, asked, hellos, play, said
from simulated_player import BEAT, MODEL, ons, played, reports

from bridge.reports import NoticeReport, Reply, StatusReport
from bridge.settings import PlaySettings

BPM = 120.0


def song(begin_seconds, until_seconds, beat=0.0, bpm=BPM, late_ms=(0, 7, 3, 9, 1)):
    """Reports ten times a second, each a little late."""
    count = round((until_seconds - begin_seconds) * 10)
    for i in range(count):
        at = begin_seconds + i / 10
        late = late_ms[i % len(late_ms)] / 1000
        yield said(at + late, "song", beat + i / 10 * bpm / 60, bpm, 1, 4, 4)


def standing(seconds, beat):
    return said(seconds, "song", beat, BPM, 0, 4, 4)


def told_clocks(run):
    return [r.values[:2] for r in reports(run, Reply) if r.name == "clock"]


def shifted(events, seconds):
    from dataclasses import replace

    return [replace(e, at_seconds=e.at_seconds + seconds) for e in events]


def test_a_phrase_played_over_live_is_answered_on_lives_next_bar_line():
    phrase = shifted(played((4.0, 5.0, 60), (5.0, 6.0, 62), (6.0, 8.0, 64)), 1.0)
    run = play(
        *hellos(8.0), *song(1.0, 8.0), *phrase, until_seconds=8.0, clock="live", mode="answer"
    )
    answers = [beat for beat, _ in ons(run, 1)]
    assert answers[:1] == [8.0]


def test_stopped_in_live_it_stands_still():
    events = (*hellos(8.0), *song(1.0, 3.0), standing(3.0, 4.0))
    run = play(*events, asked(5.0, "status"), until_seconds=6.0, clock="live")
    (status,) = reports(run, StatusReport)
    assert status.beat == pytest.approx(4.0, abs=0.05)
    assert not status.playing


def test_the_offset_of_this_clock_is_its_own():
    events = (*hellos(8.0), *song(1.0, 4.0), asked(3.95, "status"))
    runs = [
        play(*events, until_seconds=4.0, clock="live", offsets_ms={"live": offset})
        for offset in (0.0, 50.0)
    ]
    beats = [reports(run, StatusReport)[0].beat for run in runs]
    assert beats[0] - beats[1] == pytest.approx(0.05 / BEAT, abs=0.02)


def test_when_live_is_gone_the_song_runs_on_and_that_is_said():
    run = play(
        *hellos(4.0), *song(1.0, 4.0), asked(14.0, "status"), until_seconds=15.0, clock="live"
    )
    assert told_clocks(run) == [("live", "found"), ("live", "lost")]
    assert reports(run, StatusReport)[0].playing
    assert "Live is gone" in [r.text for r in reports(run, NoticeReport)]


def test_by_another_clock_lives_song_moves_nothing():
    run = play(*hellos(4.0), *song(1.0, 4.0), asked(3.0, "status"), until_seconds=4.0)
    (status,) = reports(run, StatusReport)
    assert (status.beat, status.playing) == (0.0, False)


def test_live_cannot_be_commanded_and_says_where_to_go():
    run = play(
        *hellos(4.0),
        *song(1.0, 4.0),
        asked(2.0, "transport/tempo", 90.0),
        until_seconds=4.0,
        clock="live",
    )
    (error,) = [r for r in reports(run, NoticeReport) if r.kind == "error"]
    assert error.text == "the tempo comes from Live: change it there"


def test_live_is_a_clock_of_the_settings():
    assert PlaySettings(MODEL, clock="live").clock == "live"


def test_chosen_without_live_it_ends_as_lost_and_whoever_chose_it_is_told():
    run = play(asked(1.0, "clock", "live"), until_seconds=30.0)
    clocks = [r for r in reports(run, Reply) if r.name == "clock"]
    assert [r.values[:2] for r in clocks] == [("live", "chosen"), ("live", "lost")]
    assert clocks[1].sender == CLIENT
    assert "continuo install ableton" in clocks[1].values[3]


def test_started_without_live_it_ends_as_lost():
    assert told_clocks(play(until_seconds=30.0, clock="live")) == [("live", "lost")]


def test_chosen_again_without_live_it_is_lost_again():
    events = (asked(1.0, "clock", "live"), asked(10.0, "clock", "live"))
    run = play(*events, until_seconds=30.0)
    assert told_clocks(run) == 2 * [("live", "chosen"), ("live", "lost")]


def test_live_that_comes_late_is_found():
    run = play(asked(1.0, "clock", "live"), *hellos(20.0, first=10.0), until_seconds=20.0)
    assert told_clocks(run) == [("live", "chosen"), ("live", "lost"), ("live", "found")]


def test_given_up_for_another_clock_live_is_not_waited_for():
    events = (asked(1.0, "clock", "live"), asked(2.0, "clock", "internal"))
    run = play(*events, until_seconds=30.0)
    assert told_clocks(run) == [("live", "chosen"), ("internal", "chosen")]
