"""Models that edit, and chains of models, in the modes answer and loop: what is heard and kept."""

from simulated_player import assert_every_note_is_released, command, ons, played, reports
from technique_composers import perform_with

from bridge.reports import EditReport, NoticeReport, StateReport, TakeReport

MELODY, BASS = 0, 1
# The second note is too low for the editor: it puts it up an octave.
TUNE = played((0, 1, 60), (1, 2, 45), (2, 4, 62))
EDITED = [60, 57, 62]


def starts(bar, pitches=EDITED):
    return list(zip((bar * 4.0, bar * 4 + 1.0, bar * 4 + 2.0), pitches, strict=True))


def test_the_phrase_comes_back_edited_on_the_melodys_channel():
    run = perform_with("mender", TUNE, 20)
    assert ons(run, MELODY) == [(0, 60), (1, 45), (2, 62), *starts(1)]
    assert not ons(run, BASS)
    states = [report.state for report in reports(run, StateReport)]
    assert states == ["idle", "listening", "generating", "armed", "playing", "idle"]
    assert_every_note_is_released(run)


def test_without_echo_it_comes_back_all_the_same():
    assert ons(perform_with("mender", TUNE, 20, echo=False), MELODY)[3:] == starts(1)


def test_an_edit_that_is_late_takes_over_from_the_echo_on_the_next_bar_line():
    long = played((0, 1, 60), (1, 2, 45), (4, 5, 62), (5, 5.5, 46))
    run = perform_with("mender", long, 24, 2.6, bars=2, echo=True)
    assert ons(run, MELODY)[4:] == [(8, 60), (9, 45), (12, 62), (13, 58)]
    assert_every_note_is_released(run)


def test_a_loop_goes_round_edited():
    run = perform_with("mender", TUNE, 15.9, mode="loop")
    assert ons(run, MELODY)[3:] == [*starts(1), *starts(2), *starts(3)]
    assert_every_note_is_released(run)


def test_what_was_edited_is_told_before_the_take():
    run = perform_with("mender", TUNE, 20)
    told = [report for report in run.reports if isinstance(report, (EditReport, TakeReport))]
    edit, take = told
    assert edit.take_id == take.take_id == "take-0"
    assert [(n.start, n.pitch) for n in edit.changes.removed] == [(1, 45)]
    assert [(n.start, n.pitch) for n in edit.changes.added] == [(1, 57)]


def test_the_take_has_what_was_heard_and_what_was_played():
    (take,) = perform_with("mender", TUNE, 20).takes
    assert take.melody.name == "edited"
    assert [n.pitch for n in take.melody.clip.notes] == EDITED
    assert [row[2] for row in take.provenance["played"]] == [60, 45, 62]
    assert take.provenance["model"] == "mender"


def test_a_pickup_is_kept_in_the_edit():
    run = perform_with("mender", played((0, 1, 59), (1, 2, 45), (2, 5, 62)), 24, pickup=1.0)
    (take,) = run.takes
    assert [(n.start, n.pitch) for n in take.melody.clip.notes] == [(3, 59), (4, 57), (5, 62)]


def test_edited_and_accompanied_in_one_take():
    run = perform_with("mender", TUNE, 20, then=("bassist",))
    assert ons(run, MELODY)[3:] == starts(1)
    assert ons(run, BASS) == [(4, 36)]
    (take,) = run.takes
    assert take.provenance["model"] == "mender+bassist"
    steps = take.provenance["steps"]
    assert [(s["model"], s["technique"], s["seed"]) for s in steps] == [
        ("mender", "edit", 0),
        ("bassist", "accompany", 0),
    ]
    assert [len(step["tracks"]) for step in steps] == [1, 2]
    assert [row[2] for row in steps[0]["tracks"][0]["notes"]] == EDITED


def test_edited_accompanied_and_extended_it_goes_on_after_the_phrase():
    run = perform_with("mender", TUNE, 24, then=("bassist", "more"), extension=2)
    assert ons(run, MELODY)[3:] == [*starts(1), *((b, 62) for b in range(8, 16))]
    assert ons(run, BASS) == [(4, 36)]
    assert_every_note_is_released(run)


def test_the_next_phrase_takes_the_place_of_an_answer_that_is_longer_than_it():
    more = [*TUNE, *played((4.5, 5, 72), (5, 7, 74))]
    run = perform_with("mender", more, 30, then=("more",), extension=2)
    heard = [beat for beat, _ in ons(run, MELODY)]
    second = [n for n in ons(run, MELODY) if n[0] >= 8]
    assert second == [(8.5, 72), (9, 74), *((b, 74) for b in range(12, 20))]
    assert heard == sorted(heard)
    assert_every_note_is_released(run)


def test_silence_ends_an_answer_that_is_longer_only_where_it_ends():
    run = perform_with("mender", TUNE, 40, then=("more",), extension=3)
    assert ons(run, MELODY)[-1] == (19, 62)
    assert [report.state for report in reports(run, StateReport)][-1] == "idle"


def test_the_models_after_the_first_can_be_named_while_playing():
    run = perform_with("mender", [command(0, "then", "bassist"), *TUNE], 20)
    assert ons(run, BASS) == [(4, 36)]
    run = perform_with("mender", [command(0, "then"), *TUNE], 20, then=("bassist",))
    assert not ons(run, BASS)


def test_a_model_that_nobody_knows_cannot_go_on():
    run = perform_with("mender", [command(0, "then", "bossist"), *TUNE], 20)
    assert any("bassist" in r.text for r in reports(run, NoticeReport) if r.kind == "error")


def test_a_loop_goes_round_extended():
    run = perform_with("more", TUNE, 19.9, mode="loop", extension=1)
    tail = [(float(b), 62) for b in range(8, 12)]
    assert ons(run, MELODY)[3:] == [
        *starts(1, [60, 45, 62]), *tail, *starts(3, [60, 45, 62]), *((b + 8, 62) for b, _ in tail)
    ]  # fmt: skip
