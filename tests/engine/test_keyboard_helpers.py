"""Keys sound in another octave, as chords, or one after the other."""

import pytest
from engine_requests import THRU, ask, errors, told
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from simulated_player import (
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
)

from bridge.events import PortChanged
from bridge.reports import Reply, SoundReport


def perform(*events, until=8, **given_):
    """Play to nobody who answers: what sounds is the player's."""
    return play(events, until, composer(None), **{"echo": False, **given_})


# -- another octave, chords --------------------------------------------------------------------
def test_with_all_of_it_off_a_key_is_itself():
    run = perform(*played((0, 1, 60), (0.5, 1.5, 64)))
    assert edges(run, THRU) == [(0, "on", 60), (0.5, "on", 64), (1, "off", 60), (1.5, "off", 64)]


def test_a_key_sounds_an_octave_higher_and_is_recorded_there():
    run = perform(*played((0, 1, 60)), octave=1)
    assert edges(run, THRU) == [(0, "on", 72), (1, "off", 72)]
    assert run.takes[0].melody.clip.notes[0].pitch == 72


def test_a_key_that_is_down_while_the_octave_changes_ends_where_it_began():
    shift = [command(0.5, "octave", 2), command(1.5, "octave", 0)]
    run = perform(on(0, 60), *shift, on(1, 60), off(2, 60), on(3, 60), off(3.5, 60))
    # Struck again before it was let go, it has ended where it was.
    assert edges(run, THRU) == [
        (0, "on", 60), (1, "off", 60), (1, "on", 84), (2, "off", 84), (3, "on", 60),
        (3.5, "off", 60),
    ]  # fmt: skip


def test_a_key_that_would_leave_the_keyboard_stays_in_its_octave():
    assert ons(perform(*played((0, 1, 120)), octave=3), THRU) == [(0, 120)]


def test_a_key_sounds_a_chord_of_the_key_that_is_set():
    run = perform(*played((0, 1, 62)), auto_chord="triad", controls={"key": 3.0}, models=("bass",))
    assert {pitch for _, pitch in ons(run, THRU)} == {62, 65, 69}
    in_d = perform(*played((0, 1, 62)), auto_chord="triad", controls={"key": 3.0})
    assert {pitch for _, pitch in ons(in_d, THRU)} == {62, 66, 69}


def test_a_tone_that_two_keys_share_ends_with_the_second():
    run = perform(on(0, 60), on(1, 57), off(2, 60), off(3, 57), auto_chord="triad")
    ends = {pitch: beat for beat, kind, pitch in edges(run, THRU) if kind == "off"}
    assert ends == {60: 3, 64: 3, 67: 2, 57: 3}
    assert_every_note_is_released(run)


def test_chords_of_the_left_hand_are_left_alone():
    run = perform(*played((0, 1, 40), (0, 1, 60)), split=48, octave=1, auto_chord="power")
    assert {pitch for _, pitch in ons(run, THRU)} == {40, 72, 79, 84}


def test_pads_of_a_drum_kit_are_left_alone():
    assert ons(perform(on(0, 36, channel=9), off(1, 36, channel=9), octave=2)) == [(0, 36)]


# -- the arpeggio ------------------------------------------------------------------------------
CHORD = (60, 64, 67)


def chord(begin, end, pitches=CHORD):
    return played(*((begin, end, pitch) for pitch in pitches))


def arpeggio(*events, until=8, **given_):
    return perform(*events, until=until, **{"arpeggio": "up", **given_})


def test_keys_take_turns_in_time_from_the_first_note_on_which_is_the_downbeat():
    run = arpeggio(*chord(0.7, 2.6), arpeggio_gate=0.5)
    assert edges(run, THRU) == [
        (0, "on", 60), (0.25, "off", 60), (0.5, "on", 64), (0.75, "off", 64),
        (1, "on", 67), (1.25, "off", 67), (1.5, "on", 60), (1.75, "off", 60),
    ]  # fmt: skip
    recorded = [(n.start, n.end, n.pitch) for n in run.takes[0].melody.clip.notes]
    assert recorded == [(0, 0.25, 60), (0.5, 0.75, 64), (1, 1.25, 67), (1.5, 1.75, 60)]


@pytest.mark.parametrize(
    ("pattern", "octaves", "turns"),
    [
        ("up", 2, [60, 64, 67, 72, 76, 79, 60, 64]),
        ("down", 1, [67, 64, 60, 67, 64, 60, 67, 64]),
        ("up-down", 1, [60, 64, 67, 64, 60, 64, 67, 64]),
        ("up-down", 2, [60, 64, 67, 72, 76, 79, 76, 72]),
    ],
)
def test_the_order_of_a_pattern(pattern, octaves, turns):
    given_ = {"arpeggio": pattern, "arpeggio_octaves": octaves, "until": 4.1}
    run = arpeggio(command(0, "transport/start"), *chord(0.3, 4.05), **given_)
    assert [pitch for _, pitch in ons(run, THRU)] == turns


@pytest.mark.parametrize(
    ("rate", "beats"),
    [
        ("1/4", [0, 1, 2]),
        ("1/4t", [0, 0.666667, 1.333333]),
        ("1/8t", [0, 0.333333, 0.666667]),
        ("1/16", [0, 0.25, 0.5]),
        ("1/16t", [0, 0.166667, 0.333333]),
    ],
)
def test_a_turn_is_as_long_as_the_rate_says(rate, beats):
    assert [beat for beat, _ in ons(arpeggio(*chord(0, 3), arpeggio_rate=rate), THRU)][:3] == beats


def test_random_is_the_same_each_time_and_only_what_is_held():
    first, again = (ons(arpeggio(*chord(0, 4), arpeggio="random"), THRU) for _ in "12")
    assert first == again
    assert {pitch for _, pitch in first} == set(CHORD)


def test_in_a_running_song_the_first_turn_is_on_the_next_step_or_the_one_just_missed():
    running = command(0, "transport/start")
    early = arpeggio(running, *chord(1.3, 2.2))
    assert [beat for beat, _ in ons(early, THRU)] == [1.5, 2]
    late = arpeggio(running, *chord(1.06, 1.8))
    assert [beat for beat, _ in ons(late, THRU)] == [1.06, 1.5]


def test_held_on_it_goes_on_until_other_keys_are_struck():
    hold = {"arpeggio_hold": True, "start": "grid"}
    run = arpeggio(*chord(0, 0.3, (60,)), *chord(2.2, 2.3, (72,)), until=3.9, **hold)
    assert ons(run, THRU) == [
        (0, 60), (0.5, 60), (1, 60), (1.5, 60), (2, 60), (2.5, 72), (3, 72), (3.5, 72)
    ]  # fmt: skip


def test_what_is_held_on_ends_when_that_is_switched_off():
    run = arpeggio(
        *chord(0, 0.3), command(1.2, "arpeggio/hold", 0), arpeggio_hold=True, start="grid"
    )
    assert [beat for beat, _ in ons(run, THRU)] == [0, 0.5, 1]
    assert_every_note_is_released(run)


@pytest.mark.parametrize(
    "end", [command(1.1, "transport/stop"), command(1.1, "panic"), command(1.1, "arpeggio", "off")]
)
def test_a_stop_ends_it_until_keys_are_struck_anew(end):
    run = arpeggio(*chord(0, 6), end, arpeggio_gate=1.0)
    assert [beat for beat, _ in ons(run, THRU)] == [0, 0.5, 1]
    assert edges(run, THRU)[-1] == (1.1, "off", 67)


def test_a_keyboard_that_is_unplugged_between_two_turns_ends_it():
    gone = PortChanged(1.4 / 2, "source lost", "Keystation")
    run = arpeggio(*(on(0, pitch) for pitch in CHORD), gone, arpeggio_gate=0.5)
    assert [beat for beat, _ in ons(run, THRU)] == [0, 0.5, 1]


def test_while_the_clock_stands_it_runs_at_the_tempo_and_is_not_recorded():
    run = arpeggio(*chord(1, 2.6), clock="midi", until=6)
    assert len(ons(run, THRU)) == 4
    assert run.takes == []
    assert_every_note_is_released(run)


def test_a_chord_of_one_key_takes_turns_too():
    run = arpeggio(*chord(0, 1.9, (60,)), auto_chord="triad")
    assert [pitch for _, pitch in ons(run, THRU)] == [60, 64, 67, 60]


def test_a_machine_that_stood_still_leaves_turns_out_and_goes_on_in_time():
    run = play(chord(0, 6, (60,)), 4.4, composer(None), [(0.55, 1.65)], arpeggio="up", echo=False)
    assert [beat for beat, _ in ons(run, THRU)] == [0, 0.5, 1, 3.5, 4]


def test_the_phrase_is_answered_with_what_took_turns_as_its_melody():
    asked = composer()
    play(chord(0, 3.8), 12, asked, arpeggio="up")
    assert [n.pitch for n in asked.requests[-1].melody.notes] == [60, 64, 67, 60, 64, 67, 60, 64]


# -- by OSC, by buttons and knobs --------------------------------------------------------------
def test_a_wrong_word_is_refused_in_a_sentence_and_nothing_changes():
    run = perform(ask(1, "arpeggio", "sideways"), ask(2, "arpeggio"), ask(3, "octave", 9))
    assert told(run, "arpeggio") == [("off",)]
    assert "'sideways'" in errors(run)[0].text
    assert "octave must be in range -3..3" in errors(run)[1].text


def test_buttons_change_the_octave_and_hold_on_and_tap_the_tempo():
    learnt = [("octave-up", 20), ("octave-down", 21), ("hold", 22), ("tap", 23)]
    given_ = [ask(0, "cc/map", function, cc) for function, cc in learnt]
    presses = [control(b, cc, 127) for b, cc in ((1, 20), (2, 20), (3, 21), (4, 22))]
    taps = [control(b, 23, v) for i in range(4) for b, v in ((5 + 2 * i, 127), (5.1 + 2 * i, 0))]
    run = perform(*given_, *presses, *taps, ask(15, "status"), until=16)
    assert told(run, "octave") == [(1,), (2,), (1,)]
    assert told(run, "arpeggio/hold") == [(1,)]
    assert round(next(r.bpm for r in run.reports if hasattr(r, "offset_ms")), 3) == 60.0


def test_a_knob_chooses_the_pattern_and_says_so_once():
    run = perform(
        ask(0, "cc/map", "arpeggio", 20), *(control(1 + i / 50, 20, i) for i in range(127))
    )
    assert [values for (values,) in told(run, "arpeggio")][:2] == ["off", "up"]
    assert len(told(run, "arpeggio")) <= 5


def test_a_tap_may_tell_how_long_ago_it_was():
    late = (0, 100, 20, 50)
    taps = [ask(2 * i + ms / 500, "tap", float(ms)) for i, ms in enumerate(late)]
    run = perform(*taps, ask(10, "status"), until=12)
    assert round(next(r.bpm for r in run.reports if hasattr(r, "offset_ms")), 3) == 60.0


# -- nothing hangs -----------------------------------------------------------------------------
BEATS = st.floats(0, 12)
KEYS = st.builds(
    lambda beat, kind, pitch: (on if kind else off)(beat, pitch),
    BEATS,
    st.booleans(),
    st.sampled_from([48, 57, 60, 64, 120]),
)
SWITCHED = st.one_of(
    st.tuples(st.just("octave"), st.integers(-3, 3)),
    st.tuples(st.just("auto-chord"), st.sampled_from(["off", "triad", "seventh", "power"])),
    st.tuples(st.just("arpeggio"), st.sampled_from(["off", "up", "down", "up-down", "random"])),
    st.tuples(st.just("arpeggio/rate"), st.sampled_from(["1/4", "1/8t", "1/16"])),
    st.tuples(st.just("arpeggio/octaves"), st.integers(1, 4)),
    st.tuples(st.just("arpeggio/gate"), st.sampled_from([0.05, 0.5, 1.0])),
    st.tuples(st.just("arpeggio/hold"), st.integers(0, 1)),
    st.tuples(st.just("transport/tempo"), st.sampled_from([60.0, 240.0])),
    st.tuples(st.just("transport/locate"), st.sampled_from([0.0, 9.5])),
    st.tuples(st.sampled_from(["transport/start", "transport/stop", "panic", "record/start"])),
)
PEDALS = st.builds(control, BEATS, st.just(64), st.sampled_from([0, 127]))
PORTS = st.builds(
    lambda beat, state: PortChanged(beat / 2, state, "Keystation"),
    BEATS,
    st.sampled_from(["input lost", "input back", "source lost"]),
)
SCRIPTS = st.lists(
    st.one_of(KEYS, KEYS, st.builds(lambda b, c: command(b, *c), BEATS, SWITCHED), PEDALS, PORTS),
    max_size=30,
)


def hanging(run) -> set:
    """What sounds, and what is recorded, when everything has been let go for a while."""
    sounding = set()
    for report in run.reports:
        if isinstance(report, SoundReport) and report.message.type.startswith("note_"):
            key = ("sounds", report.message.channel, report.message.note)
            (sounding.add if report.message.type == "note_on" else sounding.discard)(key)
        elif isinstance(report, Reply) and report.name == "played":
            on_, _, pitch, _ = report.values
            (sounding.add if on_ else sounding.discard)(("is recorded", pitch))
        elif isinstance(report, Reply) and report.name == "pong":
            return sounding
    raise AssertionError("it was not asked")


@hypothesis_settings(max_examples=60)
@given(SCRIPTS, st.sampled_from(["answer", "follow"]), st.booleans())
def test_no_note_hangs_whatever_is_switched_while_keys_are_held(script, mode, runs):
    last = [off(12.5, pitch) for pitch in (48, 57, 60, 64, 120)]
    last += [control(12.5, 64, 0), command(12.6, "arpeggio/hold", 0), command(19, "ping")]
    run = perform(*script, *last, until=20, mode=mode, start="grid" if runs else None)
    assert_every_note_is_released(run)
    assert hanging(run) == set()
