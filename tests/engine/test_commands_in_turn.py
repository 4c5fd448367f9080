"""One order after another: what the first leaves behind must not spoil the next."""

import pytest
from engine_requests import BASS, ask, errors, perform, sent, status, takes, told
from simulated_player import (
    BEAT,
    MODEL,
    assert_every_note_is_released,
    composer,
    ons,
    played,
    program,
    reports,
)

from bridge.events import ClockPosition
from bridge.reports import NoticeReport, TakeReport
from models.music.clip import Clip, Note


def test_after_a_stop_and_back_to_the_start_only_what_is_played_now_is_the_phrase():
    first = played((0, 0.5, 60), (1, 1.5, 61), (2, 2.5, 62))
    again = played((12, 12.5, 72), (13, 13.5, 74))
    run = perform(*first, ask(3, "transport/stop"), ask(10, "transport/locate", 0.0), *again)
    assert [n.pitch for n in run.takes[-1].melody.clip.notes] == [72, 74]


def test_a_take_dropped_before_it_is_heard_never_comes_in():
    long = Clip((Note(0.0, 8.0, 60),), 8.0)
    wishes = (ask(0.1, "generate", "a", 0), ask(6, "generate", "b", 1), ask(7, "take/drop", "b"))
    run = perform(*sent(ask(0, "transport/start"), *wishes, tune=long), mode="loop", until=27)
    assert ons(run, BASS) == [(float(b), 36) for b in range(4, 28, 4)]


def test_a_program_of_a_model_that_cannot_play_in_this_mode_is_refused():
    run = perform(program(1, 2), ask(3, "status"), mode="follow")
    assert "edit" in reports(run, NoticeReport)[0].text
    assert status(run).model == MODEL


def test_of_too_many_wishes_at_once_each_is_answered_or_refused():
    run = perform(*sent(*(ask(1, "generate", f"t{i}", i) for i in range(100))))
    assert len(takes(run)) + len(errors(run)) == 100
    assert len(takes(run)) >= 32


def test_asking_over_and_over_does_not_hold_the_take_up():
    wishes = [ask(1 + i * 0.02, "generate", "a", 3) for i in range(100)]
    run = perform(*sent(*wishes), its_composer=composer(0.3))
    assert len(run.requests) == 1
    assert reports(run, TakeReport)


def test_a_wish_without_an_id_gets_one():
    run = perform(*sent(ask(1, "generate", "", 3)))
    assert [take_id for take_id, _ in takes(run)] == ["take-0"]


def test_a_mode_chosen_just_before_a_stop_is_in_force_after_it():
    run = perform(*played((0, 0.9, 60)), ask(1, "mode", "loop"), ask(2, "transport/stop"))
    assert told(run, "mode") == [("loop",)]


def test_keep_after_drop_means_the_take_that_sounds_now():
    wishes = (ask(0.1, "generate", "a", 0), ask(5, "generate", "b", 1))
    commands = (ask(9, "take/drop", ""), ask(14, "take/keep", ""))
    run = perform(*sent(ask(0, "transport/start"), *wishes, *commands), mode="loop", until=30)
    assert run.verdicts == {"b": "dropped", "a": "kept"}


@pytest.mark.parametrize("mode", ["answer", "loop", "follow"])
def test_back_from_a_clock_that_stands_still_the_next_note_begins(mode):
    clocks = (ask(5, "clock", "link"), ask(7, "clock", "internal"))
    tune = played(*((b, b + 0.9, 62) for b in range(10, 18)))
    run = perform(*played((0, 3.5, 60)), *clocks, *tune, until=30, mode=mode)
    assert len(ons(run, BASS)) >= 2
    assert_every_note_is_released(run)


@pytest.mark.parametrize(
    "commands",
    [
        [ask(2, "clock", "link"), ClockPosition(4 * BEAT, "link", 0.0, 120.0, True)],
        [ask(2, "clock", "link"), ask(3, "clock", "internal"), ask(4, "transport/start")],
        [ask(2, "transport/stop"), ask(4, "transport/start")],
    ],
)
def test_a_take_that_waits_is_heard_when_the_song_begins(commands):
    run = perform(*sent(ask(1, "generate", "a", 0), *commands), mode="loop", until=15)
    assert ons(run, BASS) == [(0.0, 36), (4.0, 36), (8.0, 36)]


def test_a_recording_meant_for_a_clock_that_never_came_does_not_hold_up_the_next_phrase():
    commands = (ask(1, "record/start"), ask(2, "clock", "internal"))
    run = perform(*commands, *played((4, 7.5, 60)), until=20, clock="link")
    assert len(ons(run, BASS)) == 1
