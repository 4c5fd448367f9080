"""A band led by a melody, then by the left hand, through its sections to its ending, on JACK."""

import re
from threading import Thread

import pytest
from jack_play import SCALE, Performance, on_jack
from jack_rig import LEAD_SECONDS, JackRig, Tone
from osc_client import OscClient
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging, on_channels, sounded
from toy_band import NAME, PLAIN_DRUM, SECTIONS, save_toy_band

pytestmark = pytest.mark.ports

BPM = 120.0
BEAT = 60 / BPM
DRUMS, BASS = 9, 1
C, AM = (36, 40, 43), (33, 36, 40)
# Bars counted from 1; the band comes in on the second.
C_BAR, AM_BAR, B_BAR, FILL_BAR, ENDING_BAR, LAST_BAR = 4, 5, 7, 8, 10, 11
# What is asked for by OSC as this bar and beat begin; all but the fill come on the next bar line.
ASKED = {(6, 2): "b", (8, 2): "fill", (9, 2): "ending"}


def tones() -> list[Tone]:
    """A melody up to the ending, and two chords of the left hand, a bar apart."""

    def tone(beat: float, beats: float, pitch: int) -> Tone:
        return Tone(LEAD_SECONDS + beat * BEAT, beats * BEAT, pitch)

    melody = [tone(b, 0.9, SCALE[b % 8]) for b in range(4 * (ENDING_BAR - 1))]
    chords = {C_BAR: C, AM_BAR: AM}
    hand = [tone(4 * (bar - 1), 3.5, key) for bar, keys in chords.items() for key in keys]
    return sorted([*melody, *hand], key=lambda t: t.start_seconds)


def conduct(client: OscClient) -> list[tuple[object, ...]]:
    """Ask for the sections as their beats come; give what was told of them."""
    told: list[tuple[object, ...]] = []
    while len(told) < 6:
        message = client.receive()
        if message.address == "beat":
            bar, beat, _ = message.arguments
            if name := ASKED.get((int(bar), round(float(beat)))):
                client.send("section", name)
        elif message.address == "section":
            told.append(message.arguments)
    return told


@pytest.fixture(scope="module")
def performance(tmp_path_factory) -> tuple[Performance, list[tuple[object, ...]]]:
    def scenario(rig: JackRig):
        options = ["--model", NAME, "--mode", "follow", "--tempo", f"{BPM:g}", "--bars", "2"]
        led = ["--split", "C3", "--osc-port", "0"]
        bridge = Performance(rig, [*options, *led], save_models=save_toy_band)
        [port] = re.findall(r"OSC: in at (\d+)", bridge.said())
        told: list[tuple[object, ...]] = []
        with OscClient(int(port)) as client:
            client.send("subscribe", client.port)
            client.wait_for("subscribed")
            conductor = Thread(target=lambda: told.extend(conduct(client)), daemon=True)
            conductor.start()
            bridge.play(tones())
            bridge.expect(lambda: "saved:" in bridge.said(), PATIENCE_SECONDS, "the saved take")
            conductor.join(PATIENCE_SECONDS)
        assert bridge.end() == 0
        return bridge, told

    return on_jack(scenario, tmp_path_factory.mktemp("band"))


def placed(bridge: Performance, channel: int) -> list[tuple[float, int]]:
    """The beats, to the nearest quarter of one, at which notes of a channel begin."""
    notes: list[Sounded] = sounded(bridge.heard())
    first = next(n for n in notes if n.channel == 0 and n.pitch == SCALE[0])
    beats = [(n.start_seconds - first.start_seconds) / BEAT for n in on_channels(notes, channel)]
    pitches = [n.pitch for n in on_channels(notes, channel)]
    return [(round(4 * beat) / 4, pitch) for beat, pitch in zip(beats, pitches, strict=True)]


def bar_of(placed_notes: list[tuple[float, int]], bar: int) -> list[tuple[float, int]]:
    """Beats counted from the bar line, and pitches."""
    line = 4 * (bar - 1)
    return [(beat - line, pitch) for beat, pitch in placed_notes if line <= beat < line + 4]


def on_each_beat(pitch: int) -> list[tuple[float, int]]:
    return [(float(beat), pitch) for beat in range(4)]


def drum_of(section: str) -> int:
    return PLAIN_DRUM + SECTIONS.index(section) + 1


def test_the_melody_leads_until_the_left_hand_does_each_chord_from_its_bar_line_on(performance):
    bridge, _ = performance
    bass = placed(bridge, BASS)
    assert bar_of(bass, 1) == []
    for bar in range(2, AM_BAR):  # C, with the hand and without it
        assert bar_of(bass, bar) == on_each_beat(36), bridge.said()
    # Struck on the bar line, a chord cannot be known on it: its bass comes within the beat.
    old, new, *rest = bar_of(bass, AM_BAR)
    assert (old, new[1]) == ((0.0, 36), 45), bridge.said()
    assert 0 < new[0] < 1, bridge.said()
    assert rest == [(1.0, 45), (2.0, 45), (3.0, 45)], bridge.said()
    for bar in range(AM_BAR + 1, ENDING_BAR):
        assert bar_of(bass, bar) == on_each_beat(45), bridge.said()


def test_each_section_comes_on_its_bar_line_and_the_drums_are_on_channel_10(performance):
    bridge, told = performance
    drums = placed(bridge, DRUMS)
    for bar in range(2, B_BAR):
        assert bar_of(drums, bar) == on_each_beat(PLAIN_DRUM), bridge.said()
    assert bar_of(drums, B_BAR) == on_each_beat(drum_of("b")), bridge.said()
    fill = bar_of(drums, FILL_BAR)
    assert {pitch for beat, pitch in fill if beat >= 2} == {drum_of("fill")}, bridge.said()
    assert bar_of(drums, FILL_BAR + 1) == on_each_beat(drum_of("b")), bridge.said()
    assert bar_of(drums, ENDING_BAR) == on_each_beat(drum_of("ending")), bridge.said()
    assert bar_of(drums, LAST_BAR) == [(0.0, drum_of("ending"))], bridge.said()
    assert told == [("", "b"), *(("b", name) for name in ("", "fill", "", "ending", ""))]


def test_after_the_ending_all_is_silent_and_nothing_hangs(performance):
    bridge, _ = performance
    heard = sounded(bridge.heard())
    assert hanging(bridge.heard()) == []
    last = max(beat for beat, _ in placed(bridge, BASS))
    assert last == 4 * (LAST_BAR - 1), bridge.said()
    assert {n.channel for n in heard} == {0, BASS, DRUMS}


def test_the_left_hand_is_no_melody(performance):
    from bridge.storage.take_store import load_take

    bridge, _ = performance
    [path] = bridge.takes.rglob("*.mid")
    take = load_take(path)
    assert min(n.pitch for n in take.melody.clip.notes) >= 48
    assert [(t.name, t.channel) for t in take.accompaniment] == [("Drums", DRUMS), ("Bass", BASS)]
