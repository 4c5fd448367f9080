"""What the player plays goes through on one channel, and a bend never reaches another's notes."""

from collections import defaultdict

import mido
from hypothesis import given
from hypothesis import strategies as st

from bridge.notes.thru import ThruRouter

THRU, SPARE = 0, (14, 13, 12)


def on(pitch, channel=0):
    return mido.Message("note_on", note=pitch, channel=channel, velocity=80)


def off(pitch, channel=0):
    return mido.Message("note_off", note=pitch, channel=channel)


def bend(value, channel=0):
    return mido.Message("pitchwheel", pitch=value, channel=channel)


def routed(*messages):
    router = ThruRouter()
    return [out for message in messages for out in router.route(message, THRU, SPARE)]


def test_an_ordinary_keyboard_goes_through_on_the_thru_channel_whatever_its_own():
    played = (on(60, 5), bend(100, 5), off(60, 5), on(62, 5), off(62, 5))
    assert [m.channel for m in routed(*played)] == [THRU] * 5


def test_a_split_keyboard_without_bends_stays_on_one_channel():
    assert [m.channel for m in routed(on(40, 1), on(60, 0), off(40, 1), off(60, 0))] == [THRU] * 4


def test_each_note_of_an_mpe_player_keeps_its_own_bend():
    struck = (bend(0, 1), on(60, 1), bend(0, 2), on(64, 2))
    out = routed(*struck, bend(500, 2), bend(-300, 1), off(60, 1), off(64, 2))
    low = next(m.channel for m in out if m.type == "note_on" and m.note == 60)
    high = next(m.channel for m in out if m.type == "note_on" and m.note == 64)
    assert low != high
    assert [(m.channel, m.pitch) for m in out if m.type == "pitchwheel" and m.pitch] == [
        (high, 500),
        (low, -300),
    ]
    assert [(m.channel, m.note) for m in out if m.type == "note_off"] == [(low, 60), (high, 64)]


def test_a_bend_that_cannot_be_kept_from_others_notes_is_left_out():
    assert [m.type for m in routed(on(60, 0), on(64, 1), bend(500, 1))] == ["note_on", "note_on"]


def test_a_note_of_another_channel_is_not_struck_bent():
    out = routed(on(60, 1), bend(500, 1), off(60, 1), on(64, 2))
    assert (out[-2].type, out[-2].pitch) == ("pitchwheel", 0)
    assert out[-2].channel == out[-1].channel


def test_a_pedal_reaches_every_note_that_sounds():
    out = routed(
        bend(1, 1),
        on(60, 1),
        bend(1, 2),
        on(64, 2),
        mido.Message("control_change", control=64, value=127),
    )
    notes = {m.channel for m in out if m.type == "note_on"}
    assert {m.channel for m in out if m.type == "control_change"} == notes


messages = st.one_of(
    st.builds(on, st.integers(60, 63), st.integers(0, 3)),
    st.builds(off, st.integers(60, 63), st.integers(0, 3)),
    st.builds(bend, st.sampled_from([-400, 0, 400]), st.integers(0, 3)),
)


@given(st.lists(messages, max_size=60))
def test_whatever_is_played_no_bend_reaches_anothers_note_and_every_note_ends_where_it_began(
    played,
):
    router, sounding, bent = ThruRouter(), defaultdict(set), defaultdict(int)
    where, by = {}, {}
    for message in played:
        for out in router.route(message, THRU, SPARE):
            key = (message.channel, getattr(message, "note", None))
            if out.type == "pitchwheel":
                others = {k for k in sounding[out.channel] if k[0] != message.channel}
                assert not others or out.pitch == bent[out.channel]
                bent[out.channel], by[out.channel] = out.pitch, message.channel
            elif out.type == "note_on":
                assert bent[out.channel] == 0 or by[out.channel] == message.channel
                assert where.setdefault(key, out.channel) == out.channel
                sounding[out.channel].add(key)
            elif key in where:
                assert out.channel == where.pop(key)
                sounding[out.channel].discard(key)
