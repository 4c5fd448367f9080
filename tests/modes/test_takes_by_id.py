"""Takes that are asked for by an id: made once, told, kept and dropped, and how they sound."""

import pytest
from engine_requests import BASS, SENDER, THRU, TUNE, ask, errors, perform, sent, takes, told
from simulated_player import (
    assert_every_note_is_released,
    composer,
    edges,
    ons,
    played,
    reports,
)

from bridge.reports import StateReport, TakeReport
from models.music.clip import Clip, Note


# -- takes by id -------------------------------------------------------------------------------
def test_a_phrase_that_was_sent_is_accompanied_and_the_clip_goes_to_its_sender():
    run = perform(*sent(ask(0.1, "generate", "a", 7)))
    (report,) = reports(run, TakeReport)
    assert (report.take_id, report.sender, report.begin) == ("a", SENDER, None)
    assert report.take.provenance["seed"] == 7
    assert [n.start for n in report.take.accompaniment[0].clip.notes] == [0.0]
    assert len(run.takes) == 1


def test_with_the_transport_standing_a_take_is_a_clip_and_makes_no_sound():
    run = perform(*sent(ask(0.1, "generate", "a")))
    assert edges(run) == []
    assert [r.state for r in reports(run, StateReport)] == ["idle", "generating", "idle"]


def test_the_same_question_gets_the_same_clip_without_asking_the_worker_again():
    run = perform(*sent(ask(1, "generate", "a"), ask(9, "generate", "a"), ask(12, "generate", "a")))
    assert len(run.requests) == 1
    assert len(reports(run, TakeReport)) == 3
    assert len({seed for _, seed in takes(run)}) == 1
    assert len(run.takes) == 1


def test_without_a_seed_the_id_decides_in_every_run():
    first, again = (perform(*sent(ask(1, "generate", "a"), ask(5, "generate", "b"))) for _ in "12")
    assert takes(first) == takes(again)
    assert len({seed for _, seed in takes(first)}) == 2


def test_another_control_or_phrase_makes_another_clip_of_the_same_id():
    turned = ask(8, "control", "temperature", 0.5)
    run = perform(*sent(ask(1, "generate", "a"), turned, ask(9, "generate", "a")))
    assert [dict(r.controls) for r in run.requests] == [{}, {"temperature": 0.5}]
    assert len({r.seed for r in run.requests}) == 1


def test_takes_asked_for_at_once_are_all_answered():
    wishes = [ask(1, "generate", f"t{i}", i) for i in range(10)]
    run = perform(*sent(*wishes))
    assert takes(run) == [(f"t{i}", i) for i in range(10)]


def test_without_a_phrase_there_is_nothing_to_generate_and_the_sender_is_told():
    (error,) = errors(perform(ask(1, "generate", "a")))
    assert "no phrase" in error.text
    assert (error.sender, error.address) == (SENDER, "/continuo/generate")


def test_each_phrase_that_was_sent_has_its_id_and_the_last_is_the_one_for_other_ids():
    high = Clip((Note(0.0, 4.0, 72),), 4.0)
    phrases = (ask(0, "melody/end", "low", TUNE), ask(0.1, "melody/end", "high", high))
    wishes = (ask(1, "generate", "low", 1), ask(2, "generate", "high", 1), ask(3, "generate", "x"))
    run = perform(*phrases, *wishes)
    first = [request.melody.notes[0].pitch for request in run.requests]
    assert first == [60, 72, 72]


def test_a_phrase_that_was_refused_is_not_another_one():
    run = perform(*sent(ask(1, "melody/end", "b", Clip((), 4.0)), ask(2, "generate", "b")))
    assert [word in e.text for word, e in zip(("no notes", "'b'"), errors(run), strict=True)]
    assert run.requests == []


def test_notes_after_the_end_of_a_phrase_are_refused():
    late = Clip((Note(9.0, 1.0, 60),), 4.0)
    assert "length" in errors(perform(ask(1, "melody/end", "x", late)))[0].text


def test_a_phrase_without_notes_is_refused():
    run = perform(ask(1, "melody/end", "tune", Clip((), 4.0)))
    assert "no notes" in errors(run)[0].text


def test_a_take_that_fails_is_told_to_who_wished_for_it():
    def refuses(_request):
        raise ValueError("this model has no such control")

    (error,) = errors(
        perform(*sent(ask(1, "generate", "a")), its_composer=composer(answering=refuses))
    )
    assert (error.sender, error.text) == (SENDER, "this model has no such control")


def test_next_is_another_take_in_the_place_of_the_first():
    run = perform(*sent(ask(1, "generate", "a", 7), ask(8, "take/next", "a")))
    assert takes(run) == [("a", 7), ("a", 8)]


def test_keep_and_drop_are_written_beside_the_take():
    more = (ask(8, "generate", "b"), ask(9, "take/keep", "a"), ask(9, "take/drop", ""))
    run = perform(*sent(ask(1, "generate", "a"), *more))
    assert run.verdicts == {"a": "kept", "b": "dropped"}
    assert told(run, "take") == [("a", "kept"), ("b", "dropped")]


@pytest.mark.parametrize("name", ["take/keep", "take/drop", "take/next"])
def test_a_take_that_never_was_is_an_error(name):
    (error,) = errors(perform(ask(1, name, "nobody")))
    assert "nobody" in error.text


def test_a_take_that_is_kept_before_it_is_saved_is_kept_all_the_same():
    more = (ask(0, "transport/start"), ask(0.1, "generate", "a", 0), ask(6, "take/next", "a"))
    run = perform(*sent(*more, ask(7, "take/keep", "a")), mode="loop", until=17)
    assert run.verdicts == {"a": "kept"}


def test_a_take_that_is_not_there_yet_cannot_be_judged():
    slow = composer(5.0)
    run = perform(*sent(ask(1, "generate", "a"), ask(2, "take/keep", "a")), its_composer=slow)
    assert "not there yet" in errors(run)[0].text


def test_a_take_that_was_told_is_not_told_again_when_it_sounds():
    more = (ask(0, "transport/start"), ask(0.1, "generate", "a", 0))
    run = perform(*sent(*more), mode="loop", until=17)
    assert takes(run) == [("a", 0)]


# -- sounding what was sent ----------------------------------------------------------------------
def test_a_take_sounds_in_a_loop_once_the_transport_runs():
    run = perform(
        *sent(ask(1, "generate", "a", 7), ask(4, "transport/start")), mode="loop", until=15
    )
    # The transport starts at its own beat 0, which is 4 beats after the run began.
    assert ons(run, BASS)[:3] == [(0.0, 43), (4.0, 43), (8.0, 43)]
    assert ons(run, THRU)[:3] == [(0.0, 60), (1.0, 62), (2.0, 64)]
    assert_every_note_is_released(run)


def test_while_the_transport_runs_a_take_comes_in_at_the_next_bar_line():
    run = perform(
        *sent(ask(0, "transport/start"), ask(1, "generate", "a", 7)), mode="loop", until=9
    )
    assert ons(run, BASS)[:2] == [(4.0, 43), (8.0, 43)]


def test_in_a_loop_a_new_take_enters_at_the_loop_start():
    start = ask(0, "transport/start")
    long = Clip((Note(0.0, 8.0, 60),), 8.0)
    more = (start, ask(0.1, "generate", "a", 0), ask(6, "generate", "b", 1))
    run = perform(*sent(*more, tune=long), mode="loop", until=19)
    assert ons(run, BASS) == [(4.0, 36), (8.0, 36), (12.0, 37), (16.0, 37)]


def test_a_dropped_take_makes_way_for_the_one_before_at_the_next_bar_line():
    start = ask(0, "transport/start")
    more = (
        start,
        ask(0.1, "generate", "a", 0),
        ask(5, "generate", "b", 1),
        ask(9, "take/drop", "b"),
    )
    run = perform(*sent(*more), mode="loop", until=17)
    assert ons(run, BASS) == [(4.0, 36), (8.0, 37), (12.0, 36), (16.0, 36)]
    assert_every_note_is_released(run)


def test_the_only_take_dropped_leaves_the_melody_alone():
    more = (ask(0, "transport/start"), ask(0.1, "generate", "a", 0), ask(5, "take/drop", "a"))
    run = perform(*sent(*more), mode="loop", until=17)
    assert ons(run, BASS) == [(4.0, 36)]
    assert [beat for beat, pitch in ons(run, THRU) if pitch == 60] == [4.0, 8.0, 12.0, 16.0]


def test_after_a_stop_a_start_brings_the_loop_back():
    more = (
        ask(0, "transport/start"), ask(0.1, "generate", "a", 0),
        ask(6, "transport/stop"), ask(20, "transport/start"),
    )  # fmt: skip
    run = perform(*sent(*more), mode="loop", until=30)
    assert len(ons(run, BASS)) > 2
    assert_every_note_is_released(run)


def test_after_a_stop_a_played_note_begins_anew():
    tune = played((20, 20.9, 72), (21, 23.9, 74))
    more = (ask(0, "transport/start"), ask(0.1, "generate", "a", 0), ask(6, "transport/stop"))
    run = perform(*sent(*more), *tune, mode="loop", until=30)
    assert ons(run, THRU)[-2:] != []
    assert 60 not in [pitch for beat, pitch in ons(run, THRU) if beat > 8]


def test_what_was_played_can_be_asked_for_by_id_too():
    run = perform(*played((0, 0.9, 60), (1, 3.5, 64)), ask(5, "generate", "mine", 3), mode="loop")
    assert ("mine", 3) in takes(run)
    assert len(ons(run, BASS)) > 2


def test_a_take_that_a_stop_kept_from_sounding_is_saved_once_it_sounds():
    more = (ask(1, "generate"), ask(6, "transport/stop"), ask(8, "transport/start"))
    run = perform(*sent(*more), mode="loop", until=20)
    assert len(ons(run, BASS)) > 1
    assert [take.provenance["id"] for take in run.takes] == ["take-0"]


def test_a_failure_is_told_for_the_address_that_was_called():
    def refuses_the_next(request):
        if request.seed == 8:
            raise ValueError("no more of these")
        return ()

    asked = sent(ask(1, "generate", "a", 7), ask(8, "take/next", "a"))
    (error,) = errors(perform(*asked, its_composer=composer(answering=refuses_the_next)))
    assert (error.sender, error.address) == (SENDER, "/continuo/take/next")
