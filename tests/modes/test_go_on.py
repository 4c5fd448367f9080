"""A model that extends: where the player stops it goes on, a bar ahead, and it yields."""

import pytest
from simulated_player import (
    BEAT,
    assert_every_note_is_released,
    command,
    composer,
    edges,
    off,
    on,
    ons,
    played,
    reports,
)
from technique_composers import answering, perform_with

from bridge.events import WorkerChanged
from bridge.reports import NoticeReport, PlanReport, StateReport, TakeReport
from models.music.tempo import Meter

MELODY, BASS = 0, 1
TUNE = played((0, 1, 60), (1, 2, 62), (2, 4, 64))
HEARD = [(0, 60), (1, 62), (2, 64)]


def quarters(begin, end, pitch=64):
    return [(float(beat), pitch) for beat in range(begin, end)]


def states(run):
    return [report.state for report in reports(run, StateReport)]


def test_after_the_phrases_bars_it_goes_on_as_far_as_is_set():
    run = perform_with("more", TUNE, 40, extension=3)
    assert ons(run, MELODY) == [*HEARD, *quarters(4, 16)]
    assert states(run) == ["idle", "listening", "generating", "armed", "playing", "idle"]
    assert_every_note_is_released(run)


def test_each_bar_is_asked_for_ahead_and_no_more_than_two_are_there_before_they_sound():
    short = played((0, 1, 60), (1, 1.5, 62))
    run = perform_with("more", short, 7.9, extension=8)
    assert [(r.begin, r.end) for r in run.requests] == [(4, 8), (8, 12), (12, 16)]
    assert [n.pitch for n in run.requests[1].melody.notes] == [60, 62, 62, 62, 62, 62]


def test_in_the_players_meter():
    three = played((0, 1, 60), (1, 2, 62), (2, 3, 64))
    run = perform_with("more", three, 30, meter=Meter(3, 4), extension=2)
    assert ons(run, MELODY)[3:] == quarters(3, 9)
    assert {(r.begin, r.length) for r in run.requests} == {(3, 3), (6, 3)}


@pytest.mark.parametrize("again", [5.0, 5.3, 6.75, 9.01])
def test_it_yields_within_a_beat_when_the_player_plays_again(again):
    run = perform_with("more", [*TUNE, *played((again, again + 0.5, 72))], 60, extension=8)
    own = [edge for edge in edges(run, MELODY) if edge[2] == 64 and edge[0] >= 4]
    stopped = [edge for edge in own if edge[0] > again]
    assert all(kind == "off" and beat <= again + 1 for beat, kind, _ in stopped)
    assert len(stopped) <= 1
    assert_every_note_is_released(run)


def test_what_the_player_plays_then_is_a_phrase_from_its_own_bar_line_on_and_is_gone_on_from():
    run = perform_with("more", [*TUNE, *played((9.5, 10, 72), (10, 12, 74))], 60, extension=2)
    assert ons(run, MELODY)[-8:] == quarters(12, 20, 74)
    assert [(n.start, n.pitch) for n in run.takes[1].melody.clip.notes][:2] == [(1.5, 72), (2, 74)]


def test_the_key_that_sounds_already_is_the_players_when_they_strike_it():
    events = [*TUNE, on(5.5, 64), off(7.5, 64)]
    run = perform_with("more", events, 30, extension=8)
    later = [edge for edge in edges(run, MELODY) if 5.5 <= edge[0] < 8]
    assert later == [(5.5, "off", 64), (5.5, "on", 64), (7.5, "off", 64)]
    assert_every_note_is_released(run)


def test_who_plays_on_over_the_bar_line_is_not_gone_on_from():
    run = perform_with("more", played((0, 1, 60), (3.95, 5, 62), (5, 6, 64)), 9.5, extension=8)
    assert ons(run, MELODY)[:3] == [(0, 60), (3.95, 62), (5, 64)]
    assert all(beat >= 8 for beat, _ in ons(run, MELODY)[3:])
    assert run.takes[0].melody.name == "melody"


def test_a_first_bar_that_is_late_comes_in_on_the_next_beat():
    run = perform_with("more", TUNE, 20, 1.6, 0.05, extension=2)
    assert ons(run, MELODY)[3:] == quarters(6, 12)
    assert_every_note_is_released(run)


def test_a_first_bar_that_comes_when_it_is_over_is_asked_for_anew():
    run = perform_with("more", TUNE, 40, 4.0, 0.05, extension=2)
    assert ons(run, MELODY)[3:] == quarters(11, 16)
    assert_every_note_is_released(run)


def test_a_killed_worker_what_plays_goes_on_to_a_bar_line_and_ends_well():
    gone = WorkerChanged(5.0 * BEAT, "restarted", "the worker ended")
    asked = composer(0.05, 0.05, None, answering=answering)
    run = perform_with("more", [*TUNE, gone], 40, its_composer=asked, extension=8)
    assert ons(run, MELODY)[3:] == quarters(4, 8)
    assert edges(run, MELODY)[-1] == (8, "off", 64)
    assert states(run)[-1] == "idle"
    (take,) = run.takes
    assert take.melody.clip.length == 8
    assert_every_note_is_released(run)


def test_a_worker_that_is_back_within_the_bar_goes_on():
    back = WorkerChanged(8.5 * BEAT, "ready", "more")
    asked = composer(0.05, 0.05, 2.2, 0.05, answering=answering)
    run = perform_with("more", [*TUNE, back], 40, its_composer=asked, extension=3)
    assert ons(run, MELODY)[3:] == [*quarters(4, 8), *quarters(9, 16)]


def test_a_model_that_fails_is_said_and_what_plays_ends_on_the_bar_line():
    def fails(request):
        if request.begin > 4:
            raise ValueError("out of ideas")
        return answering(request)

    run = perform_with("more", TUNE, 40, its_composer=composer(answering=fails), extension=8)
    assert ons(run, MELODY)[3:] == quarters(4, 8)
    assert [r.text for r in reports(run, NoticeReport) if r.kind == "error"] == ["out of ideas"]
    assert states(run)[-1] == "idle"


def test_the_take_is_the_phrase_and_what_was_heard_after_it():
    run = perform_with("more", [*TUNE, *played((6.5, 7, 72))], 12, extension=8)
    take = run.takes[0]
    assert take.melody.name == "extended"
    assert [(n.start, n.end, n.pitch) for n in take.melody.clip.notes][3:] == [
        (4, 5, 64), (5, 6, 64), (6, 7, 64)
    ]  # fmt: skip
    assert len(take.provenance["played"]) == 3
    assert reports(run, TakeReport)[0].take_id == take.provenance["id"]


def test_every_bar_is_told_as_a_plan():
    run = perform_with("more", TUNE, 40, extension=2)
    assert [(r.bar, r.begin) for r in reports(run, PlanReport)] == [(2, 4), (3, 8)]


def test_accompanied_as_it_goes_on():
    run = perform_with("more", TUNE, 40, then=("bassist",), extension=2)
    assert ons(run, MELODY)[3:] == quarters(4, 12)
    assert ons(run, BASS) == [(4, 36), (8, 36)]
    assert [len(t.clip.notes) for t in run.takes[0].accompaniment] == [2]
    assert_every_note_is_released(run)


def test_in_mode_follow_it_goes_on_after_half_a_bar_of_silence():
    tune = played((0, 1, 60), (1, 4, 62), (4, 6, 64))
    run = perform_with("more", tune, 40, mode="follow", extension=2)
    assert ons(run, MELODY)[3:] == quarters(8, 16)
    assert [(r.begin, r.end) for r in run.requests] == [(8, 12), (12, 16)]
    assert_every_note_is_released(run)


def test_in_mode_follow_who_goes_on_playing_is_not_disturbed():
    long = played(*((float(b), b + 0.9, 60 + b % 5) for b in range(24)))
    run = perform_with("more", long, 24, mode="follow")
    assert len(ons(run, MELODY)) == 24
    assert len(run.requests) <= 1


def test_in_mode_follow_it_yields_and_follows_again():
    tune = [*played((0, 1, 60), (1, 2, 62)), *played((9.5, 10, 72), (10, 11, 74))]
    run = perform_with("more", tune, 60, mode="follow", extension=8)
    between = [n for n in ons(run, MELODY) if 2 <= n[0] < 11]
    assert between == [*quarters(4, 10, 62), (9.5, 72), (10, 74)]
    assert ons(run, MELODY)[-1][1] == 74
    assert_every_note_is_released(run)


def test_another_take_goes_on_from_the_next_bar_with_another_seed():
    run = perform_with("more", [*TUNE, command(4.5, "generate")], 30, extension=8)
    assert {r.seed for r in run.requests} == {0, 1}


def test_a_model_chosen_while_playing_makes_the_mode_go_on():
    run = perform_with("bassist", [command(0.5, "model/load", "more"), *TUNE], 30, extension=1)
    assert ons(run, MELODY)[3:] == quarters(4, 8)
    assert not ons(run, BASS)


def test_a_model_chosen_while_it_goes_on_answers_the_next_phrase():
    again = played((12, 13, 60), (13, 16, 62))
    events = [*TUNE, command(5, "model/load", "bassist"), *again]
    run = perform_with("more", events, 40, extension=8)
    assert ons(run, BASS) == [(16, 36)]
    assert_every_note_is_released(run)


def test_stop_silences_it_and_keeps_what_was_heard():
    run = perform_with("more", [*TUNE, command(5.5, "transport/stop")], 30, extension=8)
    assert edges(run, MELODY)[-1] == (5.5, "off", 64)
    assert [n.end for n in run.takes[0].melody.clip.notes][-1] == 5.5


def test_its_length_can_be_set_while_it_goes_on():
    run = perform_with("more", [*TUNE, command(5, "extension", 2)], 60, extension=8)
    assert ons(run, MELODY)[3:] == quarters(4, 12)


def test_the_next_take_is_another_extension_of_the_same_phrase():
    run = perform_with("more", [*TUNE, command(9, "take/next", "")], 60, extension=2)
    (asked,) = [r for r in run.requests if r.is_whole]
    assert ([n.pitch for n in asked.melody.notes], asked.seed) == ([60, 62, 64], 1)
    assert (asked.begin, asked.end) == (4, 12)
