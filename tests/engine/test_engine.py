import mido
import pytest
from simulated_player import (
    BEAT,
    assert_every_note_is_released,
    command,
    composer,
    control,
    edges,
    off,
    on,
    ons,
    play,
    played,
    program,
    reports,
    settings,
)

from bridge.engine.engine import Engine, Services
from bridge.events import Generated, MidiIn, PortChanged, WorkerChanged
from bridge.offline import OfflineRun
from bridge.reports import BeatReport, NoticeReport, SoundReport, StateReport
from models.music.tempo import Meter

TUNE = played((0, 1, 60), (1, 4, 62))


def notices(run) -> list[tuple[str, str]]:
    return [(n.kind, n.text) for n in reports(run, NoticeReport)]


def resets(run) -> list[tuple[float, int, int | None]]:
    return [
        (b, m.channel, getattr(m, "control", None))
        for b, m in run.heard
        if m.type in ("control_change", "pitchwheel")
    ]


# -- what comes in -----------------------------------------------------------------------------
def test_bends_pedals_and_aftertouch_pass_through_on_the_thru_channel():
    sent = [
        mido.Message("pitchwheel", pitch=500, channel=4),
        mido.Message("control_change", control=1, value=9, channel=4),
        mido.Message("aftertouch", value=3, channel=4),
        mido.Message("polytouch", note=60, value=3, channel=4),
    ]
    run = play([MidiIn(0.1 * i, m) for i, m in enumerate(sent)], 4)
    assert [m for _, m in run.heard][:4] == [m.copy(channel=0) for m in sent]


def test_drum_pads_on_channel_10_sound_as_drums_and_are_no_melody():
    pads = [
        e for beat in range(4) for e in (on(beat, 36, channel=9), off(beat + 0.5, 36, channel=9))
    ]
    run = play([*TUNE, *pads], 16)
    assert {pitch for _, _, pitch in edges(run, 0)} == {60, 62}
    assert edges(run, 9)[:2] == [(0, "on", 36), (0.5, "off", 36)]
    alone = play(pads, 16)
    assert len(edges(alone, 9)) == len(edges(alone)) == 8


def test_clock_active_sensing_and_system_exclusive_are_not_passed_on():
    sent = [mido.Message(t) for t in ("clock", "active_sensing", "start", "sysex", "songpos")]
    assert play([MidiIn(0.1, m) for m in sent], 4).heard == []


def test_a_note_on_without_velocity_goes_out_as_a_release():
    run = play([on(0, 60), on(1, 60, velocity=0)], 12)
    assert edges(run, 0) == [(0, "on", 60), (1, "off", 60)]
    assert_every_note_is_released(run)


def test_a_key_struck_twice_is_released_between():
    run = play([on(0, 60), on(1, 60), off(2, 60), off(3, 60)], 12)
    assert edges(run, 0) == [(0, "on", 60), (1, "off", 60), (1, "on", 60), (2, "off", 60)]


def test_program_change_picks_the_model_of_the_next_question():
    asked = composer()
    run = play([program(0, 1), *TUNE], 12, asked, models=("bass", "choir"))
    assert notices(run) == [("info", "model: choir, program 2 (sent as 1)")]
    assert [r.model for r in asked.requests] == ["choir"]


def test_the_program_of_the_model_that_plays_changes_nothing():
    # DAWs send their program changes again whenever they start.
    run = play([*TUNE, program(5, 0)], 11.5, mode="loop", models=("bass", "choir"))
    assert ons(run, 1) == [(4, 36), (8, 36)]
    assert notices(run) == []


def test_a_program_without_a_model_is_said_and_changes_nothing():
    asked = composer()
    run = play([program(0, 7), *TUNE], 12, asked, models=("bass", "choir"))
    assert notices(run) == [
        ("warning", "no model has program 8 (sent as 7): there are 2, from 1 to 2")
    ]
    assert asked.requests[0].model == "bass"


def test_an_unknown_command_is_said():
    run = play([command(0, "sing"), command(0, "transport/tempo", 9999)], 4)
    assert notices(run) == [
        ("error", "no command is called 'sing'"),
        ("error", "bpm must be in range 20..400, got 9999"),
    ]


# -- silence -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "silence", [command(5.5, "panic"), *(control(5.5, n, 0) for n in (120, 121, 123))]
)
def test_panic_releases_every_sounding_note_first_and_then_resets(silence):
    run = play([*TUNE, on(5, 72), silence], 6.5, mode="loop")
    at = [m for b, m in run.heard if b == 5.5]
    assert [(m.type, m.channel) for m in at[:3]] == [
        ("note_off", 0),
        ("note_off", 0),
        ("note_off", 1),
    ]
    assert resets(run)[:6] == [(5.5, c, n) for c in (0, 1) for n in (123, 64, None)]
    assert_every_note_is_released(run)


def test_after_panic_the_loop_goes_on_with_its_next_notes():
    run = play([*TUNE, command(6, "panic")], 11.5, mode="loop")
    assert ons(run, 1) == [(4, 36), (8, 36)]
    assert_every_note_is_released(run)


def test_closing_leaves_no_note_and_keeps_the_phrase_in_progress():
    run = play([on(0, 60), off(1, 60), on(2, 62)], 2.5)
    assert edges(run, 0)[-1] == (2.5, "off", 62)
    (take,) = run.takes
    assert [(n.start, n.end) for n in take.melody.clip.notes] == [(0, 1), (2, 2.5)]
    assert take.accompaniment == ()


def test_stop_keeps_the_phrase_in_progress():
    run = play([*TUNE, on(4, 70), off(5, 70), command(6, "transport/stop")], 20)
    assert [len(take.accompaniment) for take in run.takes] == [1, 0]
    assert [r.state for r in reports(run, StateReport)][-1] == "idle"


def test_quit_closes_the_engine_and_nothing_happens_afterwards():
    run = OfflineRun()
    engine = Engine(settings(), Services(run, composer(), run), run)
    engine.advance(0.0)
    engine.handle(on(0, 60), 0.0)
    engine.handle(command(1, "quit"), BEAT)
    engine.handle(on(2, 60), 2 * BEAT)
    assert engine.closed
    assert engine.next_wakeup_seconds() is None
    assert edges(run) == [(0, "on", 60), (1, "off", 60)]


def test_closing_without_having_played_sends_and_keeps_nothing():
    run = play([], 4)
    assert run.heard == []
    assert run.takes == []


# -- time --------------------------------------------------------------------------------------
def test_a_tempo_change_in_the_middle_loses_nothing_and_hangs_nothing():
    run = play([*TUNE, command(5, "transport/tempo", 60.0)], 15, mode="loop")
    assert ons(run, 1) == [(4, 36), (8, 36)]
    assert [b for b, _ in ons(run, 0)] == [0, 1, 4, 5, 8, 9]
    assert_every_note_is_released(run)
    sounds = [r for r in reports(run, SoundReport) if r.position == 8]
    assert all(r.late_ms == 0 for r in sounds)


def test_a_faster_tempo_asks_at_once_if_the_time_to_ask_has_passed():
    asked = composer(0.1)
    run = play([*played((0, 4, 60)), command(1.9, "transport/tempo", 400.0)], 20, asked)
    assert ons(run, 1)[0] == (4, 36)
    assert asked.requests[0].bpm == 400


def test_a_machine_that_slept_leaves_notes_out_and_goes_on_in_time():
    run = play(TUNE, 19.5, mode="loop", stalls=[(4.2 * BEAT, 10.5 * BEAT)])
    assert ons(run, 1) == [(4, 36), (12, 36), (16, 36)]
    assert [b for b, _ in ons(run, 0)] == [0, 1, 4, 12, 13, 16, 17]
    assert ("warning", "the machine stood still: 4 notes left out") in notices(run)
    assert_every_note_is_released(run)


def test_a_note_a_little_late_is_sent_and_its_lateness_told():
    run = play(TUNE, 7.5, stalls=[(3.9 * BEAT, 3.9 * BEAT + 0.09)])
    (bass,) = [
        r
        for r in reports(run, SoundReport)
        if r.message.type == "note_on" and r.message.channel == 1
    ]
    assert bass.late_ms == pytest.approx(40)
    assert bass.position == 4


def test_what_was_played_while_the_engine_slept_is_recorded_in_its_time():
    run = play(played((0, 1, 60), (2, 3, 62)), 12, stalls=[(1.5 * BEAT, 2.5 * BEAT)])
    notes = run.takes[0].melody.clip.notes
    assert [(n.start, n.end) for n in notes] == [(0, 1), (2, 3)]


def test_beats_are_reported_from_bar_one():
    run = play(TUNE, 8.5, start="grid", meter=Meter(3, 4))
    told = [(r.bar, r.beat, r.position) for r in reports(run, BeatReport)]
    assert told[:4] == [(1, 1, 0), (1, 2, 1), (1, 3, 2), (2, 1, 3)]


def test_the_click_accents_the_bar_line_on_its_own_channel():
    run = play([], 4.5, click=True, meter=Meter(3, 4))
    assert ons(run, 15) == [(0, 76), (1, 77), (2, 77), (3, 76), (4, 77)]
    assert_every_note_is_released(run)


def test_in_six_eight_it_clicks_dotted_quarters():
    run = play([], 4.4, click=True, meter=Meter(6, 8))
    assert ons(run, 15) == [(0, 76), (1.5, 77), (3, 76)]


def test_a_key_starts_the_count_in_and_then_the_grid_begins():
    key = played((10, 10.5, 48))
    run = play([*key, *played((14, 15, 62))], 21.5, count_in_bars=1)
    assert ons(run, 15) == [(-4, 76), (-3, 77), (-2, 77), (-1, 77)]
    # The count-in takes four beats, so what is played at the fifth lies on the first bar line.
    assert (0, 62) in ons(run, 0)
    assert [(n.start, n.pitch) for n in run.takes[0].melody.clip.notes] == [(0, 62)]
    assert ons(run, 1) == [(4, 36)]


def test_the_count_in_waits_until_somebody_plays():
    assert play([], 30, count_in_bars=1).heard == []
    assert ons(play([], 4.5, count_in_bars=1, click=True), 15) == []


def test_record_starts_the_count_in_and_after_a_stop_it_counts_in_again():
    events = [command(2, "record/start"), command(8, "transport/stop"), command(10, "record/start")]
    run = play([*events, *played((14, 15, 62))], 24, count_in_bars=1)
    assert [b for b, _ in ons(run, 15)] == [-4, -3, -2, -1, 4, 5, 6, 7]
    assert ons(run, 1) == [(12, 36)]


@pytest.mark.parametrize("start", ["note", "grid"])
def test_the_bar_of_the_pickup_is_bar_nought(start):
    first = 3 if start == "grid" else 0
    tune = played((first, first + 1, 60), (first + 1, first + 3, 62))
    run = play(tune, first + 3.5, pickup=1.0, start=start)
    told = [(r.bar, r.beat) for r in reports(run, BeatReport)]
    assert told[0] == ((0, 1) if start == "grid" else (0, 4))
    assert (1, 1) in told


# -- pedals ------------------------------------------------------------------------------------
def test_a_button_that_never_sends_0_is_pressed_again_after_a_while():
    presses = (control(b, 102, 127) for b in (5, 9, 13))
    run = play([*TUNE, *presses], 19.5, mode="loop")
    assert [t.provenance["seed"] for t in run.takes] == [0, 1, 2, 3]


def test_a_pedal_that_sends_1_is_a_press_and_it_is_one_press_until_it_is_let_go():
    values = [(5, 1), (5.1, 60), (5.2, 127), (5.3, 0), (9, 2), (9.1, 0)]
    run = play([*TUNE, *(control(b, 102, v) for b, v in values)], 15.5, mode="loop")
    assert ons(run, 1) == [(4, 36), (8, 37), (12, 38)]


# -- the worker and the port -------------------------------------------------------------------
def test_a_pending_question_is_asked_again_when_the_worker_is_back():
    asked = composer(None, 0.05)
    restarted = WorkerChanged(3.5 * BEAT, "restarted", "it was killed")
    run = play([*played((0, 4, 60)), restarted], 20, asked)
    assert [r.request_id for r in asked.requests] == ["take-0-0", "take-0-0"]
    assert ons(run, 1) == [(4, 36)]
    assert ("warning", "it was killed") in notices(run)


def test_a_question_that_ends_every_worker_is_not_asked_for_ever():
    asked = composer(None)
    ends = [WorkerChanged(3.2 * BEAT + 0.01 * i, "restarted") for i in range(9)]
    play([*played((0, 4, 60)), *ends], 5, asked)
    assert len(asked.requests) == 3


def test_when_the_port_is_lost_the_phrase_is_kept_and_nothing_is_sent():
    run = play([*TUNE[:3], PortChanged(1.9 * BEAT, "lost", "JACK ended")], 20)
    assert [b for b, _ in run.heard if b > 1] == []
    assert [len(t.melody.clip.notes) for t in run.takes] == [2]
    assert [r.state for r in reports(run, StateReport)] == ["idle", "listening", "idle"]
    assert ("warning", "MIDI is gone: JACK ended") in notices(run)


def test_when_the_port_is_back_the_loop_goes_on_in_time_from_a_clean_slate():
    away = [PortChanged(6 * BEAT, "lost"), PortChanged(10.5 * BEAT, "back")]
    run = play([*TUNE, *away], 15.5, mode="loop")
    assert ons(run, 1) == [(4, 36), (12, 36)]
    assert not [b for b, _ in run.heard if 6 <= b < 10.5]
    assert resets(run)[:3] == [(10.5, 0, 123), (10.5, 0, 64), (10.5, 0, None)]
    assert ons(run, 0)[-2:] == [(12, 60), (13, 62)]


def test_an_answer_to_nobody_is_ignored():
    run = play([Generated(1.0, "take-9-9", (), 0.1), *TUNE], 12)
    assert ons(run, 1) == [(4, 36)]


# -- what comes back, and keyboards that go ------------------------------------------------------
def test_a_cable_from_continuo_out_to_continuo_in_plays_nothing_for_ever_and_is_said():
    """Whatever is sent comes back 5 ms later: the run would never end if it were played."""
    run = OfflineRun()
    engine = Engine(settings(), Services(run, composer(), run), run)
    inbox = [on(i, 60 + i) for i in range(4)] + [off(i + 0.9, 60 + i) for i in range(4)]
    engine.advance(0.0)
    heard = 0
    while inbox and heard < 500:
        event = inbox.pop(inbox.index(min(inbox, key=lambda e: e.at_seconds)))
        engine.handle(event, event.at_seconds)
        back = [MidiIn(event.at_seconds + 0.005, m) for _, m in run.heard[heard:]]
        inbox, heard = [*inbox, *back], len(run.heard)
    assert [m.type for _, m in run.heard].count("note_on") == 4
    assert [text for kind, text in notices(run) if "comes back" in text]


def test_what_a_program_held_when_its_connection_was_cut_is_released():
    gone = [PortChanged(2.5 * BEAT, "source lost", "keys:out")]
    run = play([on(1, 60), on(2, 64), *gone, on(6, 67), off(7, 67)], 12)
    released = [(b, p) for b, kind, p in edges(run, 0) if kind == "off"]
    assert released == [(1.5, 60), (1.5, 64), (6, 67)]
    assert ("info", "keys:out is gone: its keys are released") in notices(run)


def test_a_connection_that_is_cut_between_two_notes_is_no_news():
    gone = [PortChanged(2.5 * BEAT, "source lost", "keys:out")]
    run = play([on(1, 60), off(2, 60), *gone, on(6, 67), off(7, 67)], 12)
    assert not [text for _, text in notices(run) if "keys:out" in text]


def test_what_a_keyboard_held_when_it_was_unplugged_is_released_and_the_rest_goes_on():
    gone = [PortChanged(2.5 * BEAT, "input lost", "Keystation")]
    pedal = [MidiIn(0.1, mido.Message("control_change", control=64, value=127))]
    run = play([*pedal, on(1, 60), on(2, 64), *gone, on(6, 67), off(7, 67)], 12)
    released = [(b, p) for b, kind, p in edges(run, 0) if kind == "off"]
    assert released == [(1.5, 60), (1.5, 64), (5, 67)]  # the song's beats: its first note is at 0
    assert (1.5, 0, 64) in resets(run)
    assert ("warning", "Keystation is gone: plug it in again") in notices(run)
