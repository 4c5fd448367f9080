"""Some beats of the current phrase filled anew, between what there is before and after them."""

import pytest
from simulated_player import command, ons, played, reports
from technique_composers import perform_with

from bridge.reports import NoticeReport, TakeReport

MELODY, BASS = 0, 1
TUNE = played((0, 1, 60), (1, 2, 45), (2, 4, 62), (4, 6, 64), (6, 8, 47))


def takes(run):
    return [report.take for report in reports(run, TakeReport)]


def pitches(clip):
    return [(n.start, n.pitch) for n in clip.notes]


def test_an_editor_edits_these_beats_alone():
    run = perform_with("mender", [*TUNE, command(12, "fill", 4, 8)], 60, bars=2)
    assert pitches(takes(run)[-1].melody.clip) == [(0, 60), (1, 57), (2, 62), (4, 64), (6, 59)]
    (request,) = [r for r in run.requests if r.begin == 4]
    assert [n.pitch for n in request.melody.notes] == [60, 57, 62, 64, 59]


def test_an_extender_fills_a_hole_and_sees_what_follows():
    run = perform_with("more", [*TUNE, command(8.5, "fill", 4, 6)], 60, bars=2, extension=1)
    request = run.requests[-1]
    assert (request.begin, request.end) == (4, 6)
    assert pitches(request.melody)[-1] == (6, 47)
    (filled,) = [take for take in takes(run) if take.melody.name == "filled"]
    assert [b for b, _ in pitches(filled.melody.clip)] == [0, 1, 2, 4, 5, 6]


def test_an_accompaniment_keeps_what_lies_around_the_beats():
    loop = {"bars": 2, "mode": "loop"}
    run = perform_with("bassist", [*TUNE, command(12.5, "fill", 4, 8)], 31.9, **loop)
    assert [beat for beat, _ in ons(run, BASS)] == [8, 12, 16, 20, 24, 28]
    request = run.requests[-1]
    assert [t.name for t in request.context] == ["Bass"]
    assert len(takes(run)) == 2


def test_in_a_chain_the_models_that_follow_work_on_the_same_beats_and_none_extends():
    then = {"then": ("bassist", "more"), "bars": 2, "mode": "loop"}
    run = perform_with("mender", [*TUNE, command(12.5, "fill", 4, 8)], 31.9, extension=1, **then)
    request = run.requests[-1]
    assert [step.model for step in request.then] == ["bassist"]
    assert (request.begin, request.end) == (4, 8)
    whole, filled = takes(run)[0], takes(run)[-1]
    assert [b for b, _ in pitches(filled.accompaniment[0].clip)][:2] == [0, 4]
    before = [note for note in pitches(whole.accompaniment[0].clip) if note[0] < 4]
    assert [note for note in pitches(filled.accompaniment[0].clip) if note[0] < 4] == before
    assert [step["model"] for step in filled.provenance["steps"]] == ["mender", "bassist"]


def test_a_filled_loop_enters_when_the_loop_starts_over():
    run = perform_with("mender", [*TUNE, command(12.5, "fill", 0, 4)], 31.9, bars=2, mode="loop")
    assert {p for b, p in ons(run, MELODY) if b >= 16} == {60, 57, 62, 64, 59}


def test_it_has_the_id_that_was_asked_for():
    run = perform_with("mender", [*TUNE, command(12, "fill", 4, 8, "hole")], 60, bars=2)
    assert reports(run, TakeReport)[-1].take_id == "hole"


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [(-1, 4, "0 to 8"), (4, 4, "4 to 4"), (6, 2, "6 to 2"), (4, 9, "4 to 9"), (8, 12, "8 to 12")],
)
def test_beats_that_are_none_of_the_phrase_are_refused(begin, end, said):
    run = perform_with("mender", [*TUNE, command(12, "fill", begin, end)], 60, bars=2)
    (error,) = [r.text for r in reports(run, NoticeReport) if r.kind == "error"]
    assert said in error
    assert len(takes(run)) == 1


def test_without_a_phrase_there_is_nothing_to_fill():
    run = perform_with("mender", [command(1, "fill", 0, 4)], 10)
    (error,) = [r.text for r in reports(run, NoticeReport) if r.kind == "error"]
    assert "no phrase" in error
