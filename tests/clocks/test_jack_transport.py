"""JACK's transport: whoever starts, stops and locates it is followed, and can be led."""

import os
import sys

import pytest
from jack_rig import RATE, JackRig, wait_until
from paths import RIGS
from patience import PATIENCE_SECONDS

from bridge.clocks.position_filter import beat_at
from bridge.events import ClockPosition

pytestmark = pytest.mark.ports

HERE = RIGS
# What a musician would notice.
NEAR_BEATS = 0.06
BEAT_KEPT = 0.3  # nearer to the right beat than to any other


class Follower:
    """Our clock in a process beside the server."""

    def __init__(self, rig: JackRig):
        self.rig = rig
        pipe = rig.folder / "commands"
        os.mkfifo(pipe)
        echo = str(HERE / "transport_echo.py")
        self.process = rig.spawn(sys.executable, echo, str(pipe), log="follower.log")
        self.commands = pipe.open("w", buffering=1)

    def order(self, text):
        self.commands.write(text + "\n")

    def lines(self, kind):
        lines = self.rig.said("follower.log").split("\n")[:-1]
        return [rest for line in lines for _, what, *rest in [line.split(" ", 3)] if what == kind]

    def positions(self):
        out = []
        for at_seconds, rest in self.lines("position"):
            beat, bpm, is_playing, has_jumped = map(float, rest.split())
            position = ClockPosition(float(at_seconds), "jack", beat, bpm, bool(is_playing))
            out.append((position, bool(has_jumped)))
        return out

    @property
    def position(self):
        return self.positions()[-1][0]

    def wait_for(self, holds, what):
        wait_until(lambda: self.positions() and holds(self.position), PATIENCE_SECONDS, what)

    def wait_for_change(self, state, count=1):
        wait_until(
            lambda: sum(s == state for s, _ in self.lines("change")) >= count,
            PATIENCE_SECONDS,
            state,
        )

    def end(self):
        self.commands.close()
        return self.process.wait(PATIENCE_SECONDS)


@pytest.fixture
def follower(rig):
    follower = Follower(rig)
    follower.wait_for_change("found")
    follower.wait_for(lambda position: True, "a first position")
    yield follower
    if not follower.commands.closed:
        follower.end()


def conduct(rig, *commands):
    done = rig.run(sys.executable, str(HERE / "jack_conductor.py"), *map(str, commands))
    assert done.returncode == 0, done.stderr
    return done.stdout


def be_master(rig, bpm, beats_per_bar, beat_type=4):
    conductor = str(HERE / "jack_conductor.py")
    counted = (str(value) for value in (bpm, beats_per_bar, beat_type))
    return rig.spawn(sys.executable, conductor, "master", *counted, log="master.log")


def apart_from(rig, follower, bpm):
    """How many beats we are from the transport's own frame."""
    at_seconds, frame = map(float, conduct(rig, "look").split())
    return abs(beat_at(follower.position, at_seconds) - frame / RATE * bpm / 60)


def assert_together(rig, follower, bpm):
    """We are at the transport's own beat: at once, or where a reading was late, with the next."""
    what = "the transport's own beat"
    wait_until(lambda: apart_from(rig, follower, bpm) < NEAR_BEATS, PATIENCE_SECONDS, what)


def jumps(follower):
    return sum(has_jumped for _, has_jumped in follower.positions())


def test_another_clients_start_stop_and_locate_are_followed(rig, follower):
    assert not follower.position.is_playing
    conduct(rig, "start")
    follower.wait_for(lambda position: position.is_playing, "the start")
    assert_together(rig, follower, 120)
    assert jumps(follower) == 0, "a start is no jump"
    conduct(rig, "locate", 60 * RATE)
    follower.wait_for(lambda position: position.beat >= 120, "beat 120")
    assert jumps(follower) == 1
    assert all(position.is_playing for position, _ in follower.positions()[-2:])
    assert_together(rig, follower, 120)
    conduct(rig, "stop")
    follower.wait_for(lambda position: not position.is_playing, "the stop")
    assert_together(rig, follower, 120)
    conduct(rig, "locate", 0)
    follower.wait_for(lambda position: position.beat == 0, "the beginning")
    assert jumps(follower) == 2
    assert follower.end() == 0


def test_a_timebase_masters_bars_and_tempo_are_followed(rig, follower):
    master = be_master(rig, 90, 3)
    follower.wait_for(lambda position: position.bpm == 90, "the master's tempo")
    conduct(rig, "start")
    follower.wait_for(lambda position: position.is_playing and position.beat > 1, "the start")
    conduct(rig, "locate", 20 * RATE)
    follower.wait_for(lambda position: position.beat >= 30, "beat 30")
    assert jumps(follower) == 1
    assert_together(rig, follower, 90)
    assert {position.bpm for position, _ in follower.positions()} == {120, 90}
    rig.end(master)
    wait_until(lambda: "master is gone" in rig.said("follower.log"), PATIENCE_SECONDS, "its end")
    assert follower.position.bpm == 90
    # How long its last bars stand still before the server misses it is not ours to say.
    assert apart_from(rig, follower, 90) < BEAT_KEPT
    assert follower.position.is_playing


def test_a_timebase_masters_meter_is_told_and_eighths_are_half_beats(rig, follower):
    master = be_master(rig, 180, 6, 8)
    follower.wait_for(lambda position: position.bpm == 90, "six eighths at a dotted 60")
    conduct(rig, "locate", 20 * RATE)
    # 20 seconds are 60 eighths: ten bars of three beats.
    follower.wait_for(lambda position: abs(position.beat - 30) < NEAR_BEATS, "beat 30")
    rig.end(master)
    be_master(rig, 90, 3)
    wait_until(lambda: len(follower.lines("meter")) == 2, PATIENCE_SECONDS, "another meter")
    assert [meter for meter, _ in follower.lines("meter")] == ["6/8", "3/4"]


def test_the_transport_can_be_led(rig, follower):
    follower.order("start")
    follower.wait_for(lambda position: position.is_playing, "our start")
    follower.order("locate 40")
    follower.wait_for(lambda position: position.beat >= 40, "our locate")
    _, frame = map(float, conduct(rig, "look").split())
    assert frame >= 20 * RATE
    follower.order("stop")
    follower.wait_for(lambda position: not position.is_playing, "our stop")
    beat = follower.position.beat
    follower.order("tempo 60")
    follower.wait_for(lambda position: position.bpm == 60, "our tempo")
    assert follower.position.beat == pytest.approx(beat, abs=0.01)


def test_the_tempo_of_a_timebase_master_is_not_ours_to_change(rig, follower):
    be_master(rig, 90, 4)
    follower.wait_for(lambda position: position.bpm == 90, "the master's tempo")
    follower.order("tempo 60")
    wait_until(
        lambda: "change it there" in rig.said("follower.log"), PATIENCE_SECONDS, "a sentence"
    )
    follower.order("locate 8")
    follower.wait_for(lambda position: abs(position.beat - 8) < NEAR_BEATS, "our locate")
    assert follower.position.bpm == 90


def test_the_servers_end_is_told_and_the_next_servers_transport_followed(rig, follower):
    conduct(rig, "start")
    follower.wait_for(lambda position: position.is_playing, "the start")
    rig.end_server()
    follower.wait_for_change("lost")
    rig.start_server()
    follower.wait_for_change("found", 2)
    follower.wait_for(lambda position: not position.is_playing, "the new transport")
    conduct(rig, "start")
    follower.wait_for(lambda position: position.is_playing, "its start")
    assert follower.end() == 0


def test_without_a_server_it_says_so_and_waits_for_one(rig):
    rig.end_server()
    follower = Follower(rig)
    follower.wait_for_change("failed")
    assert "start one" in follower.lines("change")[0][1]
    rig.start_server()
    follower.wait_for_change("found")
    assert follower.end() == 0
