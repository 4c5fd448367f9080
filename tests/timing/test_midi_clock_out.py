"""Others that play by Continuo's MIDI clock: they are where it is, to the pulse."""

from dataclasses import dataclass, field

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.events import ClockPosition
from bridge.timing.midi_clock_in import MidiClock
from bridge.timing.midi_clock_out import ClockOut
from bridge.timing.transport import Transport


@dataclass
class PulseCount:
    """A follower by the book: it counts the pulses, and hears nothing in when they come."""

    next: int = 0
    is_playing: bool = False

    def take(self, message: mido.Message, at_seconds: float) -> ClockPosition | None:
        match message.type:
            case "start":
                self.next, self.is_playing = 0, True
            case "continue":
                self.is_playing = True
            case "stop":
                self.is_playing = False
            case "songpos":
                self.next = 6 * message.pos
            case "clock":
                self.next += self.is_playing
                beat = (self.next - 1) / 24
                return ClockPosition(at_seconds, "midi", beat, 120.0, self.is_playing)
        return None


@dataclass
class Leader:
    """A transport that leads by a ClockOut; what it sends is kept, and given to another."""

    bpm: float = 120.0
    now: float = 50.0
    sent: list[str] = field(default_factory=list)
    joined: list[tuple[float, float]] = field(default_factory=list)  # our beat, their beat
    other: MidiClock | PulseCount = field(default_factory=lambda: MidiClock(100))

    def __post_init__(self) -> None:
        self.out = ClockOut(self.now)
        self.transport = Transport(bpm=self.bpm)

    def send(self, messages: list[mido.Message], beat: float | None = None) -> None:
        for message in messages:
            words = f"songpos {message.pos}" if message.type == "songpos" else message.type
            self.sent.append(words)
            position = self.other.take(message, self.now)
            if message.type == "clock" and position is not None and position.is_playing:
                assert beat is not None, "the others play while the song stands still"
                self.joined.append((beat, position.beat))

    def play(self, beat: float) -> None:
        if not self.transport.playing:
            self.transport = self.transport.started(beat, self.now)
            self.send(self.out.play(beat))

    def stop(self) -> None:
        if self.transport.playing:
            self.transport = self.transport.stopped(self.transport.beat_at(self.now))
            self.send(self.out.stop())

    def go_on(self) -> None:
        self.play(self.transport.beat)

    def locate(self, beat: float) -> None:
        if self.transport.playing:
            self.transport = self.transport.started(beat, self.now)
        else:
            self.transport = self.transport.stopped(beat)
        self.send(self.out.locate(beat))

    def turn(self, bpm: float) -> None:
        self.transport = self.transport.with_tempo(bpm, self.now)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self.due()) <= end:
            self.now = max(due, self.now)
            beat = self.out.next_beat
            self.send(self.out.pulse(due), beat)
        self.now = end

    def due(self) -> float:
        if self.out.next_beat is not None:
            return self.transport.seconds_at(self.out.next_beat)
        return self.out.next_seconds(self.transport.bpm)

    def words(self) -> list[str]:
        """What was sent, pulses in a row counted."""
        out: list[str] = []
        for word in self.sent:
            if word != "clock":
                out.append(word)
            elif out and out[-1].startswith("clock"):
                out[-1] = f"clock {int(out[-1].split()[1]) + 1}"
            else:
                out.append("clock 1")
        return out


def test_from_beat_0_it_is_a_start_and_the_first_pulse_at_once():
    leader = Leader()
    leader.play(0.0)
    leader.run(0.99)  # two beats at 120 bpm, less a little
    assert leader.words() == ["start", "clock 48"]


def test_a_count_in_is_pulses_and_the_start_comes_before_beat_0():
    leader = Leader()
    leader.play(-4.0)
    leader.run(2.99)
    assert leader.words() == ["clock 96", "start", "clock 48"]
    assert leader.joined[0] == (0.0, 0.0)


def test_from_elsewhere_it_is_a_song_position_and_continue():
    leader = Leader()
    leader.play(8.0)
    leader.run(0.01)
    assert leader.words() == ["songpos 32", "continue", "clock 1"]


def test_in_mid_sixteenth_the_others_come_in_at_the_next():
    leader = Leader()
    leader.play(8.1)
    leader.run(0.125 + 0.001)  # to 8.35
    assert leader.words() == ["songpos 33", "clock 3", "continue", "clock 3"]
    assert leader.joined[0] == (8.25, 8.25)


def test_where_it_stopped_it_only_continues_be_it_in_mid_sixteenth():
    leader = Leader()
    leader.play(0.0)
    leader.run(10.5 * 60 / 120 / 24)
    leader.stop()
    leader.run(1.0)
    leader.go_on()
    leader.run(0.02)
    assert leader.words() == ["start", "clock 11", "stop", "clock 48", "continue", "clock 1"]
    assert leader.joined[-1] == (11 / 24, 11 / 24)


def test_a_jump_is_stop_position_and_continue():
    leader = Leader()
    leader.play(0.0)
    leader.run(1.0)
    leader.locate(16.0)
    leader.run(0.01)
    assert leader.words() == ["start", "clock 49", "stop", "songpos 64", "continue", "clock 1"]


def test_a_jump_to_the_beginning_is_a_start():
    leader = Leader()
    leader.play(4.0)
    leader.run(0.5)
    leader.locate(0.0)
    leader.run(0.01)
    assert leader.words()[-3:] == ["stop", "start", "clock 1"]


def test_standing_still_it_tells_the_tempo_and_where_it_is_put():
    leader = Leader(bpm=90)
    leader.run(1.01)
    leader.locate(8.0)
    leader.locate(8.0)
    leader.run(1.0)
    assert leader.words() == ["clock 37", "songpos 32", "clock 36"]
    assert leader.other.bpm == pytest.approx(90, abs=0.01)


def test_stopping_what_stands_still_says_nothing():
    assert ClockOut(0.0).stop() == []


def test_beyond_what_a_song_position_can_tell_the_bars_go_on():
    leader = Leader()
    leader.play(4096.0 + 8)
    assert leader.sent[0] == "songpos 32"


beats = st.one_of(
    st.integers(-8, 400).map(float), st.floats(-8, 400, allow_nan=False).map(lambda b: round(b, 6))
)
acts = st.one_of(
    st.tuples(st.just("play"), beats),
    st.tuples(st.just("locate"), beats),
    st.tuples(st.just("turn"), st.floats(30, 300)),
    st.tuples(st.just("run"), st.floats(0.001, 3)),
    st.sampled_from([("stop",), ("go_on",)]),
)


def tell(leader, story):
    """Have the leader do this, and compare where it was with where the others were."""
    for act, *values in story:
        getattr(leader, act)(*values)
        leader.run(0.01)
    for ours, theirs in leader.joined:
        assert theirs == pytest.approx(ours, abs=1e-9)


# Who counts pulses as they come is where the leader is, whatever the leader does. (Continuo's own
# ear also finds lost pulses by their timing: a tempo that is turned away and back again within one
# pulse looks like one.)
@given(st.lists(acts, max_size=25))
def test_whatever_the_leader_does_those_who_count_its_pulses_are_where_it_is(story):
    tell(Leader(other=PulseCount()), story)


steady_acts = acts.filter(lambda act: act[0] != "turn")


@given(st.lists(steady_acts, max_size=25), st.floats(30, 300))
def test_at_a_steady_tempo_our_own_ear_is_where_the_leader_is(story, bpm):
    tell(Leader(bpm), story)


def test_a_tempo_turned_twice_within_a_pulse_is_no_lost_pulse():
    turns = [("turn", 30.0), ("turn", 30.0), ("turn", 102.0)]
    tell(Leader(), [("play", 0.0), ("run", 1.0), *turns, ("run", 1.0)])


@given(beats, st.floats(30, 300))
def test_the_others_come_in_within_a_sixteenth_or_at_beat_0(beat, bpm):
    leader = Leader(bpm=bpm)
    leader.play(beat)
    leader.run(leader.transport.seconds_at(max(beat + 0.25, 0.0)) - leader.now + 0.001)
    first = leader.joined[0][0]
    assert max(beat - 1e-6, 0) <= first <= max(beat + 0.25, 0.0)
