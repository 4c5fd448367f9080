"""What is asked by name: takes by id, controls, modes, the transport; by OSC or by a button."""

from dataclasses import replace

import pytest
from manifests import GOOD
from playing import (
    BEAT,
    MODEL,
    assert_every_note_is_released,
    composer,
    control,
    ons,
    played,
    program,
    reports,
    settings,
)

from bridge.events import (
    Command,
    ModelsChanged,
    NoticeReport,
    Reply,
    StateReport,
    TakeReport,
    WorkerChanged,
)
from bridge.offline import run_offline
from models.clip import Clip, Note
from models.manifest import ControlSpec

THRU, BASS = 0, 1
SENDER = ("127.0.0.1", 5000)
TUNE = Clip((Note(0.0, 1.0, 60), Note(1.0, 1.0, 62), Note(2.0, 2.0, 64)), 4.0)
KNOBS = (
    ControlSpec("temperature", "Surprise", 0, 2, 1),
    ControlSpec("movement", "Movement", -3, 3, 0),
)
MODELS = (
    replace(GOOD, name=MODEL, controls=KNOBS),
    replace(GOOD, name="other", style="folk", controls=KNOBS[:1]),
    replace(GOOD, name="editor", technique="edit"),
)


def ask(beat: float, name: str, *values, address: str = "") -> Command:
    return Command(beat * BEAT, name, values, SENDER, address or f"/continuo/{name}")


def perform(*events, until=40.0, its_composer=None, **given):
    its_composer = its_composer or composer()
    given = {"model": MODEL, **given}
    run = run_offline(settings(**given), events, its_composer, until * BEAT, manifests=MODELS)
    run.requests = its_composer.requests
    return run


def sent(*more, tune=TUNE, at=0.0):
    return (ask(at, "melody", "tune", tune), *more)


def told(run, name):
    return [r.values for r in reports(run, Reply) if r.name == name]


def errors(run):
    return [r for r in reports(run, NoticeReport) if r.kind == "error"]


def takes(run):
    return [(r.take_id, r.take.provenance["seed"]) for r in reports(run, TakeReport)]


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
    assert run.heard == []
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


def test_a_phrase_without_notes_is_refused():
    run = perform(ask(1, "melody", "tune", Clip((), 4.0)))
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
        ask(6, "stop"), ask(20, "transport/start"),
    )  # fmt: skip
    run = perform(*sent(*more), mode="loop", until=30)
    assert len(ons(run, BASS)) > 2
    assert_every_note_is_released(run)


def test_after_a_stop_a_played_note_begins_anew():
    tune = played((20, 20.9, 72), (21, 23.9, 74))
    more = (ask(0, "transport/start"), ask(0.1, "generate", "a", 0), ask(6, "stop"))
    run = perform(*sent(*more), *tune, mode="loop", until=30)
    assert ons(run, THRU)[-2:] != []
    assert 60 not in [pitch for beat, pitch in ons(run, THRU) if beat > 8]


def test_what_was_played_can_be_asked_for_by_id_too():
    run = perform(*played((0, 0.9, 60), (1, 3.5, 64)), ask(5, "generate", "mine", 3), mode="loop")
    assert ("mine", 3) in takes(run)
    assert len(ons(run, BASS)) > 2


# -- what is set -------------------------------------------------------------------------------
def test_a_control_is_kept_in_its_range_and_answered_with_what_is_in_force():
    run = perform(ask(1, "control", "temperature", 9.0), ask(2, "control", "temperature", 0.5))
    assert told(run, "control") == [("temperature", 2.0), ("temperature", 0.5)]


@pytest.mark.parametrize(
    ("values", "word"), [(("nothing", 1.0), "nothing"), (("temperature", float("nan")), "number")]
)
def test_a_control_that_cannot_be_is_an_error(values, word):
    assert word in errors(perform(ask(1, "control", *values)))[0].text


def test_models_are_listed_with_their_programs_and_loaded_by_name():
    run = perform(ask(1, "model/list"), ask(2, "model/load", "other"), ask(3, "status"))
    assert [values[0] for values in told(run, "model/item")] == [MODEL, "other", "editor"]
    assert told(run, "status")[0][1] == "other"


def test_a_model_chosen_by_program_is_told_once_it_is_in_memory():
    ready = WorkerChanged(3.0, "ready", "other")
    run = perform(program(1, 1), ready, WorkerChanged(4.0, "ready", "other"))
    assert told(run, "model/loaded") == [("other",)]


@pytest.mark.parametrize("name", ["nobody", "editor"])
def test_a_model_that_cannot_accompany_is_refused(name):
    run = perform(ask(1, "model/load", name), ask(2, "status"))
    assert errors(run)
    assert told(run, "status")[0][1] == MODEL


def test_a_model_that_appears_while_playing_is_a_program_change():
    new = ModelsChanged(1.0, (*MODELS, replace(GOOD, name="new")))
    run = perform(new, program(4, 3), ask(5, "status"))
    assert told(run, "status")[0][1] == "new"


def test_another_models_controls_stay_out_of_the_question():
    more = (ask(0.1, "control", "movement", 2.0), ask(0.2, "model/load", "other"))
    run = perform(*sent(*more, ask(1, "generate", "a")))
    assert dict(run.requests[0].controls) == {}


def test_the_status_says_everything():
    run = perform(ask(1, "transport/start"), ask(3, "status"), clock="internal")
    assert told(run, "status") == [("idle", MODEL, 120.0, 2.0, 1, "internal", "answer", 0.0, 1, 0)]


def test_bars_are_for_the_next_phrase():
    run = perform(ask(0, "bars", 2), *played((1, 1.9, 60), (2, 4, 64)), until=20)
    assert told(run, "bars") == [(2,)]
    assert run.requests[-1].length == 8.0
    assert "range" in errors(perform(ask(0, "bars", 99)))[0].text


def test_record_stop_ends_the_phrase_at_the_next_bar_line():
    run = perform(*played((0, 0.9, 60), (1, 1.9, 64)), ask(5, "record/stop"), bars=4, until=20)
    assert run.takes[0].melody.clip.length == 8.0
    assert ons(run, BASS)[0] == (8.0, 36)


def test_the_mode_changes_at_a_bar_line_and_the_answer_becomes_the_loop():
    run = perform(*played((0, 3.9, 60)), ask(5, "mode", "loop"), until=22)
    assert told(run, "mode") == [("loop",)]
    assert len(ons(run, BASS)) >= 4
    assert_every_note_is_released(run)


@pytest.mark.parametrize("to", ["answer", "follow"])
def test_a_loop_ends_when_the_mode_changes(to):
    run = perform(*played((0, 3.9, 60)), ask(9, "mode", to), mode="loop", until=30)
    assert max(beat for beat, _ in ons(run, BASS)) < 12.5
    assert_every_note_is_released(run)


def test_an_unknown_mode_is_refused():
    assert "jazz" in errors(perform(ask(1, "mode", "jazz")))[0].text


def test_a_locate_waits_for_the_bar_line_while_playing():
    more = (
        ask(0, "transport/start"),
        ask(0.1, "generate", "a", 0),
        ask(5, "transport/locate", 100.0),
    )
    run = perform(*sent(*more), mode="loop", until=12)
    assert [beat for beat, _ in ons(run, BASS)] == [4.0, 100.0, 104.0]
    assert_every_note_is_released(run)


def test_a_locate_while_standing_says_where_the_start_is():
    run = perform(ask(0, "transport/locate", 32.0), ask(1, "transport/start"), ask(2, "status"))
    assert told(run, "status")[0][3] == pytest.approx(33.0)


def test_cycles_a_second_are_bars_a_second():
    run = perform(ask(0, "cps", 0.5), ask(1, "status"))
    assert told(run, "status")[0][2] == 120.0


def test_there_is_no_plan_but_in_follow_mode():
    assert "follow" in errors(perform(ask(1, "plan")))[0].text


def test_an_order_that_nobody_knows_is_an_error():
    assert "dance" in errors(perform(ask(1, "dance")))[0].text


# -- buttons and knobs -------------------------------------------------------------------------
def test_a_knob_turns_a_control_and_sounds_as_well():
    run = perform(control(1, 2, 127), control(2, 1, 0))
    assert told(run, "control") == [("temperature", 2.0), ("movement", -3.0)]
    assert [m.control for _, m in run.heard[:2]] == [2, 1]


def test_buttons_keep_drop_and_ask_for_the_next_take():
    tune = played((0, 3.9, 60))
    run = perform(*tune, control(9, 104, 127), control(13, 103, 127), mode="loop", until=24)
    assert run.verdicts
    assert len({pitch for _, pitch in ons(run, BASS)}) == 2
    assert not [m for _, m in run.heard if m.is_cc(103) or m.is_cc(104)]


def test_the_loop_button_goes_to_and_fro():
    tune = played((0, 3.9, 60))
    run = perform(*tune, control(5, 105, 127), control(14, 105, 127), until=30)
    assert told(run, "mode") == [("loop",), ("answer",)]


def test_a_control_change_can_be_given_learnt_and_taken():
    asked = (
        ask(0, "cc/map", "panic", 21),
        ask(1, "cc/learn", "generate"),
        ask(9, "cc/forget", "panic"),
    )
    run = perform(*asked, control(4, 30, 127), ask(12, "cc/list"))
    assert told(run, "cc/item")[:3] == [("panic", 21, 0), ("generate", 30, 1), ("panic", -1, 0)]
    assert run.cc_map["generate"] == (30, 0)
    assert "panic" not in run.cc_map


def test_a_control_change_that_midi_needs_itself_is_refused():
    assert "sustain" in errors(perform(ask(0, "cc/map", "generate", 64)))[0].text
