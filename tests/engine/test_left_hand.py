"""The hand below the split leads the harmony: what is heard, and when."""

import pytest
from chord_player import AM, BASS, DEAF, HEARS, C, F, G, chord, lead
from engine_requests import ask, errors, told
from engine_strategies import events, latencies, plays
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from simulated_player import (
    BEAT,
    assert_every_note_is_released,
    command,
    edges,
    off,
    on,
    ons,
    played,
    reports,
)

from bridge.events import PortChanged
from bridge.reports import NoticeReport, Reply, StatusLine

C3 = 48
MELODY = played(*((b, b + 0.9, 60 + b % 4) for b in range(16)))
LONG = played(*((b, b + 0.9, 60 + b % 4) for b in range(32)))


def bass(run, begin=0.0, end=1e9):
    return [(beat, pitch % 12) for beat, pitch in ons(run, BASS) if begin <= beat < end]


def notices(run):
    return [r.text for r in reports(run, NoticeReport)]


hands = st.builds(
    chord, st.floats(0, 20), st.floats(0, 24), st.sampled_from([C, F, G, AM, (36, 38)])
)
leads = st.sampled_from([("chord", "C F"), ("chord",), ("split", "off"), ("split", "C4")])
leading = st.builds(lambda at, what: command(at, *what), st.floats(0, 20), leads)


@hypothesis_settings(max_examples=60)
@given(
    st.lists(events, max_size=25),
    st.lists(hands, max_size=6),
    st.lists(leading, max_size=3),
    latencies,
    plays,
    st.sampled_from(["answer", "loop", "follow"]),
)
def test_whatever_the_hands_do_every_note_is_released(script, chords, led, waits, how, mode):
    given_ = {**how, "mode": mode, "split": C3}
    del given_["models"]
    script = [*script, *led, *(event for keys in chords for event in keys)]
    run = lead(script, 40, *waits, **given_)
    assert_every_note_is_released(run)


# -- what is melody, and what is not -----------------------------------------------------------
def test_keys_below_the_split_are_heard_and_are_no_melody():
    run = lead([*MELODY[:8], *chord(0, 4, C)], 12, split=C3)
    assert {pitch for _, pitch in ons(run, 0)} >= set(C)
    (take,) = run.takes[:1]
    assert [n.pitch for n in take.melody.clip.notes] == [60, 61, 62, 63]
    assert_every_note_is_released(run)


def test_they_need_not_be_heard():
    run = lead([*MELODY[:8], *chord(0, 4, C)], 12, split=C3, chord_thru=False)
    assert not {pitch for _, pitch in ons(run, 0)} & set(C)
    assert bass(run, 4, 8) == [(4, 0), (5, 0), (6, 0), (7, 0)]


def test_a_key_that_sounds_is_released_though_chords_are_muted_meanwhile():
    run = lead([*MELODY[:8], *chord(0, 3, C), command(1, "split/thru", 0)], 12, split=C3)
    assert {(beat, kind) for beat, kind, pitch in edges(run, 0) if pitch in C} == {
        (0, "on"),
        (3, "off"),
    }
    assert_every_note_is_released(run)


def test_without_a_split_every_key_is_melody():
    run = lead([*MELODY[:8], *chord(0, 4, C)], 12)
    assert not any(request.chords for request in run.requests)


def test_keys_of_a_second_channel_are_chords_wherever_they_lie():
    run = lead([*MELODY[:8], *chord(0, 4, [60, 64, 67], channel=1)], 12, chord_channel=1)
    assert bass(run, 4, 8) == [(4, 0), (5, 0), (6, 0), (7, 0)]
    assert [n.pitch for n in run.takes[0].melody.clip.notes] == [60, 61, 62, 63]


def test_a_key_that_is_down_stays_with_its_hand_when_the_split_moves():
    held = [on(0.0, 50), command(1, "split", "C4"), off(3.0, 50)]
    run = lead([*held, *MELODY[:8]], 12, split=C3)
    assert 50 in [n.pitch for n in run.takes[0].melody.clip.notes]
    assert_every_note_is_released(run)


# -- mode answer -------------------------------------------------------------------------------
def test_a_phrase_is_answered_with_the_chords_of_its_left_hand():
    hand = [*chord(0, 1.5, C), *chord(2, 3.5, F)]
    run = lead([*MELODY[:8], *hand], 12, split=C3)
    assert bass(run, 4, 8) == [(4, 0), (5, 0), (6, 5), (7, 5)]
    assert told(run, "chord/lead")[:2] == [("C",), ("F",)]


def test_a_chord_struck_a_little_early_or_late_is_meant_for_its_half_beat():
    hand = [*chord(0.06, 1.5, C), *chord(1.9, 3.5, AM)]
    run = lead([*MELODY[:8], *hand], 12, split=C3)
    starts = {n.start for n in run.requests[-1].chords.notes}
    assert starts == {0.0, 2.0}


def test_the_melody_leads_where_no_chord_was_played():
    run = lead(MELODY[:8], 12, split=C3)
    assert not any(request.chords for request in run.requests)
    assert bass(run, 4, 8) == [(4, 0), (5, 1), (6, 2), (7, 3)]


def test_a_chord_is_latched_until_another_is_played():
    run = lead([*MELODY[:16], *chord(0, 0.5, G)], 13, split=C3)
    assert {pitch for _, pitch in bass(run, 4, 12)} == {G[0] % 12}


def test_when_a_song_begins_anew_the_chord_of_the_last_one_is_forgotten():
    anew = played(*((20 + b, 20.9 + b, 60 + b) for b in range(4)))
    run = lead([*MELODY[:8], *chord(0, 3, G), command(12, "transport/stop"), *anew], 32, split=C3)
    assert told(run, "chord/lead") == [("G",), ("",)]
    assert not run.requests[-1].chords.notes


def test_a_change_of_tempo_leaves_the_chords_on_their_beats():
    slower = command(3, "transport/tempo", 60)
    run = lead([*MELODY[:6], *chord(0, 1, C), *chord(2, 3, AM), slower], 20, split=C3)
    assert {n.start for n in run.requests[-1].chords.notes} == {0.0, 2.0}


def test_the_answer_that_sounds_changes_with_the_hand_within_a_beat():
    run = lead([*LONG, *chord(0, 2, C), *chord(2, 4, F), *chord(5.3, 7, AM)], 8, split=C3)
    heard = bass(run, 4, 8)
    assert heard[:2] == [(4, 0), (5, 0)]
    assert {p for beat, p in heard if beat > 5.5} == {AM[0] % 12}
    assert [beat for beat, _ in heard] == [4, 5, 5.5, 6, 7]
    assert_every_note_is_released(run)


def test_the_next_phrase_is_answered_though_the_hand_changed_what_sounds():
    hand = [*chord(0, 2, C), *chord(7.4, 9, AM), *chord(9.5, 11.5, G)]
    run = lead([*MELODY, *hand], 20, 0.02, 0.02, 0.3, 0.3, 0.3, split=C3)
    assert len([take for take in run.takes if take.accompaniment]) >= 3
    assert bass(run, 12, 16)
    assert_every_note_is_released(run)


# -- mode follow -------------------------------------------------------------------------------
def test_in_mode_follow_the_accompaniment_changes_by_the_next_half_beat():
    hand = [*chord(0, 6, C), *chord(6.6, 12, AM), *chord(13.02, 16, F)]
    run = lead([*LONG, *hand], 20, split=C3, mode="follow", commit=0.25)
    assert {p for _, p in bass(run, 4, 6.6)} == {0}
    assert {p for _, p in bass(run, 7, 13)} == {AM[0] % 12}
    assert bass(run, 14, 16) == [(14, F[0] % 12), (15, F[0] % 12)]
    assert_every_note_is_released(run)


@pytest.mark.parametrize(("struck", "heard"), [(8.05, 8.25), (8.14, 8.25), (8.3, 8.5), (8.9, 9.0)])
def test_a_chord_that_is_asked_for_at_once_is_heard_on_the_very_next_sixteenth(struck, heard):
    run = lead([*LONG, *chord(0, 8, C), *chord(struck, 12, AM)], 16, split=C3, mode="follow")
    new = [beat for beat, pitch in bass(run, 8, 12) if pitch == AM[0] % 12]
    assert new[0] == heard
    assert_every_note_is_released(run)


@pytest.mark.parametrize("mode", ["answer", "loop", "follow"])
def test_the_request_is_put_within_30_ms_of_the_last_key(mode):
    run = lead([*LONG, *chord(0, 8, C), *chord(9.3, 12, AM, apart=0.02)], 16, split=C3, mode=mode)
    asked = [r for r in reports(run, Reply) if r.name == "chord/lead"]
    assert asked[-1].values == ("Am",)
    led = [r for r in run.requests if any(n.pitch % 12 == AM[0] % 12 for n in r.chords.notes)]
    put_at = run.asked_at[run.requests.index(led[0])]
    assert put_at - 9.34 * BEAT <= 0.03


def test_a_rolled_chord_leads_from_its_first_key_on():
    run = lead([*LONG, *chord(8.2, 12, AM, apart=0.16)], 16, split=C3, mode="follow")
    assert told(run, "chord/lead")[-1] == ("Am",)
    assert min(n.start for n in run.requests[-1].chords.notes) == 8.0


@pytest.mark.parametrize("struck", [8.0, 8.3, 8.55, 8.9])
def test_pads_of_the_chord_before_end_by_the_next_half_beat(struck):
    run = lead([*LONG, *chord(0, 8, C), *chord(struck, 12, AM)], 16, split=C3, mode="follow")
    sounding = set()
    for beat, kind, pitch in edges(run, BASS + 1):
        sounding.add(pitch % 12) if kind == "on" else sounding.discard(pitch % 12)
        if struck + 0.5 < beat < 12:
            assert sounding <= {k % 12 for k in AM}
    assert (7 in {p % 12 for b, p in ons(run, BASS + 1) if b < struck}) is True
    assert_every_note_is_released(run)


def test_the_left_hand_alone_is_accompanied_too_and_its_chord_goes_on_until_it_is_stopped():
    run = lead([*chord(0, 14, C), command(40.5, "record/stop")], 60, split=C3, mode="follow")
    assert bass(run, 4, 44) == [(beat, 0) for beat in range(4, 44)]
    assert not bass(run, 48)
    lines = [r.text for r in reports(run, StatusLine)]
    assert any("playing on without you" in line for line in lines)
    assert_every_note_is_released(run)


def test_where_the_melody_leads_silence_ends_it_though_keys_are_chords():
    run = lead(MELODY, 40, split=C3, mode="follow")
    assert not bass(run, 28)


# -- mode loop ---------------------------------------------------------------------------------
def test_a_loop_takes_the_new_chord_within_a_beat_and_keeps_its_take():
    run = lead([*MELODY[:8], *chord(9.3, 20, AM)], 20, split=C3, mode="loop")
    assert {p for _, p in bass(run, 4, 9)} == {0, 1, 2, 3}
    after = bass(run, 10.3, 20)
    assert {p for _, p in after} == {AM[0] % 12}
    assert [beat for beat, _ in after] == [11, 12, 13, 14, 15, 16, 17, 18, 19]
    assert len(run.takes) == 1
    assert_every_note_is_released(run)


def test_in_a_loop_what_sounds_goes_over_into_the_new_chord():
    run = lead([*MELODY[:8], *chord(5, 7, C), *chord(9.3, 20, AM)], 16, split=C3, mode="loop")
    pads = [edge for edge in edges(run, BASS + 1) if 9 <= edge[0] < 12]
    resolved = [(kind, pitch % 12) for _, kind, pitch in pads]
    assert ("off", 7) in resolved
    assert ("on", 0) in resolved
    assert ("off", 4) not in resolved  # E is in both
    assert_every_note_is_released(run)


# -- models, settings, words -------------------------------------------------------------------
def test_a_model_that_hears_no_chords_says_so_once():
    hand = [*chord(0, 1, C), *chord(2, 3, F), *chord(5, 6, G)]
    run = lead([*MELODY[:16], *hand], 16, split=C3, manifest=DEAF)
    assert sum("hears no chords" in text for text in notices(run)) == 1
    assert not any(request.chords for request in run.requests)


def test_the_split_is_set_and_told_while_playing():
    run = lead(
        [
            ask(0, "split"),
            ask(1, "split", "F#2"),
            ask(2, "split/channel", 2),
            ask(3, "split", "off"),
        ],
        6,
    )
    assert told(run, "split") == [("off", 0, 1), ("F#2", 0, 1), ("F#2", 2, 1), ("off", 2, 1)]


@pytest.mark.parametrize("key", ["H3", "C", "200", "-3"])
def test_what_is_no_key_is_an_error(key):
    assert "must look like C3" in errors(lead([ask(1, "split", key)], 4))[0].text


def test_without_a_split_any_more_the_melody_leads_again():
    run = lead([*LONG, *chord(0, 20, C), ask(9.1, "split", "off")], 16, split=C3, mode="follow")
    assert {p for _, p in bass(run, 4, 9)} == {0}
    assert {p for _, p in bass(run, 10, 16)} == {0, 1, 2, 3}
    assert told(run, "chord/lead")[-1] == ("",)


def test_the_line_says_which_keys_are_chords_and_which_one_leads():
    run = lead([*MELODY[:8], *chord(0, 3, AM)], 8, split=C3)
    lines = [r.text for r in reports(run, StatusLine)]
    assert lines[0].endswith("keys below C3 are chords")
    assert any("keys below C3 are chords: Am leads" in line for line in lines)


def test_a_keyboard_that_is_gone_holds_no_chord():
    gone = PortChanged(6 * BEAT, "input lost", "keys")
    run = lead([*chord(0, 40, C), gone], 30, split=C3, mode="follow", manifest=HEARS)
    assert not bass(run, 20)
