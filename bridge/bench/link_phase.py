"""How far our idea of Link's beat is from that of a peer in another process; the figures of it."""

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from time import perf_counter

from bridge.bench.figures import Spread, spread
from bridge.bench.link_peer import LinkPeer, PeerReading
from bridge.bench.witness import Witness, WitnessReport
from bridge.clocks.position_filter import ClockError, beat_at
from bridge.clocks.sources import ClockSources
from bridge.events import ClockChanged, ClockPosition, Event

BAR_BEATS = 4.0
BEFORE_BPM, AFTER_BPM = 120.0, 97.0
NEAR_BPM = 0.01  # Link rounds to microseconds a beat
MEET_SECONDS = 8.0
SETTLE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """What was measured: the phase beside the machine's own lateness, and one change of tempo."""

    phase_ms: Spread
    worst_ms: float
    readings: int
    tempo_late_ms: float  # until we knew the new tempo

    def __str__(self) -> str:
        return (
            f"Link phase against another process: p50 {self.phase_ms.p50:.3f} ms, "
            f"p99 {self.phase_ms.p99:.3f} ms, worst {self.worst_ms:.3f} ms of {self.readings} "
            f"readings (this machine's own lateness: p99 {self.phase_ms.witness_p99:.3f} ms); "
            f"a change of tempo reached us after {self.tempo_late_ms:.1f} ms"
        )


class PositionLog:
    """What our clock posted, and when: only what was there at an instant may be used for it."""

    def __init__(self) -> None:
        self.changes: list[ClockChanged] = []
        self.positions: list[ClockPosition] = []
        self.seconds: list[float] = []

    def put(self, event: Event) -> None:
        """Take an event. Called from the clock's thread."""
        if isinstance(event, ClockChanged):
            self.changes.append(event)
        elif isinstance(event, ClockPosition):
            self.positions.append(event)
            self.seconds.append(perf_counter())

    def position_at(self, at_seconds: float) -> ClockPosition:
        """Find the last position posted before an instant."""
        return self.positions[max(bisect_right(self.seconds, at_seconds) - 1, 0)]

    def error_seconds(self, at_seconds: float, beat: float) -> float:
        """Tell how far we were from another's beat at an instant, in seconds of phase."""
        position = self.position_at(at_seconds)
        apart = beat_at(position, at_seconds) - beat
        apart = (apart + BAR_BEATS / 2) % BAR_BEATS - BAR_BEATS / 2
        return abs(apart) * 60 / position.bpm


def measure_link(seconds: float = 10.0) -> LinkFigures:
    """Play along with a peer for some seconds, with a change of tempo half-way.

    Raises ClockError without aalink, or where the two do not find each other.
    """
    log = PositionLog()
    peer = LinkPeer(BEFORE_BPM, BAR_BEATS)
    witness = Witness()
    witness.start()
    sources = ClockSources(log.put, perf_counter, meter_beats=BAR_BEATS, bpm=80)
    try:
        sources.choose("link")
        wait_for(lambda: _have_met(log, peer), MEET_SECONDS, "two Link peers to meet")
        # Their clocks are compared for some hundred ms after they have met.
        pause = threading.Event()
        pause.wait(SETTLE_SECONDS)
        first = len(peer.readings)
        pause.wait(seconds / 2)
        peer.command(f"tempo {AFTER_BPM:g}")
        pause.wait(seconds / 2)
    finally:
        sources.close()
        peer.close()
        lateness = witness.stop()
    return _judge(log, peer.readings[first:], lateness)


def wait_for(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Return once `holds()`; raise ClockError after `seconds`."""
    pause, end_seconds = threading.Event(), perf_counter() + seconds
    while not holds():
        if perf_counter() > end_seconds:
            raise ClockError(f"waited {seconds:g} s for {what}")
        pause.wait(0.02)


def _have_met(log: PositionLog, peer: LinkPeer) -> bool:
    if any(change.state == "failed" for change in log.changes):
        raise ClockError(log.changes[-1].detail)
    counts = [reading.peers for reading in peer.readings[-1:]]
    return bool(counts and counts[0] and log.positions[-1].bpm == peer.readings[-1].bpm)


def _judge(
    log: PositionLog, readings: Sequence[PeerReading], lateness: WitnessReport
) -> LinkFigures:
    changed_seconds = next(r.at_seconds for r in readings if abs(r.bpm - AFTER_BPM) < NEAR_BPM)
    told = zip(log.seconds, log.positions, strict=True)
    learned_seconds = next(
        (seconds for seconds, position in told if abs(position.bpm - AFTER_BPM) < NEAR_BPM), inf
    )
    # We left before the peer did.
    counted = [r for r in readings if r.at_seconds < log.seconds[-1]]
    errors = [log.error_seconds(r.at_seconds, r.beat) for r in counted]
    phase = spread(errors, lateness)
    assert phase
    late_ms = max(learned_seconds - changed_seconds, 0.0) * 1000
    return LinkFigures(phase, max(errors) * 1000, len(errors), late_ms)
