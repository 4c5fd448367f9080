"""Ableton Link: one tempo, one bar line and one start and stop, with whoever else is there."""

import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from event_inbox import Inbox

from bridge.clocks.link import LinkClock
from bridge.clocks.sources import ClockSources
from bridge.events import ClockChanged, ClockPosition

BAR = 4.0


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
    code = (
        "import sys, bridge.clocks.link, bridge.clocks.sources; sys.exit('aalink' in sys.modules)"
    )
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
    assert (found.state, found.detail) == ("found", "Ableton Link: 2 peers")


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
