"""The main job through real ports: a melody goes in, the accompaniment comes back on the bar."""

import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from jack_play import Performance, melody, on_jack
from jack_rig import Heard, JackRig
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, edges, hanging, on_channels, sounded

from models.formats.midi_read import read_score

pytestmark = pytest.mark.ports

BARS = 2
BPM = 120.0
BEAT = 60 / BPM
VOICES = (1, 2, 3)  # heard as 2, 3 and 4


@dataclass(frozen=True)
class Answer:
    """What was played and heard in `continuo play --mode answer`, from start to SIGTERM."""

    beats_per_bar: int
    sent: list[Heard]
    heard: list[Heard]
    exit_code: int
    takes: Path
    said: str
    tolerance_seconds: float

    @property
    def length_seconds(self) -> float:
        return BARS * self.beats_per_bar * BEAT

    @property
    def first_seconds(self) -> float:
        """When the melody began, as it came out of Continuo."""
        return on_channels(sounded(self.heard), 0)[0].start_seconds

    @property
    def bar_seconds(self) -> float:
        return self.beats_per_bar * BEAT

    @property
    def missed_bars(self) -> int:
        """How many bar lines the answer came too late for: none but on a busy machine."""
        on_time_seconds = self.first_seconds + self.length_seconds
        return round((self.accompaniment[0].start_seconds - on_time_seconds) / self.bar_seconds)

    @property
    def bar_line_seconds(self) -> float:
        return self.first_seconds + self.length_seconds + self.missed_bars * self.bar_seconds

    @property
    def accompaniment(self) -> list[Sounded]:
        return on_channels(sounded(self.heard), *range(1, 16))


def play_and_listen(rig: JackRig, beats_per_bar: int) -> Answer:
    options = ["--mode", "answer", "--bars", str(BARS), "--tempo", f"{BPM:g}"]
    bridge = Performance(rig, [*options, "--meter", f"{beats_per_bar}/4", "--seed", "7"])
    bridge.play(melody(BARS * beats_per_bar, BPM))
    bridge.first_accompaniment()
    length = BARS * beats_per_bar * BEAT

    def is_over() -> bool:
        heard = bridge.heard()
        return bool(heard) and not hanging(heard) and bridge.is_quiet_after(1.4 * length)

    bridge.expect(is_over, length + PATIENCE_SECONDS, "the end of the answer")
    exit_code = bridge.end(signal.SIGTERM)
    heard = (bridge.sent(), bridge.heard())
    about = (bridge.takes, bridge.said(), bridge.tolerance_seconds)
    return Answer(beats_per_bar, *heard, exit_code, *about)


@pytest.fixture(scope="module", params=[4, 3], ids=["four-four", "three-four"])
def answer(request, tmp_path_factory) -> Answer:
    folder = tmp_path_factory.mktemp("answer")
    return on_jack(lambda rig: play_and_listen(rig, request.param), folder)


def test_the_melody_comes_through_intact(answer):
    assert edges(answer.heard, 0) == edges(answer.sent, 0)
    assert len(edges(answer.sent, 0)) == 2 * BARS * answer.beats_per_bar


def test_the_melody_comes_through_in_its_own_time(answer):
    played = [n.start_seconds for n in sounded(answer.sent)]
    came = [n.start_seconds for n in on_channels(sounded(answer.heard), 0)]
    for a, b in zip(played, came, strict=True):
        assert b - came[0] == pytest.approx(a - played[0], abs=answer.tolerance_seconds)


def test_the_accompaniment_comes_in_on_the_bar_line(answer, record_property):
    error_seconds = answer.accompaniment[0].start_seconds - answer.bar_line_seconds
    record_property("bar_line_error_ms", round(error_seconds * 1000, 1))
    assert abs(error_seconds) < answer.tolerance_seconds, f"{error_seconds * 1000:+.1f} ms"
    assert answer.missed_bars == 0 or "comes in on the next bar line" in answer.said, answer.said


def test_three_voices_sound_each_on_its_own_channel(answer):
    assert {note.channel for note in answer.accompaniment} == set(VOICES)


def test_the_answer_lasts_as_many_bars_as_were_played(answer):
    bar = answer.bar_seconds
    begin = answer.first_seconds + answer.length_seconds - answer.tolerance_seconds
    bars = {int((note.start_seconds - begin) / bar) for note in answer.accompaniment}
    assert bars == set(range(answer.missed_bars, BARS))
    ends = [note.end_seconds - begin for note in answer.accompaniment]
    assert max(ends) < BARS * bar + 2 * answer.tolerance_seconds


def test_every_note_is_released(answer):
    assert hanging(answer.heard) == []


def test_sigterm_is_a_good_end(answer):
    assert answer.exit_code == 0, answer.said
    assert "Traceback" not in answer.said


def test_the_take_is_on_disk(answer):
    [path] = answer.takes.rglob("*.mid")
    assert path.with_suffix(".json").exists()
    take = read_score(path)
    assert len(take.tracks) == 1 + len(VOICES)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_leaves_no_note_sounding(tmp_path, how):
    def scenario(rig: JackRig) -> tuple[int, list[Heard], str]:
        bridge = Performance(rig, ["--mode", "answer", "--bars", "1", "--tempo", "100"])
        bridge.play(melody(4, 100))
        bridge.first_accompaniment()
        return bridge.end(how), bridge.heard(), bridge.said()

    exit_code, heard, said = on_jack(scenario, tmp_path)
    assert exit_code == 0, said
    assert hanging(heard) == []
    assert "Traceback" not in said
