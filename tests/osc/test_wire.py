import math
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osc_storm import bundle, storm
from pythonosc.osc_message_builder import build_msg
from pythonosc.osc_packet import OscPacket

from bridge.osc.wire import MOST_DEPTH, Message, WireError, decode, encode

INTS = st.integers(-(2**31), 2**31 - 1)
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
VALUES = st.lists(INTS | FLOATS | TEXTS, max_size=20)
PATHS = TEXTS.map(lambda text: f"/{text[:60]}")
PING = encode("/continuo/ping", (1,))


@given(PATHS, VALUES)
def test_what_is_written_is_read_again(path, values):
    assert decode(encode(path, values)) == [Message(path, tuple(values))]


@given(PATHS, VALUES)
def test_another_library_reads_what_is_written(path, values):
    (timed,) = OscPacket(encode(path, values)).messages

    assert (timed.message.address, timed.message.params) == (path, values)


@given(st.lists(PATHS, max_size=6), st.integers(0, 2**64 - 1), st.integers(0, MOST_DEPTH - 2))
def test_a_bundle_is_taken_at_once_in_order_whatever_its_time(paths, tag, depth):
    packet = bundle(PING, bundle(*[encode(path, ()) for path in paths], time_tag=tag), PING)
    for _ in range(depth):
        packet = bundle(packet, time_tag=tag)

    ping = Message("/continuo/ping", (1,))
    assert decode(packet) == [ping, *[Message(path, ()) for path in paths], ping]


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda b: b"/" + b))
def test_no_bytes_do_more_than_be_refused(packet):
    with suppress(WireError):
        decode(packet)


def test_no_packet_of_a_storm_does_more_than_be_refused():
    read = refused = 0
    for packet in storm(seed=4, count=5_000):
        try:
            decode(packet)
            read += 1
        except WireError:
            refused += 1

    assert read > 1_000
    assert refused > 1_000


def test_every_type_that_a_client_may_send_is_read():
    message = build_msg("/x", [True, False, None, 2**40, b"ab", [1, [2.5]]])
    double = b"/x\x00\x00,d\x00\x00" + struct.pack(">d", 0.1)

    assert decode(message.dgram)[0].arguments == (True, False, None, 2**40, b"ab", 1, 2.5)
    assert decode(double)[0].arguments == (0.1,)


def test_an_unknown_type_tag_is_named():
    with pytest.raises(WireError, match="type tag 'c' is not known"):
        decode(b"/x\x00\x00,ci\x00" + b"\x00" * 8)


def test_a_broken_element_spoils_its_whole_bundle():
    with pytest.raises(WireError):
        decode(bundle(PING, b"/y\x00\x00,i\x00\x00"))


def test_bundles_are_not_followed_for_ever():
    packet = PING
    for _ in range(MOST_DEPTH + 1):
        packet = bundle(packet)

    with pytest.raises(WireError, match="deep"):
        decode(packet)


def test_a_packet_of_thousands_of_messages_is_refused():
    with pytest.raises(WireError, match="too much"):
        decode(bundle(*[PING] * 2_001))


@given(st.floats(), st.integers(), st.text(st.characters(codec=None)))
def test_anything_can_be_written_and_only_as_i_f_and_s(number, whole, text):
    ((_, (a, b, c)),) = decode(encode("/x", (number, whole, text)))

    assert math.isfinite(a)
    assert b == min(max(whole, -(2**31)), 2**31 - 1)
    assert "\x00" not in c


def test_a_folder_that_is_no_text_can_still_be_told():
    ((_, (path,)),) = decode(encode("/continuo/saved", ("/home/\udcff/take.mid",)))

    assert path == "/home/?/take.mid"
