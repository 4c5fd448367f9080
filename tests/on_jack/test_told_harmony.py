"""A key and chords that are told, at the start and by an OSC client, through real ports on JACK."""

import re

import pytest
from jack_play import TOO_LATE, Performance, on_jack
from jack_rig import LEAD_SECONDS, JackRig, RigError, Tone
from osc_client import OscClient
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging, on_channels

from models.music.chord_names import chord_name

pytestmark = pytest.mark.ports

BPM = 90.0
BEAT = 60 / BPM
BAR = 4 * BEAT
BARS = 2
BASS = 3
MELODY = (72, 76, 81, 76, 72, 69, 76, 72)  # bears C, Am and F alike
AM = {9, 0, 4}


def phrase() -> list[Tone]:
    return [Tone(LEAD_SECONDS + i * BEAT, 0.9 * BEAT, p) for i, p in enumerate(MELODY)]


def answered(bridge: Performance, number: int) -> list[Sounded]:
    """Play a phrase; give the accompaniment that comes after it, once it has ended."""
    before = len(bridge.accompaniment())
    bridge.play(phrase())

    def answer() -> list[Sounded]:
        return bridge.accompaniment()[before:]

    def is_over() -> bool:
        if TOO_LATE in bridge.said():
            raise RigError(f"the machine was so busy that {TOO_LATE}")
        notes = answer()
        if not notes or hanging(bridge.heard()):
            return False
        return notes[-1].start_seconds - notes[0].start_seconds > (BARS - 1) * BAR

    bridge.expect(is_over, BARS * BAR + PATIENCE_SECONDS, f"the end of answer {number}")
    return answer()


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    def scenario(rig: JackRig):
        options = ["--mode", "answer", "--bars", str(BARS), "--tempo", f"{BPM:g}", "--seed", "3"]
        bridge = Performance(rig, [*options, "--key", "Em", "--osc-port", "0"])
        [port] = re.findall(r"OSC: in at (\d+)", bridge.said())
        told: dict[str, tuple[object, ...]] = {}
        with OscClient(int(port)) as client:
            client.send("key")
            told["at the start"] = client.wait_for("key")
            client.send("key", "Gm")
            told["set"] = client.wait_for("key")
            client.send("key", "H")
            told["wrong key"] = client.wait_for("error")
            client.send("key", "auto")
            told["auto"] = client.wait_for("key")
            client.send("chord", "Hm7")
            told["wrong chord"] = client.wait_for("error")
            client.send("chord", "Am")
            told["lead"] = client.wait_for("chord/lead")
            answers = [answered(bridge, 1), answered(bridge, 2)]
        assert bridge.end() == 0
        return bridge, told, answers

    return on_jack(scenario, tmp_path_factory.mktemp("told"))


def test_the_key_that_was_given_at_the_start_is_told_as_set(played):
    _, told, _ = played
    assert told["at the start"] == ("Em", 1.0, 1)


def test_a_key_is_set_and_let_go_by_osc_and_a_wrong_one_is_said_in_a_sentence(played):
    _, told, _ = played
    assert told["set"] == ("Gm", 1.0, 1)
    assert told["auto"][2] == 0
    assert "'H'" in str(told["wrong key"])


def test_a_chord_by_osc_leads_and_a_wrong_one_is_said_in_a_sentence(played):
    _, told, _ = played
    assert told["lead"] == ("Am",)
    assert "'Hm7' is no chord" in str(told["wrong chord"])


def test_the_chord_that_was_told_sounds_in_the_next_phrase_too(played):
    bridge, _, answers = played
    for notes in answers:
        bass = on_channels(notes, BASS)
        assert {n.pitch % 12 for n in bass if is_on_bar_line(n, notes[0])} == {9}, bridge.said()
        first = {n.pitch for n in notes if n.start_seconds - notes[0].start_seconds < BEAT / 4}
        assert chord_name({*first, MELODY[0]}) == "Am", bridge.said()
        outside = [n for n in notes if n.pitch % 12 not in AM]
        assert len(outside) < len(notes) / 4, "passing notes alone are outside of it"


def test_nothing_hangs(played):
    bridge, _, _ = played
    assert hanging(bridge.heard()) == []
    assert "Traceback" not in bridge.said()


def is_on_bar_line(note: Sounded, first: Sounded) -> bool:
    bars = (note.start_seconds - first.start_seconds) / BAR
    return abs(bars - round(bars)) * BAR < BEAT / 4
