"""A song that is led by MIDI clock: where it is, how fast, and what senders do to it."""

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.timing.midi_clock_in import MidiClock

PERIOD = 60 / 24 / 100  # at 100 bpm


class Sender:
    """Sends to a clock, and keeps what it answered."""

    def __init__(self, bpm: float = 120.0, now: float = 1000.0) -> None:
        self.clock, self.now = MidiClock(bpm), now
        self.position = None

    def say(self, what: str, **more: int) -> None:
        self.position = self.clock.take(mido.Message(what, **more), self.now)

    def pulses(self, count: int, period: float = PERIOD) -> None:
        for _ in range(count):
            self.now += period
            self.say("clock")

    def start(self, count: int = 24 * 4) -> None:
        self.pulses(24)
        self.say("start")
        self.pulses(count)

    @property
    def pulse(self) -> float:
        return self.position.beat * 24


def test_the_first_pulse_after_start_is_beat_0_however_late_it_comes():
    sender = Sender()
    sender.pulses(24)
    sender.say("start")
    assert sender.position.has_jumped
    assert not sender.position.is_playing
    sender.pulses(1, PERIOD * 0.5)
    assert (sender.position.beat, sender.position.is_playing) == (0, True)
    assert sender.position.at_seconds == pytest.approx(sender.now)


def test_the_tempo_of_before_holds_until_two_pulses_tell_another():
    sender = Sender(bpm=90)
    sender.say("start")
    sender.pulses(1)
    assert sender.position.bpm == pytest.approx(90)
    sender.pulses(1)
    assert sender.position.bpm == pytest.approx(100, abs=3)
    sender.pulses(6)
    assert sender.position.bpm == pytest.approx(100, abs=0.5)


def test_pulses_while_stopped_tell_the_tempo():
    sender = Sender()
    sender.pulses(48)
    assert not sender.position.is_playing
    assert sender.position.beat == 0
    assert sender.position.bpm == pytest.approx(100, abs=0.01)


def test_twenty_four_pulses_are_a_beat():
    sender = Sender()
    sender.start(24 * 8 + 1)
    assert sender.position.beat == 8
    assert not sender.position.has_jumped


def test_stop_keeps_the_place_and_continue_goes_on_from_it():
    sender = Sender()
    sender.start(10)
    sender.say("stop")
    assert not sender.position.is_playing
    assert sender.pulse == pytest.approx(10)
    sender.pulses(50)
    assert sender.pulse == pytest.approx(10)
    sender.say("continue")
    sender.pulses(1)
    assert sender.position.is_playing
    assert sender.pulse == pytest.approx(10)
    sender.pulses(5)
    assert sender.pulse == pytest.approx(15)


@pytest.mark.parametrize("sixteenth", [0, 1, 64, 16383])
def test_a_song_position_is_where_continue_begins(sixteenth):
    sender = Sender()
    sender.start(40)
    sender.say("stop")
    sender.say("songpos", pos=sixteenth)
    assert sender.position.has_jumped
    assert sender.position.beat == sixteenth / 4
    sender.say("continue")
    sender.pulses(1)
    assert (sender.position.beat, sender.position.is_playing) == (sixteenth / 4, True)


def test_start_forgets_a_song_position():
    sender = Sender()
    sender.say("songpos", pos=32)
    sender.say("start")
    sender.pulses(1)
    assert sender.position.beat == 0


def test_a_song_position_while_playing_is_a_jump():
    sender = Sender()
    sender.start(100)
    sender.say("songpos", pos=64)
    assert sender.position is None
    sender.pulses(1)
    assert (sender.position.beat, sender.position.has_jumped) == (16, True)
    sender.pulses(1)
    assert not sender.position.has_jumped


def test_a_song_position_that_tells_where_the_song_is_changes_nothing():
    sender = Sender()
    sender.start(96)
    for _ in range(24):
        sender.pulses(1)
        before = sender.pulse
        sender.say("songpos", pos=int((before + 1) // 6))
        sender.pulses(1)
        assert sender.pulse == pytest.approx(before + 1)
        assert not sender.position.has_jumped


def test_start_while_playing_begins_again():
    sender = Sender()
    sender.start(50)
    sender.say("start")
    sender.pulses(1)
    assert (sender.position.beat, sender.position.has_jumped) == (0, True)


def test_start_twice_is_one_start():
    sender = Sender()
    sender.say("start")
    sender.say("start")
    sender.pulses(1)
    assert (sender.position.beat, sender.position.has_jumped) == (0, False)


def test_start_that_is_taken_back_at_once_leaves_the_song_stopped():
    sender = Sender()
    sender.pulses(24)
    sender.say("start")
    sender.say("stop")
    sender.pulses(24)
    assert not sender.position.is_playing
    assert sender.position.beat == 0


def test_a_sender_that_starts_stops_and_continues_from_a_position_is_followed():
    sender = Sender()  # as jack_midi_clock begins
    sender.say("start")
    sender.say("stop")
    sender.say("songpos", pos=16)
    sender.say("continue")
    sender.pulses(1)
    assert (sender.position.beat, sender.position.is_playing) == (4, True)


def test_continue_while_playing_changes_nothing():
    sender = Sender()
    sender.start(30)
    sender.say("continue")
    sender.pulses(1)
    assert sender.pulse == pytest.approx(30)


def test_a_new_phase_at_the_start_is_the_new_beat():
    sender = Sender()
    sender.pulses(48)
    sender.say("start")
    sender.pulses(1, PERIOD * 1.7)
    assert sender.position.at_seconds == pytest.approx(sender.now, abs=1e-6)
    sender.pulses(1)
    assert sender.position.at_seconds == pytest.approx(sender.now, abs=1e-3)


def test_a_sender_that_is_silent_while_stopped_keeps_its_tempo():
    sender = Sender()
    sender.start(96)
    sender.say("stop")
    sender.now += 20
    sender.say("continue")
    sender.pulses(1)
    assert sender.position.bpm == pytest.approx(100, abs=0.1)
    assert sender.pulse == pytest.approx(96)


# -- lost ----------------------------------------------------------------------------------------
def test_only_a_song_that_plays_can_lose_its_clock():
    sender = Sender()
    assert sender.clock.lost_at_seconds is None
    sender.pulses(10)
    assert sender.clock.lost_at_seconds is None
    sender.say("start")
    assert sender.clock.lost_at_seconds is None
    sender.pulses(1)
    assert sender.now + 0.2 < sender.clock.lost_at_seconds < sender.now + 1
    sender.say("stop")
    assert sender.clock.lost_at_seconds is None


def test_a_slow_clock_is_not_lost_between_its_pulses():
    sender = Sender(bpm=10)
    sender.say("start")
    sender.pulses(20, 60 / 24 / 10)
    assert sender.clock.lost_at_seconds > sender.now + 1


@pytest.mark.parametrize("lost", [True, False])
def test_a_clock_that_comes_back_finds_the_song_run_on(lost):
    sender = Sender()
    sender.start(97)
    if lost:
        sender.clock.lose(sender.clock.lost_at_seconds)
        assert sender.clock.lost_at_seconds is None
    sender.now += 79.8 * PERIOD
    sender.pulses(1, 0.4 * PERIOD)
    assert sender.pulse == pytest.approx(96 + 80)
    assert not sender.position.has_jumped
    sender.pulses(24)
    assert sender.pulse == pytest.approx(96 + 80 + 24)
    assert sender.position.bpm == pytest.approx(100, abs=0.5)


def test_a_stop_after_the_clock_was_lost_stops_where_the_song_is():
    sender = Sender()
    sender.start(97)
    sender.clock.lose(sender.clock.lost_at_seconds)
    sender.now += 48 * PERIOD
    sender.say("stop")
    assert sender.pulse == pytest.approx(96 + 48, abs=1)


# -- pulses that go astray -----------------------------------------------------------------------
def test_a_pulse_that_was_lost_now_and_then_does_not_shift_the_bar():
    sender = Sender()
    sender.start(97)
    for _ in range(5):
        sender.pulses(1, 2 * PERIOD)
        sender.pulses(94)
    assert sender.pulse == pytest.approx(96 * 6)


def test_a_pulse_that_came_twice_does_not_shift_the_bar():
    sender = Sender()
    sender.start(97)
    sender.pulses(1, 0.0)
    sender.pulses(96)
    assert sender.pulse == pytest.approx(96 * 2)


def test_pulses_that_come_late_and_all_at_once_are_all_counted():
    sender = Sender()
    sender.start(97)
    sender.pulses(1, 10 * PERIOD)
    sender.pulses(9, 0.0)
    sender.pulses(96)
    assert sender.pulse == pytest.approx(96 * 2 + 10)


@pytest.mark.parametrize("ratio", [0.4, 0.5, 0.7, 0.9, 1.1, 1.5, 2.0, 2.5])
def test_another_tempo_from_one_pulse_to_the_next_loses_none(ratio):
    sender = Sender()
    sender.start(97)
    sender.pulses(48, PERIOD / ratio)
    assert sender.pulse == pytest.approx(96 + 48)
    assert sender.position.bpm == pytest.approx(100 * ratio, rel=0.01)
    assert sender.position.at_seconds == pytest.approx(sender.now, abs=0.001)


def test_messages_about_other_things_are_left_alone():
    assert MidiClock(100).take(mido.Message("note_on"), 0.0) is None


# -- whatever is sent ----------------------------------------------------------------------------
said = st.one_of(
    st.tuples(
        st.sampled_from(["clock", "start", "stop", "continue"]),
        st.just({}),
    ),
    st.tuples(st.just("songpos"), st.fixed_dictionaries({"pos": st.integers(0, 16383)})),
)
pauses = st.one_of(
    st.floats(0, 0.1), st.sampled_from([0.0, PERIOD, PERIOD, PERIOD, 2 * PERIOD, 1.0, 3600.0])
)


@given(st.lists(st.tuples(said, pauses), max_size=200), st.floats(20, 400))
def test_whatever_is_sent_the_song_has_a_place_and_a_tempo(story, bpm):
    sender = Sender(bpm=bpm, now=0.0)
    for (what, more), pause in story:
        sender.now += pause
        lost_at = sender.clock.lost_at_seconds
        if lost_at is not None and lost_at <= sender.now:
            sender.clock.lose(lost_at)
            assert sender.clock.lost_at_seconds is None
        sender.say(what, **more)
        if sender.position is not None:
            assert sender.position.beat >= 0
            assert 1 < sender.position.bpm < 1000
            assert sender.position.at_seconds == pytest.approx(sender.now, abs=60)


@given(st.lists(st.sampled_from(["stop", "continue", "pulse", "songpos"]), max_size=60))
def test_a_steady_sender_is_followed_to_the_pulse(story):
    sender = Sender()
    sender.pulses(24)
    sender.say("start")
    counted, plays = 0, True
    for what in story:
        if what == "songpos" and not plays:
            sender.say("songpos", pos=9)
            counted = 54
        elif what != "songpos" and what != "pulse":
            sender.say(what)
            plays = what == "continue"
        sender.pulses(1)
        counted += plays
        assert sender.pulse == pytest.approx(counted - plays)
        assert sender.position.is_playing == plays
