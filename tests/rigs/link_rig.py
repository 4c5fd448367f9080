"""Ableton Link in the tests: whether it passes here, our side as the engine has it, and sclang."""

import os
import select
import socket
import struct
import subprocess
import time
from contextlib import contextmanager
from functools import cache

from patience import PATIENCE_SECONDS
from pythonosc.osc_message import OscMessage
from system_programs import lack, need_module

from bridge.bench.link_phase import PositionLog, wait_for
from bridge.clocks.link import make_link
from bridge.clocks.position_filter import ClockError
from bridge.clocks.sources import ClockSources

BAR = 4.0
END_SECONDS = 10.0  # for sclang, which is not ours, to end by itself


@cache
def link_problem():
    """Try Link with two bare peers of this process: what they lack, the machine's network lacks."""
    peers = [make_link(120), make_link(120)]
    for peer in peers:
        peer.enabled = True
    try:
        wait_for(lambda: all(peer.num_peers for peer in peers), PATIENCE_SECONDS, "a peer")
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
    heard = PositionLog()
    sources = ClockSources(heard.put, time.perf_counter, meter_beats=BAR, bpm=bpm)
    try:
        sources.choose("link")
        wait_for(lambda: heard.positions, PATIENCE_SECONDS, "our first position")
        yield heard, sources
    finally:
        sources.close()


def wait_for_one_session(heard, read_bpm):
    """Wait until both have had one tempo for a while: whose, Link decides, and may do so twice."""
    looks = []

    def agree():
        looks.append(is_met(heard) and has_tempo(heard, read_bpm()))
        return len(looks) > 25 and all(looks[-25:])

    wait_for(agree, PATIENCE_SECONDS, "one session")


def is_met(heard):
    change = heard.changes[-1]
    return change.state == "found" and change.detail.endswith(("1 peer", "peers"))


def has_tempo(heard, bpm):
    return abs(heard.positions[-1].bpm - bpm) < 0.01


# -- SuperCollider -----------------------------------------------------------------------------
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
        self.socket.settimeout(PATIENCE_SECONDS)
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

    def read_until(self, holds, seconds=PATIENCE_SECONDS):
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
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(PATIENCE_SECONDS)
        self.socket.close()
        self.log.close()
