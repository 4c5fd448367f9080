"""Models that edit and extend, and a chain, through real ports: heard by somebody outside."""

import json
import os
import re
import signal
from time import perf_counter

import pytest
from jack_play import Performance, melody, on_jack, workers_of
from jack_rig import LEAD_SECONDS, JackRig, Tone
from osc_client import OscClient
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging, on_channels, sounded
from toy_models import save_toys

from models.formats.midi_read import read_score

pytestmark = pytest.mark.ports

BPM = 120.0
BEAT = 60 / BPM
BAR = 4 * BEAT


def start(rig: JackRig, *options: str) -> Performance:
    """Play with one of the small models, one bar a phrase."""
    everything = ["--bars", "1", "--tempo", f"{BPM:g}", *options]
    return Performance(rig, everything, save_models=save_toys)


def tones(*pitches: int) -> list[Tone]:
    return [Tone(LEAD_SECONDS + i * BEAT, 0.9 * BEAT, p) for i, p in enumerate(pitches)]


def later(bridge: Performance, bars: float) -> list[Sounded]:
    """What the melody's channel sounded so many bars after its first note, or later."""
    notes = bridge.thru()
    return [n for n in notes if n.start_seconds > notes[0].start_seconds + bars * BAR]


def is_still(bridge: Performance, seconds: float):
    """Whether nothing new was heard for so long; to be asked again and again."""
    seen = [0, perf_counter()]

    def holds() -> bool:
        count = len(bridge.heard())
        if count != seen[0]:
            seen[:] = [count, perf_counter()]
        return perf_counter() - seen[1] > seconds and not hanging(bridge.heard())

    return holds


def places(notes: list[Sounded], first: Sounded) -> list[tuple[float, int]]:
    """The beats, to the nearest quarter of one, at which notes begin."""
    beats = [(n.start_seconds - first.start_seconds) / BEAT for n in notes]
    return [(round(4 * beat) / 4, n.pitch) for beat, n in zip(beats, notes, strict=True)]


def test_the_phrase_comes_back_edited_and_accompanied(tmp_path):
    def scenario(rig: JackRig):
        bridge = start(rig, "--model", "mender", "--then", "heldchord")
        bridge.play(tones(60, 45, 62, 64))
        bridge.expect(lambda: len(later(bridge, 0.9)) == 4, PATIENCE_SECONDS, "the edit")
        bridge.expect(is_still(bridge, 1.5 * BAR), PATIENCE_SECONDS, "the end of the answer")
        assert bridge.end() == 0
        return bridge

    bridge = on_jack(scenario, tmp_path)
    first = bridge.thru()[0]
    edited = [(4, 60), (5, 57), (6, 62), (7, 64)]
    assert places(later(bridge, 0.9), first) == edited
    assert places(bridge.accompaniment(), first) == [(4, 64), (4, 60), (4, 48)]
    assert hanging(bridge.heard()) == []
    [path] = bridge.takes.rglob("*.mid")
    assert [track.name for track in read_score(path).tracks] == ["edited", "alto", "tenor", "bass"]


def test_a_chain_edits_accompanies_and_goes_on_in_one_take(tmp_path):
    def scenario(rig: JackRig):
        chain = ("--model", "mender", "--then", "heldchord", "--then", "goeson")
        bridge = start(rig, *chain, "--extension", "1")
        bridge.play(tones(60, 45, 62, 64))
        bridge.expect(lambda: len(later(bridge, 0.9)) == 8, PATIENCE_SECONDS, "edit and extension")
        bridge.expect(is_still(bridge, 1.5 * BAR), PATIENCE_SECONDS, "the end of the answer")
        assert bridge.end() == 0
        return bridge

    bridge = on_jack(scenario, tmp_path)
    edited = [(4, 60), (5, 57), (6, 62), (7, 64)]
    more = [(beat, 64) for beat in range(8, 12)]
    assert places(later(bridge, 0.9), bridge.thru()[0]) == [*edited, *more]
    assert places(bridge.accompaniment(), bridge.thru()[0]) == [(4, 64), (4, 60), (4, 48)]
    assert hanging(bridge.heard()) == []
    [path] = bridge.takes.rglob("*.mid")
    steps = json.loads(path.with_suffix(".json").read_text())["provenance"]["steps"]
    assert [step["technique"] for step in steps] == ["edit", "accompany", "extend"]


def test_some_beats_of_a_loop_are_filled_from_its_next_start_on(tmp_path):
    def scenario(rig: JackRig):
        options = ("--mode", "loop", "--extension", "1", "--osc-port", "0")
        bridge = start(rig, "--model", "goeson", *options)
        bridge.play(tones(60, 62, 64, 65))
        bridge.expect(lambda: len(later(bridge, 1.9)) >= 1, PATIENCE_SECONDS, "the extension")
        [port] = re.findall(r"OSC: in at (\d+)", bridge.said())
        with OscClient(int(port)) as client:
            client.send("fill", 5, 7)
        bridge.expect(lambda: len(later(bridge, 6.9)) >= 1, PATIENCE_SECONDS, "three passes")
        assert bridge.end() == 0
        return bridge

    bridge = on_jack(scenario, tmp_path)
    found = places(bridge.thru(), bridge.thru()[0])
    # Two bars go round: the phrase and its extension. The fill goes on from the note before it.
    last_pass = [(beat - 20, pitch) for beat, pitch in found if 20 <= beat < 28]
    assert [pitch for _, pitch in last_pass] == [60, 62, 64, 65, 65, 65, 65, 65]
    names = {read_score(path).tracks[0].name for path in bridge.takes.rglob("*.mid")}
    assert names == {"extended", "filled"}
    assert hanging(bridge.heard()) == []


def test_it_goes_on_in_silence_and_yields_within_a_beat(tmp_path):
    def scenario(rig: JackRig):
        bridge = start(rig, "--model", "goeson")
        bridge.play(melody(4, BPM))  # ends on 65
        bridge.expect(lambda: len(later(bridge, 0.9)) >= 6, PATIENCE_SECONDS, "two bars more")
        bridge.play(tones(72, 74))
        bridge.expect(
            lambda: sum(n.pitch == 74 for n in bridge.thru()) > 4,
            PATIENCE_SECONDS,
            "how the second phrase goes on",
        )
        assert bridge.end() == 0
        return bridge

    bridge = on_jack(scenario, tmp_path)
    notes = bridge.thru()
    [again] = [n.start_seconds for n in notes if n.pitch == 72]
    own = [n for n in on_channels(sounded(bridge.heard()), 0) if n.pitch == 65]
    slack = bridge.tolerance_seconds
    assert len(own) >= 6  # the player's own, and what went on
    assert max(n.start_seconds for n in own) < again + slack
    assert max(n.end_seconds for n in own) < again + BEAT + slack
    assert hanging(bridge.heard()) == []


def test_a_worker_that_is_killed_leaves_what_plays_to_its_bar_line(tmp_path):
    def scenario(rig: JackRig):
        bridge = start(rig, "--model", "goeson", "--extension", "32")
        bridge.play(melody(4, BPM))
        bridge.expect(lambda: len(later(bridge, 0.9)) >= 2, PATIENCE_SECONDS, "how it goes on")
        (rig.folder / "models" / "goeson.ts").unlink()  # it shall not come back in time
        for worker in workers_of(bridge.process.pid):
            os.kill(worker, signal.SIGKILL)
        bridge.expect(is_still(bridge, 1.5 * BAR), 8 * BAR + PATIENCE_SECONDS, "the end")
        assert bridge.process.poll() is None, bridge.said()
        assert bridge.end() == 0
        return bridge

    bridge = on_jack(scenario, tmp_path)
    notes = bridge.thru()
    beats = [beat for beat, _ in places(notes, notes[0])]
    assert beats == [float(beat) for beat in range(len(beats))]
    assert len(beats) % 4 == 0  # up to a bar line
    assert hanging(bridge.heard()) == []
    names = [read_score(path).tracks[0].name for path in bridge.takes.rglob("*.mid")]
    assert names == ["extended"]
