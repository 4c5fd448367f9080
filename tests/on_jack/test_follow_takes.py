"""Mode follow through real ports: the take has every note as it was played, also after kill -9."""

import signal

import pytest
from jack_play import SCALE, Performance, on_jack
from jack_rig import LEAD_SECONDS, Heard, JackRig, Tone
from patience import PATIENCE_SECONDS
from recorded_notes import on_channels, sounded

from bridge.storage.take_store import load_take
from models.formats.midi_read import read_score
from models.music.clip import Composition

pytestmark = pytest.mark.ports

BPM = 120.0
BEAT = 60 / BPM
EARLY_SECONDS = 0.005
OPTIONS = ["--mode", "follow", "--bars", "2", "--tempo", f"{BPM:g}"]


def early_downbeats(bars: int) -> list[Tone]:
    """Quarter notes whose downbeats, but the first, come 5 ms before the bar line."""
    early = [EARLY_SECONDS if b and b % 4 == 0 else 0.0 for b in range(4 * bars)]
    return [
        Tone(LEAD_SECONDS + b * BEAT - early[b], 0.8 * BEAT, SCALE[b % 8]) for b in range(4 * bars)
    ]


@pytest.fixture(scope="module")
def performance(tmp_path_factory) -> tuple[list[Heard], list[Composition], str]:
    def scenario(rig: JackRig) -> tuple[list[Heard], list[Composition], str]:
        bridge = Performance(rig, OPTIONS)
        bridge.play(early_downbeats(6))
        bridge.expect(lambda: "saved:" in bridge.said(), PATIENCE_SECONDS, "the saved take")
        bridge.end()
        takes = [load_take(path) for path in bridge.takes.rglob("*.mid")]
        return bridge.heard(), takes, bridge.said()

    return on_jack(scenario, tmp_path_factory.mktemp("follow"))


def test_a_performance_is_one_take_and_has_every_note_whole(performance):
    heard, takes, said = performance
    (take,) = takes
    notes = take.melody.clip.notes
    assert [n.pitch for n in notes] == [SCALE[b % 8] for b in range(24)], said
    played = on_channels(sounded(heard), 0)
    for note, tone in zip(notes, played, strict=True):
        assert note.duration * BEAT == pytest.approx(
            tone.end_seconds - tone.start_seconds, abs=0.05
        )


def test_what_accompanied_is_in_the_take(performance):
    heard, (take,), said = performance
    for track in take.accompaniment:
        came = [n.pitch for n in on_channels(sounded(heard), track.channel)]
        assert [n.pitch for n in track.clip.notes] == came, said


def test_kill_9_costs_the_last_bars_at_most(tmp_path):
    def scenario(rig: JackRig) -> int:
        bridge = Performance(rig, OPTIONS)
        bridge.play(early_downbeats(6))
        bridge.process.send_signal(signal.SIGKILL)
        bridge.process.wait()
        (path,) = bridge.takes.rglob("*.mid")
        assert load_take(path).melody.clip.notes
        return len(read_score(path).tracks[0].clip.notes)

    assert on_jack(scenario, tmp_path) >= 16
