"""The cable of MIDI clock is pulled while the song runs, and put back: the beats go on."""

from dataclasses import dataclass

import pytest
from clock_rig import PERIOD, Score, Source
from jack_play import Performance, on_jack
from jack_rig import Heard, JackRig, wait_until
from patience import PATIENCE_SECONDS
from recorded_notes import strikes
from system_programs import need_module, need_program

pytestmark = pytest.mark.ports

BPM = 132.0
APART = 12.0  # beats without the clock


@dataclass(frozen=True)
class Unplugged:
    """The clicks and all pulses, also those that did not arrive, and what the bridge said."""

    heard: list[Heard]
    pulled_beat: float
    put_back_beat: float
    said: str
    tolerance_seconds: float


def beat(recording: list[Heard]) -> float:
    """The sender's beat."""
    pulses = Score(recording).pulses
    return pulses[-1].beat if pulses else -1.0


def scenario(rig: JackRig) -> Unplugged:
    source = Source(rig, BPM)
    bridge = Performance(rig, ["--clock", "midi", "--click", "--osc-port", "0"])
    entry = rig.port("Continuo In:")
    rig.connect(source.port, rig.port("ear1:input"))
    rig.connect(source.port, entry)
    source.order("start")
    wait_until(lambda: beat(bridge.heard()) > 6, PATIENCE_SECONDS, "the clock")
    rig.run("jack_disconnect", source.port, entry)
    pulled = beat(bridge.heard())
    bridge.expect(
        lambda: "lost" in bridge.said(), PATIENCE_SECONDS, "the news that the clock is lost"
    )
    wait_until(lambda: beat(bridge.heard()) > pulled + APART, PATIENCE_SECONDS, "the clock")
    rig.connect(source.port, entry)
    put_back = beat(bridge.heard())
    wait_until(lambda: beat(bridge.heard()) > put_back + 6, PATIENCE_SECONDS, "the clock")
    assert bridge.end() == 0
    return Unplugged(bridge.heard(), pulled, put_back, bridge.said(), bridge.tolerance_seconds)


@pytest.fixture(scope="module")
def unplugged(tmp_path_factory) -> Unplugged:
    need_program("jack_midi_clock", "jack_disconnect")
    need_module("jack")
    return on_jack(scenario, tmp_path_factory.mktemp("unplugged"), PERIOD)


def test_the_musician_is_told_that_the_clock_is_lost_and_that_it_is_back(unplugged):
    assert "MIDI clock is lost: going on at 13" in unplugged.said
    assert "MIDI clock is back" in unplugged.said


def test_with_the_clock_without_it_and_with_it_again_every_beat_is_the_senders(unplugged):
    score = Score(unplugged.heard)
    clicks = [h.seconds for h in unplugged.heard if strikes(h)]
    beats = [score.nearest(at, 24).beat for at in clicks]
    assert beats == [float(i) for i in range(len(beats))]
    assert len(beats) > unplugged.put_back_beat + 5 > APART + 10
    for at in clicks:
        assert abs(score.error_ms(at, 24)) < 1000 * unplugged.tolerance_seconds
