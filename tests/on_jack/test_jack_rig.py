"""The rig itself: what is played straight into the recorder is what is read."""

import mido
import pytest
from jack_rig import Heard, Tone, parse_dump, parse_ports, wait_until
from patience import PATIENCE_SECONDS

DUMP = """jack_midi_dump starting
  47232: 90 3c 40 note on  (channel  0): pitch  60, velocity  64
  59232: 80 3c 40 note off (channel  0): pitch  60, velocity  64
Cannot read socket fd = 7 err = Connection reset by peer
 960000: b1 7b 00 control change
"""


def test_the_recorder_tells_seconds_and_messages():
    assert parse_dump(DUMP) == [
        Heard(0.984, mido.Message("note_on", note=60, velocity=64)),
        Heard(1.234, mido.Message("note_off", note=60, velocity=64)),
        Heard(20.0, mido.Message("control_change", channel=1, control=123, value=0)),
    ]


def test_a_port_is_listed_with_its_connections():
    text = "system:capture_1\nseq:out\n   mon:input\nmon:input\n   seq:out\n"
    assert parse_ports(text) == {
        "system:capture_1": [],
        "seq:out": ["mon:input"],
        "mon:input": ["seq:out"],
    }


@pytest.mark.ports
def test_a_melody_is_recorded_in_order_and_in_time(rig):
    # Late enough that a busy machine has connected the recorder before.
    tones = [Tone(8.0 + i * 0.05, 0.04, 60 + i) for i in range(20)]
    rig.play("player", tones)
    heard = rig.record("recorder", "player:out")
    wait_until(lambda: len(heard()) == 40, PATIENCE_SECONDS, "forty messages")
    onsets = [h for h in heard() if h.message.type == "note_on"]
    assert [h.message.note for h in onsets] == list(range(60, 80))
    assert onsets[-1].seconds - onsets[0].seconds == pytest.approx(0.95, abs=0.001)


@pytest.mark.ports
def test_a_server_can_be_killed_and_another_started(rig):
    rig.end_server()
    assert rig.ports() == {}
    rig.start_server()
    assert "system:playback_1" in rig.ports()
