"""Ableton Link as a clock: the only file that names aalink (GPL-3), and only where it was chosen.

What was seen of aalink 0.2.3: it needs an asyncio loop to be made in and none to be read; its
callbacks take Python's lock in Link's own thread, so it is polled instead. Link counts time by
CLOCK_MONOTONIC_RAW, which drifts from perf_counter: so each beat is read between two readings of
perf_counter, and never computed from Link's own time. Link starts nobody who joins: hence this
peer plays from the beginning, and a start or a stop after that is everybody's.
"""

import asyncio
from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from bridge.clocks.position_filter import ClockError, PositionFilter
from bridge.events import ClockChanged, ClockPosition

if TYPE_CHECKING:
    import aalink

SOURCE = "link"
POLL_SECONDS = 0.012
TRIES = 4
TIGHT_SECONDS = 0.00002

MISSING = "Ableton Link needs an extra: pip install 'continuo[link]'"


class LinkClock:
    """A peer in the Link session of this network, read by `step` every POLL_SECONDS.

    Its beats are Link's, shifted by whole bars so that none is negative: bar lines are Link's.
    Link's beats run on while nobody plays; the song stands, and goes on in the bar it stopped in.
    """

    poll_seconds = POLL_SECONDS

    def __init__(
        self,
        post: Callable[[ClockPosition | ClockChanged], None],
        now: Callable[[], float],
        meter_beats: float,
        bpm: float,
        *,
        has_start_stop: bool = True,
    ) -> None:
        self._put, self._now = post, now
        self._bar_beats = meter_beats
        self._shift_beats = 0.0  # whole bars
        self._stopped_beat: float | None = None
        self._positions = PositionFilter(post)
        self._peers = 0
        self._link = make_link(bpm)
        self._link.quantum = meter_beats
        self._link.playing = True
        self._link.start_stop_sync_enabled = has_start_stop
        self._link.enabled = True
        post(ClockChanged(now(), SOURCE, "found", "Ableton Link is on, and nobody else yet"))
        self.step()

    def step(self) -> None:
        """Read Link, and post what is new."""
        peers = self._link.num_peers
        if peers != self._peers:
            self._peers = peers
            state = "found" if peers else "lost"
            self._put(ClockChanged(self._now(), SOURCE, state, _count(peers)))
        self._positions.take(self._read())

    def lead(self, what: str, value: float | None = None) -> None:
        """Start, stop or change the tempo (bpm) of the whole session, or `locate` ourselves.

        `meter` (beats in a bar) is ours alone: it says which of the session's beats are bar lines.

        The beats of a session belong to nobody: we go to the bar of the beat asked for (`value`),
        and are there as far into it as the session is.
        """
        if what == "tempo" and value:
            self._link.tempo = value
        elif what == "start":
            self._start()
        elif what == "stop":
            self._link.playing = False
        elif what == "locate":
            self._locate(value or 0.0)
        elif what == "meter" and value:
            self._bar_beats = self._link.quantum = value
            self._shift_beats = ceil(self._shift_beats / value) * value
        self.step()

    def close(self) -> None:
        """Leave the session."""
        self._link.enabled = False

    def _start(self) -> None:
        if self._link.playing:
            return
        if not self._link.num_peers:  # nobody to agree with: go on from where the song stands
            self._link.request_beat((self._stopped_beat or 0.0) % self._bar_beats)
        self._link.playing = True

    def _locate(self, beat: float) -> None:
        bar, link_bar = beat // self._bar_beats, self._link.beat // self._bar_beats
        self._shift_beats = (bar - link_bar) * self._bar_beats
        if self._stopped_beat is not None:
            self._stopped_beat = beat

    def _read(self) -> ClockPosition:
        bpm, is_playing = self._link.tempo, self._link.playing
        if is_playing and self._stopped_beat is not None:
            self._locate(self._stopped_beat)
            self._stopped_beat = None
        at_seconds, link_beat = self._read_beat()
        if link_beat + self._shift_beats < 0:
            self._shift_beats = ceil(-link_beat / self._bar_beats) * self._bar_beats
        beat = link_beat + self._shift_beats
        if not is_playing:
            beat = self._stopped_beat = beat if self._stopped_beat is None else self._stopped_beat
        return ClockPosition(at_seconds, SOURCE, beat, bpm, is_playing)

    def _read_beat(self) -> tuple[float, float]:
        """Read an instant and its beat; of some readings the one that was disturbed least."""
        tightest, at_seconds, beat = float("inf"), 0.0, 0.0
        for _ in range(TRIES):
            begin_seconds = self._now()
            read = self._link.beat
            end_seconds = self._now()
            if end_seconds - begin_seconds < tightest:
                tightest = end_seconds - begin_seconds
                at_seconds, beat = (begin_seconds + end_seconds) / 2, read
            if tightest < TIGHT_SECONDS:
                break
        return at_seconds, beat


def make_link(bpm: float) -> "aalink.Link":
    """Make a peer that is in no session yet; raises ClockError where aalink is not installed."""
    return asyncio.run(_make(bpm))


async def _make(bpm: float) -> "aalink.Link":
    try:
        import aalink
    except ImportError:
        raise ClockError(MISSING) from None
    return aalink.Link(bpm)


def _count(peers: int) -> str:
    if not peers:
        return "Ableton Link: no peers any more, going on alone"
    return f"Ableton Link: {peers} {'peer' if peers == 1 else 'peers'}"
