from dataclasses import replace

from playing import (
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
    whole_bars,
)

from bridge.events import StateReport, TakeReport

TUNE = played((0, 1, 60), (1, 4, 62))


def loop(events, until, its_composer=None, **given):
    return play(events, until, its_composer, mode="loop", **given)


def failing_after(count: int):
    def answering(request):
        if request.seed >= count:
            raise ValueError("the generator is ill")
        return whole_bars(request)

    return answering


def test_melody_and_accompaniment_loop_without_a_gap_until_the_end():
    run = loop(TUNE, 15.5)
    assert ons(run, 0) == [(4 * i + b, p) for i in range(4) for b, p in ((0, 60), (1, 62))]
    assert edges(run, 1)[:5] == [
        (4, "on", 36), (8, "off", 36), (8, "on", 36), (12, "off", 36), (12, "on", 36)
    ]  # fmt: skip
    assert_every_note_is_released(run)


def test_until_the_answer_comes_the_melody_loops_alone():
    run = loop(played((0, 1, 60)), 30, composer(1.2), bars=2)
    assert ons(run, 0) == [(0, 60), (8, 60), (16, 60), (24, 60)]
    assert [b for b, _ in ons(run, 1)] == [12, 16, 20, 24, 28]
    assert_every_note_is_released(run)


def test_playing_over_the_loop_passes_through_and_is_no_new_phrase():
    run = loop([*TUNE, *played((5, 6, 70), (9, 10, 72))], 15.5)
    assert [(b, p) for b, p in ons(run, 0) if p >= 70] == [(5, 70), (9, 72)]
    assert len(run.takes) == 1


def test_playing_a_key_of_the_loop_neither_cuts_it_nor_hangs():
    run = loop([*TUNE, *played((4.5, 4.75, 60), (7.5, 8.5, 62))], 11.5)
    at = [e for e in edges(run, 0) if e[0] > 4]
    assert at == [
        (4.5, "off", 60), (4.5, "on", 60),  # the player strikes it again; his release is not heard
        (5, "off", 60), (5, "on", 62),
        (7.5, "off", 62), (7.5, "on", 62),  # held over the loop's own end
        (8, "on", 60), (8.5, "off", 62),
        (9, "off", 60), (9, "on", 62), (11.5, "off", 62),
    ]  # fmt: skip


def test_generate_brings_a_new_take_at_the_next_loop_start():
    run = loop([*TUNE, command(5, "generate")], 15.5)
    assert ons(run, 1) == [(4, 36), (8, 37), (12, 37)]
    assert [take.provenance["seed"] for take in run.takes] == [0, 1]
    assert [r.begin for r in reports(run, TakeReport)] == [4, 8]


def test_the_generate_pedal_does_the_same_and_is_not_passed_on():
    run = loop([*TUNE, control(5, 102, 127), control(5.1, 102, 0)], 15.5)
    assert ons(run, 1) == [(4, 36), (8, 37), (12, 37)]
    assert not [m for _, m in run.heard if m.type == "control_change" and m.control == 102]


def test_a_new_take_that_is_late_waits_for_the_loop_start_after_it():
    run = loop([*TUNE, command(5, "generate")], 19.5, composer(0.05, 2.0))
    assert ons(run, 1) == [(4, 36), (8, 36), (12, 37), (16, 37)]


def test_what_was_composed_without_the_last_note_gives_way_when_the_loop_starts_over():
    def as_many_as_played(request):
        (bass,) = whole_bars(request)
        pitch = 36 + len(request.melody.notes)
        notes = tuple(replace(note, pitch=pitch) for note in bass.clip.notes)
        return (replace(bass, clip=replace(bass.clip, notes=notes)),)

    asked = composer(0.05, 0.3, answering=as_many_as_played)
    run = loop(played((0, 1, 60), (3.6, 4, 67)), 15.5, asked)
    assert ons(run, 1) == [(4, 37), (8, 38), (12, 38)]
    assert [take.provenance["request_id"] for take in run.takes] == ["take-0-0", "take-0-1"]


def test_a_new_take_that_fails_leaves_the_loop_as_it_is():
    run = loop([*TUNE, command(5, "generate")], 15.5, composer(answering=failing_after(1)))
    assert ons(run, 1) == [(4, 36), (8, 36), (12, 36)]
    assert len(run.takes) == 1


def test_without_any_answer_the_melody_loops_and_is_kept():
    run = loop(TUNE, 11.5, composer(answering=failing_after(0)))
    assert ons(run, 0) == [(0, 60), (1, 62), (4, 60), (5, 62), (8, 60), (9, 62)]
    assert len(run.takes) == 1


def test_program_change_brings_the_other_model_at_the_next_loop_start():
    asked = composer()
    run = loop([*TUNE, program(5, 1)], 11.5, asked, models=("bass", "choir"))
    assert asked.requests[-1].model == "choir"
    assert run.takes[-1].provenance["model"] == "choir"
    assert [r.begin for r in reports(run, TakeReport)] == [4, 8]
    assert not [m for _, m in run.heard if m.type == "program_change"]


def test_record_stops_the_loop_at_the_bar_line_and_takes_a_new_phrase_from_there():
    new = played((8, 9, 72), (9, 12, 74))
    run = loop([*TUNE, command(6, "record"), *new], 19.5)
    assert [(b, p) for b, p in ons(run, 0) if b >= 8] == [
        (8, 72), (9, 74), (12, 72), (13, 74), (16, 72), (17, 74)
    ]  # fmt: skip
    assert ons(run, 1) == [(4, 36), (12, 37), (16, 37)]
    assert_every_note_is_released(run)


def test_the_record_pedal_does_the_same_and_is_not_passed_on():
    new = played((8, 9, 72), (9, 12, 74))
    events = [*TUNE, control(6, 107, 127), control(6.2, 107, 0), *new]
    by_command = loop([*TUNE, command(6, "record"), *new], 19.5)
    assert loop(events, 19.5).heard == by_command.heard


def test_the_last_beat_before_recording_is_the_pickup_and_returns_before_each_loop_start():
    new = played((7.5, 8, 71), (8, 9, 72))
    run = loop([*TUNE, command(6, "record"), *new], 19.5)
    assert [(b, p) for b, p in ons(run, 0) if p > 70] == [
        (7.5, 71), (8, 72), (12, 72), (15.5, 71), (16, 72), (19.5, 71)
    ]  # fmt: skip


def test_recording_silence_ends_in_idleness_and_the_next_note_begins():
    run = loop([*TUNE, command(6, "record"), *played((20.3, 21.3, 72))], 40)
    assert [r.state for r in reports(run, StateReport)][4:7] == ["playing", "listening", "idle"]
    assert [(b, p) for b, p in ons(run, 0) if p == 72][:2] == [(12, 72), (16, 72)]


def test_stop_silences_the_loop_at_once_and_the_next_note_begins_a_phrase():
    run = loop([*TUNE, command(6.5, "stop"), *played((9.1, 10.1, 72))], 20)
    assert (6.5, "off", 62) in edges(run, 0)
    assert (6.5, "off", 36) in edges(run, 1)
    assert not [b for b, _ in ons(run) if 6.5 < b < 8]
    assert next((b, p) for b, p in ons(run, 0) if p == 72) == (8, 72)
    assert ons(run, 1)[-1][1] == 37


def test_a_note_held_over_the_loop_start_stays_until_the_player_lets_go():
    run = loop([on(0, 60), off(1, 60), on(3, 64), off(5.5, 64)], 7.5)
    assert (5.5, "off", 64) in edges(run, 0)
    assert (4, "off", 64) not in edges(run, 0)
