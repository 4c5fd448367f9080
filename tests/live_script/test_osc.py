"""The script's own OSC and the bridge's understand each other, and the table covers both."""

import contextlib
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_rig import SOURCE, live_rig, script_module

from bridge.api.ableton_addresses import FROM_SCRIPT, TO_SCRIPT
from bridge.api.address import PREFIX
from bridge.osc import wire

osc = script_module("osc")
TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=20)
NUMBER = st.floats(width=32, allow_nan=False, allow_infinity=False)
VALUES = st.lists(st.one_of(st.integers(-(2**31), 2**31 - 1), NUMBER, TEXT), max_size=20)
SAMPLES = {"s": "selected", "i": 1, "f": 4.0}


@given(VALUES)
def test_what_the_bridge_sends_the_script_reads(values):
    assert osc.decode(wire.encode("/continuo/x", values)) == [("/continuo/x", tuple(values))]


@given(VALUES)
def test_what_the_script_sends_the_bridge_reads(values):
    assert wire.decode(osc.encode("/continuo/x", values)) == [("/continuo/x", tuple(values))]


@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused_in_words(packet):
    for content in (packet, b"/a\0\0" + packet, b"/a\0\0,i[f]sb\0" + packet, b"#bundle\0" + packet):
        with contextlib.suppress(osc.OscError):
            osc.decode(content)


@given(st.one_of(st.floats(), st.integers(), st.booleans()))
def test_any_number_can_be_sent(value):
    ((_, (sent,)),) = wire.decode(osc.encode("/x", [value]))
    assert sent == sent


def test_types_that_only_others_send_are_read_too():
    packet = b"/x\0\0" + b",TFNhd[i]b\0\0" + (7).to_bytes(8, "big") + b"\x40" + bytes(7)
    packet += b"\0\0\0\x05" + b"\0\0\0\x02ab\0\0"
    assert osc.decode(packet) == [("/x", (True, False, None, 7, 2.0, 5, b"ab"))]


@pytest.mark.parametrize("address", TO_SCRIPT, ids=lambda a: a.name)
def test_the_script_knows_every_address_that_the_table_has_for_it(address):
    with live_rig("12.1.0") as live:
        live.meet()
        values = [SAMPLES[p.kind] for p in address.parameters]
        live.ask(address.name.replace("live/", "", 1), *values, ms=50)
        said = [values for _, values in live.answers("error")]
        assert not any("unknown address" in sentence for _, sentence in said)


def test_the_script_has_the_version_that_continuo_has():
    project = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    with live_rig("12.1.0") as live:
        live.advance(20)
        assert live.answers("hello")[0][1][0] == project["project"]["version"]


def test_the_script_says_only_what_the_table_has_and_as_it_has_it():
    known = {address.path: address for address in FROM_SCRIPT}
    with live_rig("12.1.0") as live:
        live.world.add_track("Mine")
        live.meet()
        live.write("a", {"Alto": [(60, 0.0, 1.0, 90, 0)]})
        live.world.select(live.clips(0)["Alto"])
        live.send("read", "r", "selected")
        live.send("ping", "p")
        live.send("fly")
        live.ask("selftest", "t", ms=5000)
        live.world.unload()
        heard = list(live.everything)
    assert {PREFIX + "live/" + name for name, _ in heard} == set(known)
    for name, values in heard:
        address = known[f"{PREFIX}live/{name}"]
        assert len(values) >= address.least
        for parameter, value in zip(address.parameters, values, strict=False):
            assert isinstance(value, {"s": str, "i": int, "f": float}[parameter.kind])
