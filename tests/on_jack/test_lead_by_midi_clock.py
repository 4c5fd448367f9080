"""Continuo leads: another program's clock meter hears it start, and its notes lie on its pulses."""

import re
import signal
from dataclasses import dataclass
from functools import cached_property
from statistics import mean

import pytest
from clock_rig import PERIOD, Score
from jack_play import Performance, melody, on_jack
from jack_rig import RATE, Heard, JackRig
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging, on_channels, sounded
from system_programs import need_program

pytestmark = pytest.mark.ports

BPM = 123.0
BARS = 1


@dataclass(frozen=True)
class Led:
    """What came out of Continuo, and what the clock meter made of it."""

    heard: list[Heard]
    metered: str
    exit_code: int
    tolerance_seconds: float

    @cached_property
    def score(self) -> Score:
        return Score(self.heard)

    @cached_property
    def notes(self) -> list[Sounded]:
        return sounded(self.heard)


def scenario(rig: JackRig) -> Led:
    rig.spawn("stdbuf", "-oL", "jack_mclk_dump", "-n", log="meter.log")
    options = ["--clock-out", "--tempo", f"{BPM:g}", "--bars", str(BARS), "--seed", "7"]
    bridge = Performance(rig, [*options, "--mode", "answer", "--start", "note", "--osc-port", "0"])
    rig.connect(rig.port("Continuo Out:"), rig.port("mclk"))
    bridge.play(melody(4 * BARS, BPM))
    bridge.first_accompaniment()
    bridge.expect(
        lambda: "- waiting for you" in bridge.said().split("playing the answer")[-1],
        PATIENCE_SECONDS,
        "its end",
    )
    exit_code = bridge.end(signal.SIGTERM)
    return Led(bridge.heard(), rig.said("meter.log"), exit_code, bridge.tolerance_seconds)


@pytest.fixture(scope="module")
def led(tmp_path_factory) -> Led:
    need_program("jack_mclk_dump")
    return on_jack(scenario, tmp_path_factory.mktemp("led"), PERIOD)


def test_another_program_hears_start_and_stop(led):
    events = re.findall(r"EVENT \(0x(f[abc])\)", led.metered)
    assert events[0] == "fa"
    assert events[-1] == "fc"


def test_another_program_counts_the_bars_and_the_tempo_as_we_do(led):
    assert re.findall(r"\d\|\d\|\d", led.metered)[-1] == f"{2 * BARS}|4|3"
    frames = [int(count) for count in re.findall(r"dt: +(\d+)\[sm\] +\d", led.metered)]
    assert 60 * RATE / 24 / mean(frames) == pytest.approx(BPM, rel=0.02)


def test_pulses_tell_the_tempo_before_the_song_starts(led):
    types = [h.message.type for h in led.heard]
    assert types[: types.index("start")].count("clock") > 12


def test_the_song_starts_with_the_first_note_of_the_melody(led):
    first = led.score.pulses[0]
    assert first.beat == 0
    assert abs(first.seconds - led.notes[0].start_seconds) < led.tolerance_seconds


def test_the_accompaniment_lies_on_the_pulses(led):
    voices = on_channels(led.notes, *range(1, 16))
    assert led.score.nearest(voices[0].start_seconds).beat == 4 * BARS
    for note in voices:
        assert abs(led.score.error_ms(note.start_seconds)) < 1000 * led.tolerance_seconds


def test_it_ends_well(led):
    assert led.exit_code == 0
    assert hanging(led.heard) == []
