"""A loop under another program's MIDI clock: start, stop, continue, a jump, a ramp, a new start."""

import signal
from dataclasses import dataclass
from functools import cached_property

import pytest
from clock_rig import PERIOD, Score, Source, percentiles
from jack_play import Performance, melody, on_jack
from jack_rig import Heard, JackRig, RigError, wait_until
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, hanging, on_channels, sounded, strikes
from system_programs import need_module, need_program

pytestmark = pytest.mark.ports

BPM, RAMPED_BPM = 120.0, 160.0
BAR = 4.0
LOOP = 2 * BAR
MELODY_BAR = 16.0  # where the melody is aimed
JUST_BEFORE = 0.5  # so many beats before a bar line, a melody begins on it
CONNECTED_SECONDS = 0.05  # from asking for the player to where its own time begins
ELSEWHERE = 67.0


@dataclass(frozen=True)
class Concert:
    """Everything heard, clock and notes in one recording, from start to SIGTERM."""

    heard: list[Heard]
    said: str
    exit_code: int
    tolerance_seconds: float

    @cached_property
    def score(self) -> Score:
        return Score(self.heard)

    @cached_property
    def accompaniment(self) -> list[Sounded]:
        return on_channels(sounded(self.heard), *range(1, 16))

    @cached_property
    def first_beat(self) -> float:
        first = next(h.seconds for h in self.heard if strikes(h) and h.message.channel == 0)
        return self.score.nearest(first, 1).beat

    @cached_property
    def melody_bar(self) -> float:
        """The bar line on which the melody began: on a busy machine not the one aimed at."""
        return (self.first_beat + JUST_BEFORE) // BAR * BAR

    @property
    def settled(self) -> float:
        """The beat from which the second pass goes, by what was played to the phrase's end.

        On a busy machine the first pass may sound the answer to the phrase but for its last notes.
        """
        return self.entry + LOOP

    @property
    def late_beats(self) -> float:
        return self.first_beat - self.melody_bar

    @cached_property
    def entry(self) -> float:
        """The beat on which the accompaniment came in: it may miss a bar line on a busy machine."""
        return self.onsets(0)[0]

    def onsets(self, run: int) -> list[float]:
        """The beats at which accompaniment notes begin in a run, on the nearest sixteenth."""
        places = [self.score.nearest(note.start_seconds) for note in self.accompaniment]
        return [place.beat for place in places if place.run == run]

    def sounding(self, run: int, beat: float) -> set[tuple[int, int]] | None:
        """What of the accompaniment sounds at `beat`; None: the song never was there."""
        at = self.score.place(run, beat)
        if at is None:
            return None
        return {
            (note.channel, note.pitch)
            for note in self.accompaniment
            if note.start_seconds <= at and (note.end_seconds or at) > at
        }


def scenario(rig: JackRig) -> Concert:
    source = Source(rig, BPM)
    options = ["--clock", "midi", "--mode", "loop", "--bars", "2", "--seed", "7"]
    bridge = Performance(rig, [*options, "--osc-port", "0"])
    rig.connect(source.port, rig.port("Continuo In:"))
    rig.connect(source.port, rig.port("ear1:input"))

    def runs() -> list[float]:
        return [run[-1].beat - run[0].beat for run in Score(bridge.heard()).runs()]

    def play_on(run: int, beats: float) -> None:
        wait_until(
            lambda: len(runs()) > run and runs()[run] >= beats,
            beats + PATIENCE_SECONDS,
            f"beat {beats:g}",
        )

    source.order("start")
    play_on(0, MELODY_BAR - (rig.lead_seconds + CONNECTED_SECONDS) * BPM / 60)
    bridge.play(melody(int(LOOP), BPM))
    play_on(0, entry(bridge) + 2 * LOOP + 1.5)
    source.order("stop")
    wait_until(lambda: not hanging(bridge.heard()), PATIENCE_SECONDS, "silence")
    source.order("start")
    play_on(1, 6)
    source.order(f"locate {ELSEWHERE:g}")
    play_on(2, 6)
    source.order(f"ramp {RAMPED_BPM:g} 3")
    play_on(2, 18)
    source.order("stop")
    source.order("locate 0")
    wait_until(
        lambda: heard_last(bridge.heard()) == "songpos 0", PATIENCE_SECONDS, "the sender at beat 0"
    )
    source.order("start")
    play_on(3, 8.5)
    source.order("stop")
    wait_until(lambda: heard_last(bridge.heard()) != "start", PATIENCE_SECONDS, "the end")
    exit_code = bridge.end(signal.SIGTERM)
    return as_aimed(Concert(bridge.heard(), bridge.said(), exit_code, bridge.tolerance_seconds))


def entry(bridge: Performance) -> float:
    """Wait for the accompaniment, and give the beat on which it comes in."""
    bridge.first_accompaniment()
    return Concert(bridge.heard(), "", 0, 0.0).entry


def heard_last(recording: list[Heard]) -> str:
    """The last message that was no note and no pulse."""
    words = [h.message for h in recording if h.message.type in ("start", "stop", "continue")]
    words += [h.message for h in recording[-3:] if h.message.type == "songpos"]
    return f"songpos {words[-1].pos}" if words[-1].type == "songpos" else words[-1].type


def as_aimed(concert: Concert) -> Concert:
    """Give it back, unless the player came in late in a bar: the rig's fault."""
    if concert.late_beats > BAR / 2:
        raise RigError(f"the player came in {concert.late_beats:g} beats after a bar line")
    return concert


@pytest.fixture(scope="module")
def concert(tmp_path_factory) -> Concert:
    need_program("jack_midi_clock")
    need_module("jack")
    return on_jack(scenario, tmp_path_factory.mktemp("clock"), PERIOD)


def test_the_accompaniment_enters_on_the_bar_line_after_the_melody(concert):
    """A melody that begins in its bar may be accompanied from there; a busy machine skips a bar."""
    bars, beats = divmod(concert.entry - (concert.melody_bar + LOOP), BAR)
    assert beats == 0 or abs(beats - concert.late_beats) <= 0.25
    assert bars == 0 or (bars > 0 and "is being composed" in concert.said)
    error_ms = concert.score.error_ms(concert.accompaniment[0].start_seconds)
    assert abs(error_ms) < 1000 * concert.tolerance_seconds


def test_each_pass_begins_in_the_same_place(concert):
    end = concert.score.runs()[0][-1].beat
    begins = [beat for beat in concert.onsets(0) if (beat - concert.entry) % LOOP == 0]
    passes = [concert.entry + LOOP * times for times in range(20)]
    assert set(begins) == {beat for beat in passes if beat < end - 0.5}


@pytest.mark.parametrize(
    "run", [1, 2, 3], ids=["continued", "elsewhere, and faster", "from the beginning"]
)
def test_the_loop_goes_on_in_the_right_bar(concert, run):
    """A busy machine makes notes late, but no other place of the loop fits better for that."""
    places = [place / 4 for place in range(int(4 * LOOP))]
    agreement = {place: agreeing(concert, run, place) for place in places}
    told = f"{agreement}\nsecond pass from beat {concert.settled:g}: {concert.onsets(0)}\n"
    told += f"now: {concert.onsets(run)}\n{concert.said}"
    assert agreement[0.0] > 0.6, told
    assert max(agreement, key=agreement.__getitem__) == 0.0, told


def agreeing(concert: Concert, run: int, moved: float) -> float:
    """Give the share of sixteenths that sound as the second pass did, so much later in the loop."""
    second, agree = concert.settled, []
    begin = next(pulse.beat for pulse in concert.score.pulses if pulse.run == run)
    for sixteenth in range(4 * 100):
        beat = sixteenth / 4 + 0.125
        now = concert.sounding(run, beat)
        if now is not None and beat > begin + 0.125:
            then = concert.sounding(0, second + (beat + moved - second) % LOOP)
            assert then is not None, f"the second pass was never at beat {beat + moved:g}"
            agree.append(now == then)
    assert len(agree) >= 20
    return sum(agree) / len(agree)


def test_while_the_sender_stands_still_nothing_sounds(concert):
    for run, following in zip(concert.score.runs(), concert.score.runs()[1:], strict=False):
        still = run[-1].seconds + concert.tolerance_seconds
        begins = [note.start_seconds for note in concert.accompaniment]
        early = following[0].seconds - concert.tolerance_seconds
        assert not [at for at in begins if still < at < early]


def test_every_note_of_a_ramp_is_on_its_sixteenth(concert, record_property):
    errors = [concert.score.error_ms(note.start_seconds) for note in concert.accompaniment]
    for name, value in percentiles(errors).items():
        record_property(f"midi_clock_error_ms_{name}", value)
    assert percentiles(errors)["p50"] < 1000 * concert.tolerance_seconds / 3


def test_every_note_is_released(concert):
    assert hanging(concert.heard) == []


def test_sigterm_is_a_good_end(concert):
    assert concert.exit_code == 0, concert.said
    assert "Traceback" not in concert.said
