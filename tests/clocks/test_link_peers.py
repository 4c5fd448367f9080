"""Ableton Link with other programs: a bare peer in another process, and SuperCollider."""

import pytest
from link_rig import (
    BAR,
    SuperCollider,
    has_tempo,
    need_link,
    ours,
    wait_for_one_session,
)
from patience import PATIENCE_SECONDS
from system_programs import need_program

from bridge.bench.link_peer import LinkPeer
from bridge.bench.link_phase import measure_link, wait_for

pytestmark = pytest.mark.ports

# What a musician would notice; the figures are the benchmark's.
NEAR_SECONDS = 0.03


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
    wait_for(lambda: other.readings, PATIENCE_SECONDS, "the other peer")
    with ours(131) as (heard, sources):
        wait_for(lambda: other.readings[-1].peers, PATIENCE_SECONDS, "the other to see us")
        wait_for_one_session(heard, lambda: other.readings[-1].bpm)
        yield heard, sources, other


def test_two_peers_agree_on_the_tempo_and_on_the_bar_line(met):
    heard, _, other = met
    count = len(other.readings)
    wait_for(lambda: len(other.readings) > count + 200, PATIENCE_SECONDS, "readings")
    errors = [heard.error_seconds(r.at_seconds, r.beat) for r in other.readings[count + 50 :]]
    assert sorted(errors)[len(errors) // 2] < NEAR_SECONDS


def test_the_tempo_goes_both_ways(met):
    heard, sources, other = met
    other.command("tempo 90")
    wait_for(lambda: has_tempo(heard, 90), PATIENCE_SECONDS, "their tempo")
    sources.lead("tempo", 140.0)
    wait_for(lambda: abs(other.readings[-1].bpm - 140) < 0.01, PATIENCE_SECONDS, "our tempo")
    wait_for(lambda: has_tempo(heard, 140), PATIENCE_SECONDS, "our own tempo")


def test_start_and_stop_go_both_ways(met):
    heard, sources, other = met
    assert heard.positions[-1].is_playing, "we need not wait for anybody's start"
    other.command("start")
    other.command("stop")
    wait_for(lambda: not heard.positions[-1].is_playing, PATIENCE_SECONDS, "their stop")
    sources.lead("start")
    wait_for(lambda: other.readings[-1].is_playing, PATIENCE_SECONDS, "our start")
    sources.lead("stop")
    wait_for(lambda: not other.readings[-1].is_playing, PATIENCE_SECONDS, "our stop")
    assert not heard.positions[-1].is_playing


def test_the_benchmark_has_its_figures():
    need_link()
    figures = measure_link(1.0)
    assert figures.readings > 50
    assert figures.phase_ms.p50 < NEAR_SECONDS * 1000


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
            wait_for(lambda: has_tempo(heard, 76), PATIENCE_SECONDS, "SuperCollider's new tempo")
            errors = []
            collider.forget()
            for _ in range(40):
                seconds, beat, _, _ = collider.read()
                errors.append(heard.error_seconds(seconds, beat))
    finally:
        collider.close()
    assert sorted(errors)[len(errors) // 2] < NEAR_SECONDS
