"""The bytes of one track of a Standard MIDI File, taken apart into events: no file, no music.

mido writes files for us and is the witness in the tests, but it cannot read every real one: it
drops the delta time of meta events that it does not know, so that all later notes come early, and
refuses odd key signatures, chunks of other kinds and tracks shorter than they say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from models.errors import ContinuoError

NOTE_OFF, NOTE_ON, PROGRAM = 0x80, 0x90, 0xC0
META = 0xFF00
NAME, INSTRUMENT, END_OF_TRACK = META | 0x03, META | 0x04, META | 0x2F
SET_TEMPO, TIME_SIGNATURE = META | 0x51, META | 0x58

# Data bytes after a system status; F4, F5, F9 and FD are undefined and mean nothing good in a file.
_SYSTEM_LENGTHS = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}
_EVENTS_A_LOOK = 20_000  # between two looks whether there are too many notes
_CLIP = bytes(min(byte, 127) for byte in range(256))


class MidiFileError(ContinuoError, ValueError):
    """A MIDI file that cannot be read or written, said in one sentence."""


class Event(NamedTuple):
    """Something at a tick: `status` is the status byte, or META | type; `data` what follows it."""

    tick: int
    status: int
    data: bytes


@dataclass(frozen=True, slots=True)
class RawTrack:
    """The events of one track chunk in file order, and the tick of its end."""

    events: tuple[Event, ...]
    end_ticks: int


class OutOfBytesError(Exception):
    """The data ended inside an event."""


class TooManyNotesError(Exception):
    """There are more notes than whoever reads can use."""


def count_notes(events: Iterable[Event]) -> int:
    """Count the notes that are struck."""
    return sum(e.status & 0xFFF0 == NOTE_ON and e.data[1] > 0 for e in events)


class TrackReader:
    """Reads the events between `begin` and `end`; never looks beyond `end`."""

    def __init__(self, data: bytes, begin: int, end: int, most_notes: float = inf) -> None:
        self.data, self.position, self.end = data, begin, end
        self.most_notes = most_notes
        self.tick, self.running = 0, 0

    def events(self) -> list[Event]:
        """Read up to the end of the track or of the data; TooManyNotesError soon, not then."""
        out: list[Event] = []
        while self.position < self.end and not (out and out[-1].status == END_OF_TRACK):
            self.tick += self._variable()
            out.append(self._event())
            if len(out) % _EVENTS_A_LOOK == 0:
                self._check_count(out)
        self._check_count(out)
        return out

    def _check_count(self, events: list[Event]) -> None:
        if len(events) > self.most_notes and count_notes(events) > self.most_notes:
            raise TooManyNotesError

    def _event(self) -> Event:
        status = self._take(1)[0]
        if status == 0xFF:
            kind = self._take(1)[0]
            return Event(self.tick, META | kind, self._take(self._variable()))
        if status in (0xF0, 0xF7):
            return Event(self.tick, status, self._take(self._variable()))
        if status >= 0xF0:
            if status not in _SYSTEM_LENGTHS:
                raise MidiFileError(f"status byte {status:#04x} at byte {self.position - 1}")
            return Event(self.tick, status, self._take(_SYSTEM_LENGTHS[status]))
        return self._channel_event(status)

    def _channel_event(self, status: int) -> Event:
        if status < 0x80:  # running status; some writers keep it across meta events, so we do too
            if not self.running:
                raise MidiFileError(f"no status byte before byte {self.position - 1}")
            self.position -= 1
        else:
            self.running = status
        length = 1 if self.running & 0xE0 == 0xC0 else 2
        return Event(self.tick, self.running, self._take(length).translate(_CLIP))

    def _take(self, size: int) -> bytes:
        begin = self.position
        self.position += size
        if self.position > self.end:
            raise OutOfBytesError
        return self.data[begin : self.position]

    def _variable(self) -> int:
        value = 0
        while self.data[self.position : self.position + 1] == b"\x80":  # zeros before the number
            self._take(1)
        for _ in range(4):
            byte = self._take(1)[0]
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise MidiFileError(f"a number longer than 4 bytes before byte {self.position}")
