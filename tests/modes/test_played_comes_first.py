"""Who plays a phrase hears the answer to that phrase, whatever was asked for before."""

import pytest
from engine_requests import BASS, THRU, ask, perform, sent, takes
from simulated_player import assert_every_note_is_released, composer, control, ons, played, reports

from bridge.reports import StatusLine

ASKED = ask(1, "generate", "old", 7)  # its bass is 43; of the answer to the next phrase 37
PHRASE = played((10, 10.9, 72), (11, 13.9, 74))
OLD, OWN = 43, 37


def bass(run) -> list[int]:
    return [pitch for _, pitch in ons(run, BASS)]


@pytest.mark.parametrize("mode", ["answer", "loop"])
def test_a_phrase_is_not_answered_with_a_take_that_was_asked_for_before_it(mode):
    run = perform(*sent(ASKED), *PHRASE, mode=mode, until=25)
    assert takes(run)[0] == ("old", 7)
    assert ons(run, BASS)[0] == (4.0, OWN)
    assert set(bass(run)) == {OWN}
    assert {pitch for _, pitch in ons(run, THRU)} == {72, 74}
    assert_every_note_is_released(run)


def test_nor_with_one_that_was_asked_for_while_it_was_played():
    run = perform(*sent(ask(11.5, "generate", "old", 7)), *PHRASE)
    assert ("old", 7) in takes(run)
    assert bass(run) == [OWN]


def test_nor_with_one_whose_answer_is_late():
    late = composer(5.5, 0.05)  # the take that was asked for comes while the next phrase is played
    run = perform(*sent(ASKED), *PHRASE, its_composer=late)
    assert ("old", 7) in takes(run)
    assert OLD not in bass(run)


def test_nor_with_another_take_of_the_last_phrase_that_a_pedal_asked_for():
    first = played((0, 0.9, 60), (1, 3.9, 62))
    later = played((30, 30.9, 72), (31, 33.9, 74))
    run = perform(*first, control(20, 102, 127), *later, until=60)
    asked = [request.seed for request in run.requests]
    assert bass(run) == [36 + asked[0], 36 + asked[-1]]
    assert run.requests[-1].melody.notes[0].pitch == 72


def test_while_a_recording_is_counted_in_and_made_nothing_else_comes_in():
    record = [ask(8, "record/start"), ask(8.1, "transport/start")]
    phrase = played((12, 12.9, 72), (13, 15.9, 74))
    run = perform(*sent(ASKED), *record, *phrase, count_in_bars=1, until=21)
    assert bass(run) == [OWN]


def test_what_a_stop_ended_does_not_come_back_under_a_recording():
    loop = played((0, 0.9, 60), (1, 3.9, 62))
    record = [ask(9, "transport/stop"), ask(16, "record/start"), ask(16, "transport/start")]
    run = perform(*loop, *record, *played((20, 20.9, 72), (21, 23, 74)), mode="loop", until=32)
    anew = [pitch for beat, pitch in ons(run, THRU) if beat >= 12]
    assert anew[:2] == [72, 74]
    assert {60, 62}.isdisjoint(anew)


def test_a_take_asked_for_while_the_song_runs_still_comes_in_on_the_next_bar_line():
    run = perform(*sent(ask(0, "transport/start"), ASKED), until=9)
    assert ons(run, BASS)[0] == (4.0, OLD)


def test_nothing_is_said_to_come_in_place_of_the_answer():
    run = perform(*sent(ASKED), *PHRASE)
    said = [report.text for report in reports(run, StatusLine)]
    assert "ready: the accompaniment comes in when the transport is started" in said
    assert said[-1] == "waiting for you to play"
