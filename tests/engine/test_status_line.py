"""The line that says what Continuo is doing is true, whatever happens."""

import pytest
from engine_requests import TUNE as WHOLE
from engine_requests import ask, perform, sent, takes
from engine_strategies import events, latencies, plays, two_voices
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from simulated_player import (
    MODEL,
    command,
    composer,
    control,
    off,
    on,
    ons,
    play,
    played,
    reports,
)

from bridge.events import PortChanged, WorkerChanged
from bridge.reports import BeatReport, NoticeReport, Reply, SoundReport, StatusLine

BASS = 1
TUNE = played(*((b, b + 0.9, 60 + b) for b in range(4)))
LOADING = WorkerChanged(0.0, "loading", MODEL)


def lines(run) -> list[str]:
    return [report.text for report in reports(run, StatusLine)]


def notices(run) -> list[str]:
    return [report.text for report in reports(run, NoticeReport)]


def ready(beat: float) -> WorkerChanged:
    return WorkerChanged(beat / 2, "ready", MODEL)


@hypothesis_settings(max_examples=150)
@given(st.lists(events, max_size=40), latencies, plays)
def test_what_is_said_to_come_on_the_next_bar_line_comes_there(script, waits, given_):
    script = [event for event in script if not isinstance(event, PortChanged)]
    run = play(script, 40, composer(*waits, answering=two_voices), **given_)
    line, promised_at = "", None
    for report in run.reports:
        if isinstance(report, StatusLine):
            line = report.text
        elif isinstance(report, BeatReport) and report.beat == 1:
            assert promised_at is None, f"nothing came on the bar line at {promised_at}"
            promised_at = report.position if "comes in on the next bar line" in line else None
        elif isinstance(report, SoundReport) and _is_accompaniment(report):
            assert "waiting for you" not in line
            promised_at = None


def comes_next(run) -> list[str]:
    return [text for text in lines(run) if "in on the next bar line" in text]


def test_an_answer_is_not_said_to_come_on_the_bar_line_on_which_recording_begins():
    tune = played(*((b, b + 0.9, 60 + b) for b in range(8)))
    late = play([*tune, command(9, "record/start")], 24, composer(2.0), bars=2)
    assert comes_next(late) == []
    assert not [beat for beat, _ in ons(late, BASS) if beat < 16]
    meant = play(tune, 24, composer(2.0), bars=2)
    assert comes_next(meant)
    assert ons(meant, BASS)


def test_nor_is_another_phrase_where_a_loop_is_left_for_a_recording():
    asked = [ask(9, "melody/end", "a", WHOLE), ask(9, "generate", "a")]
    run = play([*TUNE, command(8.5, "record/start"), *asked], 15, mode="loop")
    assert comes_next(run) == []


def _is_accompaniment(report: SoundReport) -> bool:
    message = report.message
    return bool(message.type == "note_on" and message.channel == BASS)


def test_the_demo_waits_for_nobody_and_says_nothing_to_a_player():
    run = play((LOADING, *TUNE, ready(9.0)), 24, mode="loop", is_demo=True)
    said = [*lines(run), *notices(run)]
    assert said[0] == "the melody begins by itself"
    assert any("still loading" in text for text in said)
    assert not [text for text in said if "you" in text]


def test_from_the_first_note_to_the_end_of_the_answer():
    assert lines(play(TUNE, 16)) == [
        "waiting for you to play",
        "listening: your melody is being recorded",
        "composing the accompaniment of your phrase",
        "ready: the accompaniment comes in when your phrase ends",
        "playing the answer to your phrase",
        "waiting for you to play",
    ]


def test_a_loop_says_that_another_take_is_being_composed_and_when_it_comes_in():
    run = play([*TUNE, command(9, "generate")], 15, composer(0.5, 1.2), mode="loop")
    round_ = "your phrase goes round with its accompaniment"
    assert lines(run)[-4:] == [
        f"{round_}; another take is being composed",
        f"{round_}; another take comes in when the loop starts over",
        round_,
        "waiting for you to play",
    ]


def test_follow_says_when_it_comes_in_and_that_it_comes_to_an_end():
    assert lines(play(TUNE, 24, mode="follow")) == [
        "waiting for you to play",
        "listening: the accompaniment comes in on your second bar",
        "playing under you",
        "coming to an end: play on, and so does the accompaniment",
        "waiting for you to play",
    ]


# -- the model is not ready --------------------------------------------------------------------
def test_who_plays_before_the_model_is_ready_is_told_at_once_and_once():
    run = play([LOADING, *TUNE, ready(30)], 20, composer(None))
    told = [n for n in notices(run) if "what you play" in n]
    assert told == [
        "bass is still loading: what you play is recorded, and your last phrase is answered "
        "when it is ready"
    ]
    assert lines(run)[-2] == "bass is still loading: your phrase is answered when it is ready"


@pytest.mark.parametrize("seconds", [3.5, 8.0, 20.0])
def test_a_phrase_played_before_the_model_was_ready_is_answered_when_it_is(seconds):
    run = play([LOADING, *TUNE, ready(2 * seconds)], 80, composer(seconds))
    assert len(ons(run, BASS)) == 1
    assert lines(run)[-2:] == ["playing the answer to your phrase", "waiting for you to play"]
    (take,) = run.takes
    assert [len(track.clip.notes) for track in take.tracks] == [4, 1]


@pytest.mark.parametrize("asked_at", [1, 10])
def test_a_program_that_asks_for_a_take_meanwhile_gets_it_and_the_phrase_is_answered(asked_at):
    waits = composer(8.0, 0.1)
    asked = ask(asked_at, "generate", "a"), ask(0, "melody/end", "a", WHOLE)
    run = perform(LOADING, *TUNE, *asked, ready(16), its_composer=waits, until=80)
    assert lines(run)[-2:] == ["playing the answer to your phrase", "waiting for you to play"]
    assert len(ons(run, BASS)) == 1
    assert "a" in {take_id for take_id, _ in takes(run)}


def test_whoever_plays_on_meanwhile_has_the_last_phrase_answered():
    second = played(*((b, b + 0.9, 72) for b in range(20, 24)))
    run = play([LOADING, *TUNE, *second, ready(25)], 60, composer(*[None] * 5, 0.5))
    first, last = run.takes[0], run.takes[-1]
    assert [len(take.tracks) for take in (first, last)] == [1, 2], "the first is kept alone"
    assert {note.pitch for note in last.melody.clip.notes} == {72}


def test_follow_says_that_it_comes_in_when_the_model_is_ready():
    run = play([LOADING, *TUNE, ready(3.9)], 30, composer(None), mode="follow")
    assert "bass is still loading: the accompaniment comes in when it is ready" in lines(run)


def test_a_program_that_asks_before_the_model_is_ready_is_told_that_it_loads():
    run = perform(LOADING, *sent(ask(1, "generate", "a")))
    assert [r.values for r in reports(run, Reply) if r.name == "worker" and r.sender] == [
        ("loading", MODEL)
    ]


def test_a_worker_that_was_started_again_is_said_to_load():
    restarted = WorkerChanged(4.5, "restarted", "the worker ended and is started again")
    run = play([*TUNE, restarted], 30, mode="loop")
    assert lines(run)[-1] == "waiting for you to play; bass is still loading"


# -- the clock, the ports, panic ---------------------------------------------------------------
def test_while_the_clock_stands_it_says_so_and_that_nothing_is_recorded():
    run = play(TUNE, 16, clock="midi")
    assert lines(run) == ["waiting for MIDI clock to run"]
    assert "MIDI clock does not run: what you play is heard, not recorded" in notices(run)


def test_a_port_that_is_gone_stays_in_the_line_until_it_is_back():
    gone = PortChanged(1.0, "input lost", "Keystation")
    run = play([gone, PortChanged(4.0, "input back", "Keystation")], 16)
    assert lines(run) == [
        "waiting for you to play",
        "waiting for you to play; Keystation is gone",
        "waiting for you to play",
    ]
    lost = play([PortChanged(1.0, "lost", "jackd ended")], 16)
    assert lines(lost)[-1] == "waiting for you to play; MIDI is gone"


@pytest.mark.parametrize("panic", [command(2.5, "panic"), control(2.5, 123, 127)])
@pytest.mark.parametrize("mode", ["answer", "loop", "follow"])
def test_panic_leaves_a_trace_and_what_is_said_after_it_is_true(panic, mode):
    run = play([*TUNE[:5], on(2, 62), panic, off(3.5, 62)], 30, mode=mode)
    assert "panic: every note is released" in notices(run)
    comes_in = [line for line in lines(run) if "comes in" in line]
    assert bool(comes_in) == bool(ons(run, BASS))


# -- other things that are said ----------------------------------------------------------------
def test_recording_says_from_when_on_it_records():
    run = play([*TUNE, command(6, "record/start")], 15, mode="loop")
    round_ = "your phrase goes round with its accompaniment"
    assert lines(run)[-4:-1] == [
        round_,
        f"{round_}; recording begins on the next bar line",
        "recording: play your phrase",
    ]


def test_a_change_of_mode_says_from_when_on():
    run = play([*TUNE, command(5, "mode", "loop")], 15)
    assert "mode loop from the next bar line on" in notices(run)


def test_a_count_in_is_said():
    run = play([on(0, 60), off(0.2, 60)], 12, count_in_bars=1)
    assert lines(run)[:3] == [
        "waiting for you: press a key, and a bar is counted in",
        "counting in",
        "the bar lines run: play",
    ]
