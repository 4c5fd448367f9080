"""JACK's transport as a clock: a client without ports that follows it, and may lead it.

What was seen of jackd2 1.9.21: the transport's place and the frame counter change in different
instants, so that a few readings in a thousand are one period apart; their difference stands while
the transport rolls, and a reading that differs is taken twice. `frame_time` is smoothed by the
server: within 0.02 ms of a straight line (p99) where the cycles themselves were milliseconds late.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jack

from bridge.clocks.jack_timebase import Place, Timebase
from bridge.clocks.position_filter import JUMP_SECONDS, PositionFilter
from bridge.events import ClockChanged, ClockPosition
from bridge.midi.jack_server import JackWatch, NoServerError
from models.music.tempo import Meter

SOURCE = "jack"
NAME = "Continuo Transport"
POLL_SECONDS = 0.012
RETRY_SECONDS = 1.0
TRIES = 4
TIGHT_SECONDS = 0.0001
# A transport that was put elsewhere waits for its clients, and then has no bars until its master
# counts them: some periods. Nothing is told meanwhile; whatever lasts longer is meant.
SETTLE_SECONDS = 0.2
COUNTER = 1 << 32  # frame counters begin again here
BBT = 0x10  # JackPositionBBT: the place is there
BBT_OFFSET = 0x40  # JackBBTFrameOffset: and is that of some frames before

NO_SERVER = "no JACK server runs: start one (qjackctl, or `jackd -d alsa`); until then no clock"


@dataclass(frozen=True, slots=True)
class Reading:
    """The transport at one instant."""

    at_seconds: float
    is_rolling: bool
    is_starting: bool  # it will roll when every client is ready
    frame: float
    offset: int  # of the transport's frames from the server's counter; it stands while we roll
    place: Place | None
    place_frame: int  # what the place is the place of


class TransportClient(JackWatch):
    """One client of one server."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        super().__init__(on_end, NAME)
        self.frame_rate = int(self._client.samplerate)

    def start(self) -> None:
        """Let everybody roll."""
        self._client.transport_start()

    def stop(self) -> None:
        """Stop everybody."""
        self._client.transport_stop()

    def locate(self, frame: int) -> None:
        """Put everybody at a frame."""
        self._client.transport_frame = frame

    def read(self, now: Callable[[], float]) -> Reading:
        """Read the transport once."""
        at_seconds, counter = self._read_counter(now)
        cycle = self.frame()
        state, position = self._client.transport_query_struct()
        frame, valid = int(position.frame), int(position.valid)
        is_rolling = state == jack.ROLLING
        # The counter was read first: it may be of the cycle before.
        since = (counter - cycle + COUNTER // 2) % COUNTER - COUNTER // 2
        return Reading(
            at_seconds,
            is_rolling,
            state == jack.STARTING,
            frame + since if is_rolling else frame,
            (frame - cycle) % COUNTER,
            _place(position) if valid & BBT else None,
            frame - int(position.bbt_offset) if valid & BBT_OFFSET else frame,
        )

    def _read_counter(self, now: Callable[[], float]) -> tuple[float, int]:
        """Read the frame counter; of some readings the one that was disturbed least."""
        tightest, at_seconds, counter = float("inf"), 0.0, 0
        for _ in range(TRIES):
            begin_seconds = now()
            read = int(self._client.frame_time)
            end_seconds = now()
            if end_seconds - begin_seconds < tightest:
                tightest = end_seconds - begin_seconds
                at_seconds, counter = (begin_seconds + end_seconds) / 2, read
            if tightest < TIGHT_SECONDS:
                break
        return at_seconds, counter


class JackTransport:
    """The transport of the server that runs, read by `step` every POLL_SECONDS; of the next too."""

    poll_seconds = POLL_SECONDS

    def __init__(
        self,
        post: Callable[[ClockPosition | ClockChanged], None],
        now: Callable[[], float],
        bpm: float,
    ) -> None:
        self._put, self._now, self._bpm = post, now, bpm
        self._ended = threading.Event()
        self._client: TransportClient | None = None
        self._retry_seconds = 0.0
        if not self._open():
            self._tell("failed", NO_SERVER)

    # -- the server --------------------------------------------------------------------------
    def _open(self) -> bool:
        self._retry_seconds = self._now() + RETRY_SECONDS
        self._ended.clear()
        try:
            self._client = TransportClient(self._ended.set)
        except NoServerError:
            return False
        self._timebase = Timebase(self._client.frame_rate, self._bpm)
        self._positions = PositionFilter(self._put)
        self._last: Reading | None = None
        self._settled_seconds = self._now()
        self._meter: tuple[float, float] | None = None  # the master's, as it was told last
        self._tell("found", "following JACK's transport")
        return True

    def _give_up(self, client: TransportClient) -> None:
        self._client = None
        self._bpm = self._timebase.bpm
        client.close()
        self._retry_seconds = self._now() + RETRY_SECONDS
        self._tell("lost", "JACK ended; its transport is followed again when it is back")

    def _tell(self, state: str, detail: str) -> None:
        self._put(ClockChanged(self._now(), SOURCE, state, detail))

    def close(self) -> None:
        """Leave the server; it and its transport go on."""
        if self._client:
            self._client.close()
            self._client = None

    # -- following ---------------------------------------------------------------------------
    def step(self) -> None:
        """Read the transport, and post what is new."""
        if self._client is None:
            if self._now() < self._retry_seconds or not self._open():
                return
        elif self._ended.is_set():
            self._give_up(self._client)
            return
        reading = self._read()
        if reading:
            position = self._position(reading)
            self._positions.take(position)

    def _meter_of(self, place: Place | None) -> Meter | None:
        """Return the master's meter; one that bars cannot be counted by is said, once."""
        if place is None or not place.is_whole:
            return None
        told, before = (place.beats_per_bar, place.beat_type), self._meter
        self._meter = told
        if place.meter is None and told != before:
            sentence = f"the timebase master's meter, {told[0]:g}/{told[1]:g}, cannot be followed"
            self._tell("found", f"{sentence}: the bars stay as they are")
        return place.meter

    def _read(self) -> Reading | None:
        """Read the transport; None: it is on its way to somewhere."""
        assert self._client
        reading = self._client.read(self._now)
        if self._last and self._last.offset != reading.offset and reading.is_rolling:
            reading = self._client.read(self._now)
        lacks_place = self._timebase.has_master and reading.place is None
        if not (lacks_place or reading.is_starting):
            self._settled_seconds = reading.at_seconds
        elif reading.at_seconds - self._settled_seconds < SETTLE_SECONDS:
            return None
        elif lacks_place:
            self._tell("found", "the timebase master is gone: its tempo stays")
        return reading

    def _position(self, reading: Reading) -> ClockPosition:
        timebase, last = self._timebase, self._last
        has_jumped = last is not None and _was_put(last, reading, timebase.frame_rate)
        if has_jumped:
            timebase.restart()
        timebase.learn(reading.place_frame, reading.place)
        self._last = reading
        return ClockPosition(
            reading.at_seconds,
            SOURCE,
            timebase.beat_at(reading.frame),
            timebase.bpm,
            reading.is_rolling,
            has_jumped,
            self._meter_of(reading.place),
        )

    # -- leading -----------------------------------------------------------------------------
    def lead(self, what: str, value: float | None = None) -> None:
        """Start, stop or `locate` (beat) everybody's transport, or change the tempo (bpm).

        The tempo is a timebase master's where there is one, and cannot be changed from here.
        """
        if self._client is None:
            self._bpm = value or self._bpm if what == "tempo" else self._bpm
            return
        if what == "start":
            self._client.start()
        elif what == "stop":
            self._client.stop()
        elif what == "locate":
            self._client.locate(self._frame_of(value or 0.0))
        elif what == "tempo" and value:
            self._change_tempo(value)
        self.step()

    def _change_tempo(self, bpm: float) -> None:
        assert self._client
        if self._timebase.has_master:
            sentence = f"the tempo is the timebase master's ({self._timebase.bpm:g} bpm)"
            self._tell("found", f"{sentence}: change it there")
            return
        self._timebase.change_tempo(bpm, self._client.read(self._now).frame)

    def _frame_of(self, beat: float) -> int:
        """Find the frame of a beat; by a master's tempo of now, as it tells no other."""
        if self._timebase.has_master and self._last:
            here = self._timebase.beat_at(self._last.frame)
            frame = self._last.frame + self._timebase.frames(beat - here)
        else:
            frame = self._timebase.frames(beat)
        return max(round(frame), 0)


def _was_put(before: Reading, after: Reading, frame_rate: int) -> bool:
    """Whether the transport did not run to where it is now."""
    if before.is_rolling and after.is_rolling and before.offset == after.offset:
        return False
    run = (after.at_seconds - before.at_seconds) * frame_rate
    slack = JUMP_SECONDS * frame_rate if before.is_rolling or after.is_rolling else 0.0
    first = before.frame + (run if before.is_rolling and after.is_rolling else 0.0)
    last = before.frame + (run if before.is_rolling or after.is_rolling else 0.0)
    return not first - slack <= after.frame <= last + slack


def _place(position: Any) -> Place:  # noqa: ANN401 - a C struct
    return Place(
        int(position.bar),
        int(position.beat),
        int(position.tick),
        float(position.ticks_per_beat),
        float(position.beats_per_bar),
        float(position.beat_type),
        float(position.beats_per_minute),
    )
