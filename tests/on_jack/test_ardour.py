"""A real DAW: Ardour records Continuo Out, a track a channel, and plays into Continuo In."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from ardour_rig import Ardour, Recorded
from jack_play import Performance, melody, on_jack
from jack_rig import Heard, JackRig
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging, on_channels, sounded

from models.formats.midi_read import read_score
from models.music.clip import Track

pytestmark = pytest.mark.ports

BARS, BPM = 2, 120.0
BAR_SECONDS = 4 * 60 / BPM
LENGTH_SECONDS = BARS * BAR_SECONDS
PERIOD, TRIES = 512, 5
CHANNELS = (0, 1, 2, 3)
PLAYERS = ("played by another program", "played by Ardour")
TRACKS = [f"Channel {channel + 1}" for channel in CHANNELS]


@dataclass(frozen=True)
class Round:
    """What Ardour has on its tracks, what another recorder heard, and the take on disk."""

    recorded: Recorded
    heard: list[Heard]
    take: tuple[Track, ...]

    @property
    def is_late(self) -> bool:
        """Whether the answer missed its bar line, as on a machine that is too busy.

        Then only the rest of it is played.
        """
        melody_notes = on_channels(sounded(self.heard), 0)
        first_answer = on_channels(sounded(self.heard), *CHANNELS[1:])[0]
        seconds = first_answer.start_seconds - melody_notes[0].start_seconds
        return seconds > LENGTH_SECONDS + BAR_SECONDS / 2

    def on_track(self, channel: int) -> list[int]:
        """The pitches on the track of a channel."""
        return pitches(self.recorded.get(TRACKS[channel], ()), channel)


def pitches(tracks: tuple[Track, ...], channel: int) -> list[int]:
    """The pitches of a channel in order of time."""
    return [n.pitch for t in tracks if t.channel == channel for n in t.clip.notes]


class Stage:
    """Ardour and Continuo on one JACK server."""

    def __init__(self, rig: JackRig) -> None:
        self.ardour = Ardour(rig, TRACKS)  # first: if one fails it is this one, and soon
        options = ["--bars", str(BARS), "--tempo", f"{BPM:g}", "--seed", "7"]
        self.bridge = Performance(rig, options)
        self.input, self.output = rig.port("Continuo In:"), rig.port("Continuo Out:")
        self._before = 0

    def finish(self) -> list[Heard]:
        """Wait for the end of the answer, and stop Ardour; what was heard since the last time."""
        self.bridge.expect(lambda: bool(self._voices()), PATIENCE_SECONDS, "the accompaniment")
        self.bridge.expect(
            self._is_over, LENGTH_SECONDS + PATIENCE_SECONDS, "the end of the answer"
        )
        self.ardour.stop()
        heard = self._heard()
        self._before += len(heard)
        return heard

    def _heard(self) -> list[Heard]:
        return self.bridge.heard()[self._before :]

    def _voices(self) -> list[Sounded]:
        return on_channels(sounded(self._heard()), *CHANNELS[1:])

    def _is_over(self) -> bool:
        melody_notes = on_channels(sounded(self._heard()), 0)
        seconds = self._voices()[-1].start_seconds - melody_notes[0].start_seconds
        return seconds >= 1.4 * LENGTH_SECONDS and not hanging(self._heard())


def perform(rig: JackRig) -> dict[str, Round]:
    stage = Stage(rig)
    stage.ardour.record(stage.output)
    stage.bridge.play(melody(4 * BARS, BPM))
    heard = [stage.finish()]
    stage.ardour.play_and_record(stage.output, stage.input)
    heard.append(stage.finish())
    recorded = stage.ardour.leave()
    assert stage.bridge.end() == 0, stage.bridge.said()
    paths = sorted(Path(stage.bridge.takes).rglob("*.mid"))
    takes = [read_score(path).tracks for path in paths]
    rounds = [Round(*parts) for parts in zip(recorded, heard, takes, strict=True)]
    return dict(zip(PLAYERS, rounds, strict=True))


@pytest.fixture(scope="module")
def rounds(tmp_path_factory) -> dict[str, Round]:
    return on_jack(perform, tmp_path_factory.mktemp("ardour"), PERIOD, TRIES)


@pytest.fixture(params=PLAYERS)
def round_(request, rounds) -> Round:
    return rounds[request.param]


def test_each_channel_is_on_the_track_that_listens_to_it(rounds):
    first, second = rounds.values()
    assert list(first.recorded) == TRACKS
    assert list(second.recorded) == TRACKS[1:], "the first track plays"
    for round_ in rounds.values():
        for track, parts in round_.recorded.items():
            assert {part.channel for part in parts} == {TRACKS.index(track)}


@pytest.mark.parametrize("channel", CHANNELS[1:], ids=TRACKS[1:])
def test_a_track_has_its_voice_of_the_take_note_by_note(round_, channel):
    played, take = round_.on_track(channel), pitches(round_.take, channel)
    assert played
    assert played == (take[-len(played) :] if round_.is_late else take)


@pytest.mark.parametrize("channel", CHANNELS[1:], ids=TRACKS[1:])
def test_a_track_has_what_another_recorder_heard(round_, channel):
    heard = [note.pitch for note in on_channels(sounded(round_.heard), channel)]
    assert round_.on_track(channel) == heard


def test_the_melody_is_on_the_first_track_and_comes_back_out_of_it(rounds):
    first, second = rounds.values()
    scale = pitches(first.take, 0)
    assert len(scale) == 4 * BARS
    assert first.on_track(0) == scale
    assert pitches(second.take, 0) == scale
