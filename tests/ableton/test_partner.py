"""Continuo and its script in Ableton Live, on a simulated clock: what gets into the set."""

from hypothesis import given
from hypothesis import strategies as st
from live_script import CLIENT, SCRIPT, TUNE, asked, clips, hellos, messages, play, said
from simulated_player import BEAT, control, reports

from bridge.reports import NoticeReport, Reply
from models.music.clip import Clip, Note

NAME = "bass 7 a: C5/G G5 Em/G"  # model, seed, take, chords


def told(run, name):
    return [r for r in reports(run, Reply) if r.name == name]


def errors(run):
    return [r for r in reports(run, NoticeReport) if r.kind == "error"]


def first_id(run, name):
    return messages(run, name)[0][0]


def harmonised(*more, clip=TUNE, scene=2, **given):
    """The clip called `Verse` is asked about at second 3 and comes at once."""
    before = (*hellos(given.get("until_seconds", 30.0)), asked(3.0, "live/harmonise", "verse"))
    id_ = messages(play(*before, until_seconds=3.1), "read")[0][0]
    clip_came = said(3.01, "clip/end", id_, "Verse", "Lead", scene, clip)
    return play(*before, clip_came, *more, **given)


# -- being there -------------------------------------------------------------------------------
def test_the_script_is_welcomed_each_time_it_says_hello_and_asked_how_fast_it_answers_once():
    run = play(*hellos(6.0), until_seconds=7.0)
    assert len(messages(run, "welcome")) == 4
    assert len(set(messages(run, "welcome"))) == 1
    assert first_id(run, "ping")


def test_the_round_trip_is_told_in_milliseconds():
    id_ = first_id(play(*hellos(1.0), until_seconds=0.5), "ping")
    run = play(*hellos(1.0), said(0.012, "pong", id_, 3.5), until_seconds=2.0)
    assert [r.values for r in told(run, "live")] == [("found", "12.1.5", "0.1.0", 12.0)]


def test_a_script_that_falls_silent_is_said_to_be_gone_once_and_found_again():
    run = play(*hellos(4.0), *hellos(24.0, first=20.0), until_seconds=25.0)
    words = [r.text for r in reports(run, NoticeReport) if r.text.endswith((" there", " gone"))]
    assert words == ["Ableton Live 12.1.5 is there", "Live is gone", "Ableton Live 12.1.5 is there"]
    assert [r.values[0] for r in told(run, "live")] == ["lost"]


def test_a_second_live_is_not_taken_for_the_first_and_is_told_once():
    other = ("127.0.0.1", 53_000)
    run = play(*hellos(20.0), *hellos(20.0, first=1.0, by=other), until_seconds=21.0)
    assert {r.sender for r in run.reports if type(r).__name__ == "AbletonMessage"} == {SCRIPT}
    warnings = [r for r in reports(run, NoticeReport) if "two Lives" in r.text]
    assert len(warnings) == 1


def test_a_script_that_was_loaded_anew_is_followed_to_its_new_port():
    other = ("127.0.0.1", 53_000)
    run = play(*hellos(4.0), *hellos(12.0, first=5.0, by=other), until_seconds=13.0)
    senders = [r.sender for r in run.reports if type(r).__name__ == "AbletonMessage"]
    assert senders[-1] == other
    assert not [r for r in reports(run, NoticeReport) if "two Lives" in r.text]


def test_what_a_stranger_says_in_the_scripts_name_is_passed_over():
    id_ = first_id(play(*hellos(1.0), until_seconds=0.5), "ping")
    stranger = said(0.012, "pong", id_, 3.5, by=("127.0.0.1", 60_000))
    assert not told(play(*hellos(1.0), stranger, until_seconds=0.5), "live")


# -- harmonise this clip -----------------------------------------------------------------------
def test_the_selected_clip_is_accompanied_and_the_take_is_written_beside_it_and_launched():
    run = harmonised(until_seconds=4.0)
    assert messages(run, "read") == [(first_id(run, "read"), "selected")]
    (request,) = run.requests
    assert request.melody == TUNE
    (written,) = clips(run)
    assert (written.scene, written.fire, written.sender) == (2, True, SCRIPT)
    assert written.name.startswith(f"bass {request.seed} verse: ")
    assert [track.name for track in written.take.accompaniment] == ["melody", "bass"]


def test_whoever_asked_hears_in_which_scene_it_is():
    id_ = clips(harmonised(until_seconds=4.0))[0].request_id
    run = harmonised(said(4.0, "written", id_, 3, 1, 1, 1), until_seconds=12.0)
    (reply,) = told(run, "live/written")
    assert (reply.values, reply.sender) == (("verse", 3, 1, 1, 1), CLIENT)
    assert len(clips(run)) == 1


def test_harmonising_makes_no_sound_of_our_own():
    run = harmonised(asked(3.5, "transport/start"), until_seconds=12.0)
    assert run.heard == []


def test_a_take_that_is_not_confirmed_is_sent_again_under_the_same_id_and_given_up():
    run = harmonised()
    assert len(clips(run)) == 4
    assert len({c.request_id for c in clips(run)}) == 1
    (error,) = errors(run)
    assert "did not answer" in error.text
    assert (error.sender, error.address) == (CLIENT, "/continuo/live/harmonise")


def test_an_answer_that_comes_twice_is_told_once():
    id_ = clips(harmonised(until_seconds=4.0))[0].request_id
    twice = [said(at, "written", id_, 3, 1, 1, 1) for at in (4.0, 4.5)]
    assert len(told(harmonised(*twice), "live/written")) == 1


def test_a_live_that_had_a_menu_open_and_writes_late_is_heard_still():
    id_ = clips(harmonised(until_seconds=4.0))[0].request_id
    run = harmonised(said(20.0, "written", id_, 3, 1, 1, 1))
    assert [r.values for r in told(run, "live/written")] == [("verse", 3, 1, 1, 1)]
    assert len(errors(run)) == 1


def test_what_live_cannot_do_goes_to_whoever_asked():
    before = (*hellos(8.0), asked(3.0, "live/harmonise", "verse", "playing"))
    id_, which = messages(play(*before, until_seconds=3.1), "read")[0]
    run = play(*before, said(3.1, "error", id_, "no MIDI clip is playing"), until_seconds=9.0)
    assert which == "playing"
    assert [(e.text, e.sender) for e in errors(run)] == [("Live: no MIDI clip is playing", CLIENT)]
    assert len(messages(run, "read")) == 1


def test_part_of_a_take_that_got_lost_is_sent_again():
    id_ = clips(harmonised(until_seconds=3.5))[0].request_id
    lost = said(3.2, "error", id_, "3 notes came; 4 were sent: send it again")
    run = harmonised(lost, said(3.5, "written", id_, 2, 1, 1, 1), until_seconds=9.0)
    assert len(clips(run)) == 2
    assert errors(run) == []


def test_what_the_loop_bracket_is_around_is_filled_and_written_beside_the_clip():
    before = (*hellos(8.0), asked(3.0, "live/fill", "hole"))
    id_, which = messages(play(*before, until_seconds=3.1), "read")[0]
    came = said(3.01, "clip/end", id_, "Verse", "Lead", 2, TUNE, 1.0, 2.0)
    run = play(*before, came, until_seconds=4.0)
    assert which == "bracket"
    (request,) = run.requests
    assert (request.melody, request.begin, request.end) == (TUNE, 1.0, 2.0)
    assert request.is_whole
    (written,) = clips(run)
    assert (written.scene, written.name) == (2, f"bass {request.seed} hole")


def test_a_button_of_the_keyboard_harmonises_the_selected_clip():
    run = play(*hellos(4.0), control(3.0 / BEAT, 109, 127), until_seconds=3.5)
    assert [values[1] for values in messages(run, "read")] == ["selected"]


def test_an_empty_clip_is_no_melody():
    run = harmonised(clip=type(TUNE)((), 4.0))
    assert [e.text for e in errors(run)] == [
        "clip 'Verse' has no notes in its loop: draw or record some"
    ]
    assert run.requests == []


def test_without_live_the_musician_hears_what_to_do():
    (error,) = errors(play(asked(1.0, "live/harmonise", "verse"), until_seconds=2.0))
    assert "continuo install ableton" in error.text


# -- takes into the set ------------------------------------------------------------------------
def generated(*more, **given):
    take = (asked(1.0, "melody/end", "tune", TUNE), asked(1.1, "generate", "a", 7))
    return play(*hellos(10.0), *take, *more, until_seconds=11.0, **given)


def test_a_take_that_is_kept_goes_into_the_set_with_its_melody_once():
    run = generated(asked(3.0, "take/keep", "a"), asked(4.0, "take/keep", "a"))
    assert {c.request_id for c in clips(run)} == {clips(run)[0].request_id}
    written = clips(run)[0]
    assert (written.name, written.scene, written.fire) == (NAME, -1, False)
    assert [track.name for track in written.take.accompaniment] == ["melody", "bass"]


def test_a_take_that_live_could_not_write_can_be_kept_again():
    kept = asked(3.0, "take/keep", "a"), asked(4.0, "take/keep", "a")
    id_ = clips(generated(*kept))[0].request_id
    refused = said(3.1, "error", id_, "Live allows no more tracks or scenes in this set")
    assert len({c.request_id for c in clips(generated(*kept, refused))}) == 2


def test_a_take_that_is_not_kept_stays_out_unless_all_are_wanted():
    assert clips(generated()) == []
    assert clips(generated(live=True))[0].name == NAME
    assert clips(generated(asked(3.0, "take/drop", "a"))) == []


def test_any_take_can_be_asked_for_and_launched():
    run = generated(asked(3.0, "live/write", "", 1))
    assert clips(run)[0].fire
    written = said(3.1, "written", clips(run)[0].request_id, 0, 2, 4, 1)
    run = generated(asked(3.0, "live/write", "", 1), written)
    assert [r.values[0] for r in told(run, "live/written")] == ["a"]
    (error,) = errors(generated(asked(3.0, "live/write", "b")))
    assert "there is no take 'b'" in error.text


def test_the_self_tests_result_comes_back():
    before = (*hellos(8.0), asked(3.0, "live/selftest"))
    ((id_,),) = messages(play(*before, until_seconds=3.1), "selftest")
    run = play(*before, said(7.0, "report", id_, 12, 1, "/tmp/report.json"), until_seconds=9.0)
    (reply,) = told(run, "live/report")
    assert reply.values[1:] == (12, 1, "/tmp/report.json")


def test_another_meter_in_live_is_said_once():
    songs = [said(1.0 + i, "song", 0.0, 100.0, 0, 3, 4) for i in range(3)]
    run = play(*hellos(4.0), *songs, said(4.0, "song", 0.0, 100.0, 0, 4, 4), until_seconds=5.0)
    words = [r.text for r in reports(run, NoticeReport) if "--meter" in r.text]
    (sentence,) = words
    assert sentence.startswith("Live is in 3/4, Continuo in 4/4: start Continuo with --meter 3/4")


def test_a_clip_is_accompanied_at_lives_tempo():
    song = said(1.0, "song", 0.0, 87.0, 0, 4, 4)
    run = harmonised(song, until_seconds=4.0)
    (request,) = run.requests
    assert request.bpm == 87.0
    assert clips(run)[0].take.tempo.bpm_at(0) == 87.0


# -- a script that talks nonsense --------------------------------------------------------------
IDS = st.sampled_from(["", "x", *(f"{session:x}-{i}" for session in (1, 2) for i in range(1, 4))])
NUMBERS = st.floats(-1e6, 1e6)
NOTES = st.builds(Note, st.floats(-4, 20), st.floats(0, 8), st.integers(0, 127))
CLIPS = st.builds(Clip, st.lists(NOTES, max_size=5).map(tuple), st.floats(0, 2000) | st.just(4.0))
SONG = st.tuples(NUMBERS, st.floats(5, 999), st.integers(0, 1), st.integers(), st.integers())
TALK = st.one_of(
    st.tuples(st.just("hello"), st.tuples(st.text(), st.text(), st.text())),
    st.tuples(st.just("song"), SONG),
    st.tuples(st.just("clip/end"), st.tuples(IDS, st.text(), st.text(), st.integers(), CLIPS)),
    st.tuples(st.just("written"), st.tuples(IDS, *[st.integers()] * 4)),
    st.tuples(st.just("pong"), st.tuples(IDS, NUMBERS)),
    st.tuples(st.just("report"), st.tuples(IDS, st.integers(), st.integers(), st.text())),
    st.tuples(st.just("error"), st.tuples(IDS, st.text())),
)
COMMANDS = st.sampled_from(
    [("live/harmonise", "x"), ("live/write", ""), ("live",), ("live/selftest",), ("take/keep", "x")]
)


@given(
    st.lists(TALK, max_size=12), st.lists(COMMANDS, max_size=4), st.sampled_from(["live", "midi"])
)
def test_whatever_the_script_says_continuo_goes_on_and_never_complains_to_it(talk, wishes, clock):
    said_all = [said(0.001 + i / 20, name, *values) for i, (name, values) in enumerate(talk)]
    asked_all = [asked(0.002 + i / 10, name, *values) for i, (name, *values) in enumerate(wishes)]
    run = play(*hellos(1.0), *said_all, *asked_all, until_seconds=8.0, clock=clock)
    assert messages(run, "welcome")
    assert not [r for r in reports(run, NoticeReport) if r.sender == SCRIPT]
