"""Mode follow: the accompaniment is under the player from the second bar on, and never alone."""

import random

import pytest
from follow_composers import one_a_beat
from simulated_player import (
    assert_every_note_is_released,
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

from bridge.reports import NoticeReport, PlanReport, StateReport
from models.music.clip import Clip, Note, Track

BASS = 1


def follow(events, until, its_composer=None, **given):
    return play(
        events, until, its_composer or composer(answering=one_a_beat), mode="follow", **given
    )


MENDED = 0.25  # after a beat whose note was not foreseen


def entries(run, until: float) -> list[float]:
    """Where the bass is struck, but for what is mended a sixteenth after a beat."""
    return [beat for beat, _ in ons(run, BASS) if beat < until and beat % 1.0 != MENDED]


def tune(bars: int, pitch: int = 60) -> list:
    return played(*((b, b + 0.9, pitch + b % 4) for b in range(4 * bars)))


def test_the_accompaniment_comes_in_on_the_second_bar_and_stays_under_the_player():
    run = follow(tune(6), 24)
    assert entries(run, 24) == [float(b) for b in range(4, 24)]
    assert_every_note_is_released(run)


def test_what_is_played_again_is_foreseen():
    run = follow(tune(8), 32)
    heard = {beat: pitch for beat, pitch in ons(run, BASS)}
    assert all(heard[float(b)] == 36 + b % 4 for b in range(12, 32))


def test_the_plan_is_mended_when_the_player_turns_elsewhere():
    turned = [*tune(4), *played(*((b, b + 0.9, 72) for b in range(16, 24)))]
    run = follow(turned, 24)
    heard = dict(ons(run, BASS))
    # The first of the new notes cannot be known; some beats later the bass has turned too.
    assert [heard[float(b)] for b in range(20, 24)] == [48] * 4


def roots_by_now(request) -> tuple[Track, ...]:
    """A long bass two octaves below what is on the first beat that is asked for."""
    under = [n for n in request.melody.notes if n.start <= request.begin + 1e-6 < n.end]
    notes = [Note(request.begin, request.length, n.pitch - 24, 70) for n in under[-1:]]
    return (Track("bass", Clip(tuple(notes), request.begin + request.length), "bass", 32, 5),)


def test_under_a_note_that_was_not_foreseen_the_accompaniment_is_mended_a_sixteenth_later():
    turned = [*tune(4), *played((16.0, 16.9, 71), (17.0, 17.9, 74))]
    run = follow(turned, 18, composer(0.02, answering=roots_by_now))
    heard = dict(ons(run, BASS))
    assert (heard[16.25], heard[17.25]) == (47, 50)
    assert_every_note_is_released(run)


def test_between_the_beats_and_where_the_guess_was_right_nothing_is_struck_anew():
    run = follow([*tune(6), *played((24.0, 24.4, 60), (24.5, 24.9, 63))], 25)
    assert all(beat % 1.0 == 0.0 for beat, _ in ons(run, BASS) if beat >= 8)


def test_a_note_that_was_struck_late_was_meant_for_its_beat_by_the_next_answer():
    asked = composer(0.02, answering=roots_by_now)
    follow([*tune(4), *played((16.0, 16.9, 71), (17.0, 17.9, 74))], 18, asked)
    later = [r for r in asked.requests if r.begin > 16 and r.context]
    starts = [n.start for n in later[-1].context[0].clip.notes]
    assert 16.0 in starts
    assert 16.25 not in starts


def test_after_a_bar_of_silence_comes_a_last_bar_and_then_rest():
    run = follow(tune(4), 40)
    beats = [beat for beat, _ in ons(run, BASS)]
    assert 20 <= max(beats) < 24, "a bar of grace, and a cadence bar"
    assert reports(run, StateReport)[-1].state == "idle"
    assert_every_note_is_released(run)


def test_playing_on_during_the_last_bar_calls_the_end_off():
    run = follow([*tune(4), *played(*((b, b + 0.9, 64) for b in range(21, 32)))], 32)
    assert max(entries(run, 32)) == 31.0


def test_when_the_answer_does_not_come_the_plan_before_goes_on_and_then_its_last_bar():
    slow = composer(0.02, 0.02, 0.02, None, answering=one_a_beat)
    run = follow(tune(10), 40, slow)
    assert entries(run, 40) == [float(b) for b in range(4, 40)]


def test_an_answer_that_comes_late_begins_on_the_next_beat():
    run = follow(tune(6), 24, composer(0.6, 0.1, answering=one_a_beat))
    assert all(beat == int(beat) for beat, _ in ons(run, BASS))
    assert_every_note_is_released(run)


@pytest.mark.parametrize("seconds", [0.7, 2.3])
def test_a_machine_too_slow_for_every_beat_follows_all_the_same(seconds):
    pitches = random.Random(1)
    whims = played(*((b, b + 0.9, pitches.randrange(55, 80)) for b in range(40)))
    run = follow(whims, 40, composer(seconds, answering=one_a_beat))
    assert min(entries(run, 40)) <= 9
    assert len(entries(run, 40)) > 25  # bars are repeated where no answer is in time


def test_the_plan_is_told_ahead_and_what_sounds_is_committed():
    run = follow(tune(4), 16)
    plans = reports(run, PlanReport)
    assert {p.is_committed for p in plans} == {True, False}
    assert max(p.begin for p in plans) > 12


def test_a_pick_up_is_kept_with_what_it_leads_into():
    run = follow([*played((3.5, 3.9, 67)), *played(*((b, b + 0.9, 60) for b in range(4, 8)))], 40,
                 start="grid")  # fmt: skip
    assert [n.pitch for n in run.takes[0].melody.clip.notes] == [67, 60, 60, 60, 60]


def test_a_stop_in_the_pick_up_ends_it():
    run = follow([on(3.5, 67), command(3.7, "transport/stop")], 8, start="grid")
    assert reports(run, StateReport)[-1].state == "idle"
    assert_every_note_is_released(run)


def test_bars_before_the_first_can_be_followed_too():
    run = follow([command(0, "transport/locate", -16.0), *tune(4)], 16)
    assert entries(run, 0) == [float(b) for b in range(-12, 0)]


@pytest.mark.parametrize("name", ["transport/stop", "panic"])
def test_nothing_hangs_when_it_is_stopped(name):
    run = follow([*tune(6), command(13.5, name)], 30)
    assert_every_note_is_released(run)
    if name == "transport/stop":
        assert not [beat for beat, _ in ons(run, BASS) if 13.5 < beat < 14.5]


def test_a_chord_under_the_hands_is_accompanied_under_its_top_note():
    chords = [e for b in range(0, 24) for p in (48, 55, 64) for e in played((b, b + 0.9, p))]
    run = follow(chords, 24)
    assert {pitch for beat, pitch in ons(run, BASS) if beat > 8} <= {24, 31, 40}


def test_a_knob_that_never_rests_is_no_playing():
    knob = [control(beat, 11, beat) for beat in range(16, 60)]
    run = follow([*tune(4), *knob], 60)
    assert max(beat for beat, _ in ons(run, BASS)) < 24


def test_a_model_that_cannot_is_told_once():
    def refuses(_request):
        raise ValueError("this model is ill")

    run = follow(tune(10), 40, composer(answering=refuses))
    assert [r.text for r in reports(run, NoticeReport)] == ["this model is ill"]


def test_held_notes_are_accompanied_too():
    run = follow([on(0, 60), off(15.9, 60)], 16)
    assert [beat for beat, _ in ons(run, BASS)][:4] == [4.0, 5.0, 6.0, 7.0]


def test_another_tempo_bends_what_is_planned():
    run = follow([*tune(6), command(8.3, "transport/tempo", 60.0)], 24)
    assert all(beat == int(beat) for beat in entries(run, 24))
    assert_every_note_is_released(run)


def test_a_change_to_another_mode_keeps_what_was_played_and_ends_the_accompaniment():
    for mode in ("answer", "loop"):
        run = follow([*tune(3), command(10.5, "mode", mode)], 30, bars=64)
        assert len(run.takes) == 1
        assert not [beat for beat, _ in ons(run, BASS) if beat >= 12]
        assert_every_note_is_released(run)
