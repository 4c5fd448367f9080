"""A real DAW: Ardour records Continuo Out on a track a channel, as the page for DAWs tells."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from ardour_rig import Ardour, Recorded
from jack_play import Performance, melody, on_jack
from jack_rig import Heard, JackRig
from sounded import hanging, on_channels, sounded

from models.clip import Track
from models.midifile import read_score

pytestmark = pytest.mark.ports

BARS, BPM = 2, 120.0
PERIOD, TRIES = 512, 5
CHANNELS = (0, 1, 2, 3)
TRACKS = [f"Channel {channel + 1}" for channel in CHANNELS]


@dataclass(frozen=True)
class Session:
    """What Ardour has on its tracks, what another recorder heard, and the take on disk."""

    recorded: list[Recorded]
    heard: list[Heard]
    take: tuple[Track, ...]


def pitches(tracks: tuple[Track, ...], channel: int) -> list[int]:
    """The pitches of a channel in order of time."""
    return [n.pitch for t in tracks if t.channel == channel for n in t.clip.notes]


def record(rig: JackRig) -> Session:
    ardour = Ardour(rig, TRACKS)  # first: if one fails it is this one, and soon
    bridge = Performance(rig, ["--bars", str(BARS), "--tempo", f"{BPM:g}", "--seed", "7"])
    ardour.record(rig.port("Continuo Out:"))
    bridge.play(melody(4 * BARS, BPM))
    bridge.first_accompaniment(10)
    length_seconds = 4 * BARS * 60 / BPM

    def is_over() -> bool:
        heard = bridge.heard()
        return bool(heard) and not hanging(heard) and bridge.is_quiet_after(1.4 * length_seconds)

    bridge.expect(is_over, length_seconds + 10, "the end of the answer")
    recorded = ardour.save()
    assert bridge.end() == 0, bridge.said()
    [path] = Path(bridge.takes).rglob("*.mid")
    return Session(recorded, bridge.heard(), read_score(path).tracks)


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    return on_jack(record, tmp_path_factory.mktemp("ardour"), PERIOD, TRIES)


def test_each_channel_is_on_the_track_that_listens_to_it(session):
    assert [recorded.track for recorded in session.recorded] == TRACKS
    for channel, recorded in zip(CHANNELS, session.recorded, strict=True):
        assert {part.channel for part in recorded.parts} == {channel}


@pytest.mark.parametrize("channel", CHANNELS, ids=TRACKS)
def test_the_session_has_the_notes_of_the_take_in_their_order(session, channel):
    recorded = session.recorded[channel].parts
    assert pitches(recorded, channel) == pitches(session.take, channel)
    assert pitches(recorded, channel)


@pytest.mark.parametrize("channel", CHANNELS, ids=TRACKS)
def test_the_session_has_what_another_recorder_heard(session, channel):
    heard = [note.pitch for note in on_channels(sounded(session.heard), channel)]
    assert pitches(session.recorded[channel].parts, channel) == heard
