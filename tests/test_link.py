"""Ableton Link: one tempo, one bar line and one start and stop, with whoever else is there."""

import os
import select
import socket
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace

import pytest
from pythonosc.osc_message import OscMessage
from system import lack, need_module, need_program
from test_clock_sources import Inbox

from bridge.events import ClockChanged, ClockPosition
from bridge.sync.link import LinkClock, make_link
from bridge.sync.link_bench import Heard, measure_link, wait_for
from bridge.sync.link_peer import LinkPeer
from bridge.sync.positions import ClockError
from bridge.sync.sources import ClockSources

BAR = 4.0
MEET_SECONDS = 8
# What a musician would notice; the figures are the benchmark's.
NEAR_SECONDS = 0.03


# -- without a network: Link as a fake ---------------------------------------------------------
class FakeLink:
    """Link with a clock that is turned by hand; `moved` is what a session did to the beats."""

    def __init__(self, bpm):
        self.tempo, self.quantum, self.playing, self.enabled = bpm, 1.0, False, False
        self.start_stop_sync_enabled, self.num_peers = False, 0
        self.seconds = self.moved = 0.0

    @property
    def beat(self):
        return self.seconds * 2 + self.moved  # at 120

    def request_beat(self, beat):
        self.moved += beat - self.beat


class Played:
    """Our clock over a fake Link, and what it has told."""

    def __init__(self, monkeypatch, bar=BAR, **wishes):
        monkeypatch.setitem(sys.modules, "aalink", SimpleNamespace(Link=self.make))
        self.told = []
        self.clock = LinkClock(self.told.append, lambda: self.link.seconds, bar, 120.0, **wishes)

    def make(self, bpm):
        self.link = FakeLink(bpm)
        return self.link

    def after(self, seconds):
        self.link.seconds += seconds
        self.clock.step()
        return self.position

    def led(self, what, value=None):
        self.clock.lead(what, value)
        return self.position

    @property
    def position(self):
        return next(event for event in reversed(self.told) if isinstance(event, ClockPosition))


def test_without_aalink_a_sentence_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "aalink", None)
    inbox = Inbox()
    sources = ClockSources(inbox.put, time.perf_counter, meter_beats=BAR, bpm=120)
    sources.choose("link")
    failed = inbox.wait_for(lambda event: isinstance(event, ClockChanged))
    sources.close()
    assert failed.state == "failed"
    assert "pip install 'continuo[link]'" in failed.detail


def test_aalink_is_not_imported_before_link_is_chosen():
    code = "import sys, bridge.sync.link, bridge.sync.sources; sys.exit('aalink' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_peer_alone_plays_from_its_first_beat(monkeypatch):
    played = Played(monkeypatch)
    assert played.link.enabled
    assert (played.position.beat, played.position.bpm, played.position.is_playing) == (0, 120, True)
    assert played.after(1.0).beat == pytest.approx(2)


def test_bars_are_the_quantum(monkeypatch):
    assert Played(monkeypatch, bar=3.0).link.quantum == 3.0


def test_joining_a_session_is_a_jump_to_its_place_in_the_bar_and_never_before_the_first(
    monkeypatch,
):
    played = Played(monkeypatch)
    played.after(0.1)
    played.link.moved, played.link.num_peers = -1.0, 2
    position = played.after(0.01)
    assert position.has_jumped
    assert position.beat == pytest.approx(3.22)
    found = [event for event in played.told if isinstance(event, ClockChanged)][-1]
    assert (found.state, found.detail) == ("found", "2 peers")


def test_the_last_peers_end_is_told(monkeypatch):
    played = Played(monkeypatch)
    for peers in (1, 0):
        played.link.num_peers = peers
        played.after(0.1)
    states = [event.state for event in played.told if isinstance(event, ClockChanged)]
    assert states == ["found", "found", "lost"]
    assert played.after(1.0).is_playing, "and Link goes on"


def test_the_song_stands_while_stopped_and_goes_on_in_its_bar_where_link_is_in_it(monkeypatch):
    played = Played(monkeypatch)
    played.link.num_peers = 1
    played.after(3.0)
    played.link.playing = False
    assert played.after(0.25).beat == pytest.approx(6.5)
    assert not played.position.is_playing
    assert played.after(7.0).beat == pytest.approx(6.5)
    played.link.playing = True
    position = played.after(0.0)
    assert position.beat == pytest.approx(4.5), "Link is at 20.5"
    assert position.has_jumped


def test_alone_it_goes_on_exactly_where_it_stopped(monkeypatch):
    played = Played(monkeypatch)
    played.after(3.25)
    played.led("stop")
    played.after(7.1)
    position = played.led("start")
    assert position.beat == pytest.approx(6.5)
    assert not position.has_jumped


def test_locate_goes_to_the_bar_and_leaves_link_its_place_in_it(monkeypatch):
    played = Played(monkeypatch)
    played.after(0.5)
    position = played.led("locate", 18.0)
    assert position.beat == pytest.approx(17)
    assert position.has_jumped
    assert played.link.beat == pytest.approx(1)


def test_located_while_stopped_it_starts_there(monkeypatch):
    played = Played(monkeypatch)
    played.after(3.25)
    played.led("stop")
    assert played.led("locate", 8.0).beat == 8.0
    assert played.led("start").beat == pytest.approx(8.0)


def test_leading_changes_the_session(monkeypatch):
    played = Played(monkeypatch)
    assert played.led("tempo", 93.0).bpm == 93.0
    played.led("stop")
    assert not played.link.playing


@pytest.mark.parametrize("wish", [True, False])
def test_start_and_stop_are_shared_if_wished(monkeypatch, wish):
    assert Played(monkeypatch, has_start_stop=wish).link.start_stop_sync_enabled is wish


def test_after_the_end_the_session_is_left(monkeypatch):
    played = Played(monkeypatch)
    played.clock.close()
    assert not played.link.enabled


# -- with other programs -----------------------------------------------------------------------
@cache
def link_problem():
    """Try Link with two bare peers of this process: what they lack, the machine's network lacks."""
    peers = [make_link(120), make_link(120)]
    for peer in peers:
        peer.enabled = True
    try:
        wait_for(lambda: all(peer.num_peers for peer in peers), MEET_SECONDS, "a peer")
    except ClockError as error:
        return str(error)
    finally:
        for peer in peers:
            peer.enabled = False
    return ""


def need_link():
    """Skip where two bare peers do not find each other: that is the machine's network."""
    need_module("aalink")
    if problem := link_problem():
        lack(f"Ableton Link's multicast does not pass on this machine: {problem}")


@contextmanager
def ours(bpm):
    """Our side, as the engine has it."""
    heard = Heard()
    sources = ClockSources(heard.put, time.perf_counter, meter_beats=BAR, bpm=bpm)
    try:
        sources.choose("link")
        wait_for(lambda: heard.positions, MEET_SECONDS, "our first position")
        yield heard, sources
    finally:
        sources.close()


@pytest.fixture
def other():
    """Another process with a peer of its own."""
    need_link()
    peer = LinkPeer(100, BAR)
    yield peer
    peer.close()


@pytest.fixture
def met(other):
    """Our side and the other, who have found each other."""
    wait_for(lambda: other.readings, MEET_SECONDS, "the other peer")
    with ours(131) as (heard, sources):
        wait_for(lambda: other.readings[-1].peers, MEET_SECONDS, "the other to see us")
        wait_for_one_session(heard, lambda: other.readings[-1].bpm)
        yield heard, sources, other


def wait_for_one_session(heard, read_bpm):
    """Wait until both have had one tempo for a while: whose, Link decides, and may do so twice."""
    looks = []

    def agree():
        looks.append(is_met(heard) and has_tempo(heard, read_bpm()))
        return len(looks) > 25 and all(looks[-25:])

    wait_for(agree, MEET_SECONDS, "one session")


def is_met(heard):
    change = heard.changes[-1]
    return change.state == "found" and change.detail.endswith(("1 peer", "peers"))


def has_tempo(heard, bpm):
    return abs(heard.positions[-1].bpm - bpm) < 0.01


@pytest.mark.ports
def test_two_peers_agree_on_the_tempo_and_on_the_bar_line(met):
    heard, _, other = met
    count = len(other.readings)
    wait_for(lambda: len(other.readings) > count + 200, 5, "readings")
    errors = [heard.error_seconds(r.at_seconds, r.beat) for r in other.readings[count + 50 :]]
    assert sorted(errors)[len(errors) // 2] < NEAR_SECONDS


@pytest.mark.ports
def test_the_tempo_goes_both_ways(met):
    heard, sources, other = met
    other.order("tempo 90")
    wait_for(lambda: has_tempo(heard, 90), 5, "their tempo")
    sources.lead("tempo", 140.0)
    wait_for(lambda: abs(other.readings[-1].bpm - 140) < 0.01, 5, "our tempo")
    wait_for(lambda: has_tempo(heard, 140), 5, "our own tempo")


@pytest.mark.ports
def test_start_and_stop_go_both_ways(met):
    heard, sources, other = met
    assert heard.positions[-1].is_playing, "we need not wait for anybody's start"
    other.order("start")
    other.order("stop")
    wait_for(lambda: not heard.positions[-1].is_playing, 5, "their stop")
    sources.lead("start")
    wait_for(lambda: other.readings[-1].is_playing, 5, "our start")
    sources.lead("stop")
    wait_for(lambda: not other.readings[-1].is_playing, 5, "our stop")
    assert not heard.positions[-1].is_playing


@pytest.mark.ports
def test_the_benchmark_has_its_figures():
    need_link()
    figures = measure_link(1.0)
    assert figures.readings > 50
    assert figures.phase_ms.p50 < NEAR_SECONDS * 1000


# -- with SuperCollider ------------------------------------------------------------------------
SCRIPT = """
var back = NetAddr("127.0.0.1", %d), clock = LinkClock(1.5);
OSCdef(\\tempo, { |message| clock.tempo = message[1] / 60 }, "/tempo");
OSCdef(\\end, { 0.exit }, "/end");
SystemClock.sched(0, {
    var beats = clock.secs2beats(Main.elapsedTime).asFloat;
    back.sendMsg("/read", beats, clock.tempo * 60, clock.numPeers);
    0.02
});
"""


class SuperCollider:
    """sclang with its LinkClock, which sends its beat every 20 ms."""

    def __init__(self, folder):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(30)
        script = folder / "peer.scd"
        script.write_text(SCRIPT % self.socket.getsockname()[1])
        self.log = (folder / "sclang.log").open("wb")
        self.process = subprocess.Popen(
            ["sclang", "-i", "none", str(script)],
            env={
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "QTWEBENGINE_DISABLE_SANDBOX": "1",
                "HOME": str(folder),
                "XDG_RUNTIME_DIR": str(folder),
            },
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.address = None

    def read(self):
        """The next (seconds, beat, bpm, peers)."""
        packet, self.address = self.socket.recvfrom(4096)
        return time.perf_counter(), *OscMessage(packet).params

    def forget(self):
        """Drop what has come and was not read: it would seem late."""
        while select.select([self.socket], [], [], 0)[0]:
            self.socket.recv(4096)

    def read_until(self, holds, seconds=8):
        end_seconds = time.perf_counter() + seconds
        while not holds(reading := self.read()):
            assert time.perf_counter() < end_seconds, reading
        return reading

    def set_tempo(self, bpm):
        self.socket.sendto(b"/tempo\0\0,f\0\0" + struct.pack(">f", bpm), self.address)

    def close(self):
        if self.address:
            self.socket.sendto(b"/end\0\0\0\0,\0\0\0", self.address)
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self.socket.close()
        self.log.close()


@pytest.mark.ports
def test_supercollider_and_we_share_tempo_and_bar_line(tmp_path):
    need_program("sclang")
    need_link()
    collider = SuperCollider(tmp_path)
    try:
        collider.read()
        with ours(131) as (heard, sources):
            wait_for_one_session(heard, lambda: collider.read()[2])
            sources.lead("tempo", 104.0)
            collider.read_until(lambda reading: abs(reading[2] - 104) < 0.01)
            collider.set_tempo(76)
            collider.read_until(lambda reading: abs(reading[2] - 76) < 0.01)
            wait_for(lambda: has_tempo(heard, 76), 5, "SuperCollider's new tempo")
            errors = []
            collider.forget()
            for _ in range(40):
                seconds, beat, _, _ = collider.read()
                errors.append(heard.error_seconds(seconds, beat))
    finally:
        collider.close()
    assert sorted(errors)[len(errors) // 2] < NEAR_SECONDS
