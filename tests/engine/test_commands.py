"""What is asked by name: controls, models, modes, the transport; by OSC or by a button."""

from dataclasses import replace

import pytest
from engine_requests import (
    BASS,
    MODELS,
    SENDER,
    TUNE,
    ask,
    errors,
    perform,
    sent,
    status,
    takes,
    told,
)
from manifests import GOOD
from simulated_player import (
    MODEL,
    assert_every_note_is_released,
    control,
    edges,
    ons,
    played,
    program,
    reports,
)

from bridge.events import ModelsChanged, WorkerChanged
from bridge.reports import NoticeReport, Reply, StatusReport, TakeReport
from models.music.clip import Clip, Note


def test_another_programs_melody_is_harmonised_at_its_tempo_and_not_played_from_here():
    run = perform(ask(0, "transport/start"), ask(1, "melody/harmonise", "item", TUNE, 87.0))
    (report,) = reports(run, TakeReport)
    assert (report.take_id, report.take.tempo.bpm_at(0)) == ("item", 87.0)
    assert edges(run) == []


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
    assert status(run).model == "other"


def test_a_model_chosen_by_program_is_told_once_it_is_in_memory():
    ready = WorkerChanged(3.0, "ready", "other")
    run = perform(program(1, 1), ready, WorkerChanged(4.0, "ready", "other"))
    assert told(run, "model/loaded") == [("other",)]


@pytest.mark.parametrize(("name", "mode"), [("nobody", "answer"), ("editor", "follow")])
def test_a_model_that_cannot_play_here_is_refused(name, mode):
    run = perform(ask(1, "model/load", name), ask(2, "status"), mode=mode)
    assert errors(run)
    assert status(run).model == MODEL


def test_follow_is_refused_while_an_editor_plays():
    run = perform(ask(1, "model/load", "editor"), ask(2, "mode", "follow"), ask(3, "status"))
    assert "edits a phrase" in errors(run)[0].text
    assert (status(run).model, status(run).mode) == ("editor", "answer")


def test_a_model_that_appears_while_playing_is_a_program_change():
    new = ModelsChanged(1.0, (*MODELS, replace(GOOD, name="new")))
    run = perform(new, program(4, 3), ask(5, "status"))
    assert status(run).model == "new"


def test_everybody_is_told_of_a_model_that_appears_while_playing():
    run = perform(ModelsChanged(1.0, (*MODELS, replace(GOOD, name="new"))))
    assert [(v[0], v[4]) for v in told(run, "model/item")][-1] == ("new", 4)


def test_another_models_controls_stay_out_of_the_question():
    more = (ask(0.1, "control", "movement", 2.0), ask(0.2, "model/load", "other"))
    run = perform(*sent(*more, ask(1, "generate", "a")))
    assert dict(run.requests[0].controls) == {}


def test_the_status_says_everything():
    run = perform(ask(1, "transport/start"), ask(3, "status"), clock="internal")
    assert status(run) == StatusReport(
        "idle", MODEL, 120.0, 2.0, 1, "internal", "answer", 0.0, True, 0, SENDER
    )


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


def test_who_changes_the_mode_is_told_when_it_has_changed():
    run = perform(*played((0, 3.9, 60)), ask(5, "mode", "loop"), until=22)
    assert [r.sender for r in reports(run, Reply) if r.name == "mode"][-1] == SENDER


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


@pytest.mark.parametrize("mode", ["answer", "loop"])
@pytest.mark.parametrize("target", [0.0, 5.0, 4.0])
def test_a_locate_backwards_plays_nothing_between(mode, target):
    long = Clip(tuple(Note(float(b), 1.0, 60 + b) for b in range(8)), 8.0)
    more = (ask(0, "transport/start"), ask(0.1, "generate", "a", 0))
    back = ask(5, "transport/locate", target)
    run = perform(*sent(*more, back, tune=long), mode=mode, echo=True, until=13.7)
    at_once = [beat for beat, _ in ons(run) if beat == 8.0]
    assert len(at_once) <= 2, "what lies between is not played in one burst"
    lengths = {}
    for beat, message in run.heard:
        key = (message.channel, getattr(message, "note", None))
        if message.type == "note_on":
            lengths[key] = beat
        elif message.type == "note_off" and key in lengths:
            assert beat != lengths.pop(key), "a note of no length"
    assert_every_note_is_released(run)


def test_a_locate_into_a_bar_brings_no_click():
    events = (ask(0, "transport/start"), ask(1, "transport/locate", 17.5))
    run = perform(*events, until=12)
    assert edges(run) == []


def test_a_locate_while_standing_says_where_the_start_is():
    run = perform(ask(0, "transport/locate", 32.0), ask(1, "transport/start"), ask(2, "status"))
    assert status(run).beat == pytest.approx(33.0)


def test_cycles_a_second_are_bars_a_second():
    run = perform(ask(0, "cps", 0.5), ask(1, "status"))
    assert status(run).bpm == 120.0


def test_there_is_no_plan_but_in_follow_mode():
    assert "follow" in errors(perform(ask(1, "plan")))[0].text


def test_who_calls_panic_is_told_that_every_note_is_released_and_so_is_everybody():
    run = perform(ask(1, "panic"), control(2, 108, 127))
    assert [r.sender for r in reports(run, Reply) if r.name == "panic"] == [SENDER, None]


def test_an_order_that_nobody_knows_is_an_error():
    assert "dance" in errors(perform(ask(1, "dance")))[0].text


# -- buttons and knobs -------------------------------------------------------------------------
def test_a_knob_turns_a_control_and_sounds_as_well():
    run = perform(control(1, 2, 127), control(2, 1, 0))
    assert told(run, "control") == [("temperature", 2.0), ("movement", -3.0)]
    turned = [m.control for _, m in run.heard if m.type == "control_change"]
    assert turned[:2] == [2, 1]


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
    assert run.midi_map["generate"] == (30, 0)
    assert "panic" not in run.midi_map


def test_a_control_change_that_midi_needs_itself_is_refused():
    assert "sustain" in errors(perform(ask(0, "cc/map", "generate", 64)))[0].text


def test_whoever_changes_the_control_changes_is_answered():
    asked = (
        ask(0, "cc/map", "panic", 21),
        ask(1, "cc/learn", "generate"),
        ask(9, "cc/forget", "panic"),
    )
    run = perform(*asked, control(4, 30, 127))
    answers = [r for r in reports(run, Reply) if r.name == "cc/item"]
    assert [(r.values[0], r.sender) for r in answers] == [
        ("panic", SENDER),
        ("generate", SENDER),
        ("panic", SENDER),
    ]
    said = [r.text for r in reports(run, NoticeReport) if r.sender == SENDER]
    assert said == ["turn or press what is to be generate", "control change 30 is now generate"]


def test_a_take_of_an_id_that_was_never_sent_says_which_phrase_it_takes():
    run = perform(*sent(ask(1, "generate", "another"), ask(2, "generate", "another")))
    said = [r.text for r in reports(run, NoticeReport) if r.sender == SENDER]
    assert said == ["no phrase was sent as 'another': taking the last one, of 3 notes"]
    assert takes(run)[0][0] == "another"


def test_a_take_of_the_phrase_that_was_sent_needs_no_word():
    run = perform(*sent(ask(1, "generate", "tune")))
    assert [r for r in reports(run, NoticeReport) if r.sender == SENDER] == []


def test_without_any_phrase_the_id_that_was_never_sent_is_named():
    (error,) = errors(perform(ask(1, "generate", "another")))
    assert "'another'" in error.text
    assert "melody/begin" in error.text
