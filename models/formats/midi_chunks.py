"""A Standard MIDI File taken apart into its tracks, also where its header or a length lies.

Programs in use write counts that are wrong, lengths that are too long or too short, and chunks of
their own; whoever plays such a file hears all of it, so all of it is read, with a notice at most.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf

from models.formats.midi_bytes import (
    END_OF_TRACK,
    NOTE_ON,
    Event,
    MidiFileError,
    OutOfBytesError,
    RawTrack,
    TooManyNotesError,
    TrackReader,
    count_notes,
)

_TRACK = b"MTrk"


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file's format (0 or 1), ticks per quarter note and tracks; notices say what is odd."""

    format: int
    ticks_per_beat: int
    tracks: tuple[RawTrack, ...]
    notices: tuple[str, ...] = ()


def parse(data: bytes, most_notes: float = inf) -> RawFile:
    """Take a whole file apart; MidiFileError says what is wrong, without naming the file."""
    try:
        return _parse(data, most_notes)
    except TooManyNotesError:
        raise MidiFileError(
            f"it has more than {most_notes:,.0f} notes: save a part of it"
        ) from None


def _parse(data: bytes, most_notes: float) -> RawFile:
    data = _unwrapped(data)
    if data[:4] != b"MThd":
        raise MidiFileError("it is not a MIDI file (it does not begin with MThd)")
    if len(data) < 14:
        raise MidiFileError("it is truncated: it ends inside its header")
    size, form, count, division = (
        int.from_bytes(data[a:b], "big") for a, b in ((4, 8), (8, 10), (10, 12), (12, 14))
    )
    _check_header(form, division)
    begin = 8 + max(size, 6)
    notices: list[str] = []
    first = begin if _is_boundary(data, begin) else 14
    tracks = list(_tracks(data, first, notices, most_notes))
    if not tracks and count:
        raise MidiFileError(f"it is truncated: it should have {count} tracks, but has 0")
    if len(tracks) != count:
        notices.append(f"its header says {count} tracks, it has {len(tracks)}, which are all read")
    return RawFile(1 if len(tracks) > 1 else form, division, tuple(tracks), tuple(notices))


def _unwrapped(data: bytes) -> bytes:
    """Take the MIDI file out of a RIFF file (.rmi), whatever other chunks that has."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return data
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data" and data[at + 8 : at + 12] == b"MThd":
            end = at + 8 + size
            after = end + (end & 1)
            whole = size >= 14 and (after >= len(data) or _is_name(data[after : after + 4]))
            return data[at + 8 : end if whole else len(data)]
        at += 8 + size + (size & 1)
    found = data.find(b"MThd")
    return data[found:] if found > 0 else data


def _check_header(form: int, division: int) -> None:
    if form == 2:
        raise MidiFileError("it is of format 2 (loose patterns): save it as format 0 or 1")
    if form > 2:
        raise MidiFileError(f"it is damaged: format must be 0, 1 or 2, got {form}")
    if division & 0x8000:
        raise MidiFileError(
            "it counts time in SMPTE frames, not in beats: save it with ticks per quarter note"
        )
    if division == 0:
        raise MidiFileError("it is damaged: it has 0 ticks per quarter note")


# -- where chunks begin and end ----------------------------------------------------------------
def _is_name(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= byte < 0x7F for byte in name)


def _is_boundary(data: bytes, at: int) -> bool:
    """Whether a chunk may end at `at`: there is the end, or another chunk begins."""
    if at == len(data) or data[at : at + 4] == _TRACK:
        return True
    end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
    return at + 8 <= end <= len(data) and _is_name(data[at : at + 4])


def _next_track(data: bytes, at: int) -> int:
    """Find the next MTrk from `at` on, past chunks of other kinds and past what is no chunk."""
    while data[at : at + 4] != _TRACK:
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        if not (_is_name(data[at : at + 4]) and _is_boundary(data, end)):
            return data.find(_TRACK, at)
        if end == len(data):
            return -1
        at = end
    return at


def _tracks(
    data: bytes, position: int, notices: list[str], most_notes: float
) -> Iterator[RawTrack]:
    number = 0
    while (at := _next_track(data, position)) >= 0:
        number += 1
        if at + 8 > len(data):
            raise MidiFileError(f"it is truncated: it ends inside track {number}")
        declared = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        reader = partial(_read, data, at + 8, declared, number, most_notes)
        track, position = _track(data, at + 8, declared, reader)
        most_notes -= count_notes(track.events) if most_notes < inf else 0
        if most_notes < 0:
            raise TooManyNotesError
        if position != declared:
            notices.append(
                f"track {number} says that it has {declared - at - 8} bytes, "
                f"it has {position - at - 8}, which are all read"
            )
        yield track
    if _TRACK.startswith(data[max(position, 14) :][:4]) and position < len(data):
        raise MidiFileError(f"it is truncated: it ends inside track {number + 1}")


# -- one track ---------------------------------------------------------------------------------
def _track(
    data: bytes, begin: int, declared: int, read: Callable[[int], tuple[RawTrack, int]]
) -> tuple[RawTrack, int]:
    """Read a track and say where it ends: as it says, or where the next one begins."""
    following = data.find(_TRACK, begin)
    bounds = [len(data) if following < 0 else following]
    if _is_boundary(data, declared):
        bounds.insert(0, declared)
    elif declared < len(data):
        bounds.append(declared)
    faults = []
    for bound in bounds:
        try:
            return read(bound)
        except MidiFileError as error:
            faults.append(error)
    raise faults[0]


def _read(
    data: bytes, begin: int, declared: int, number: int, most_notes: float, bound: int
) -> tuple[RawTrack, int]:
    reader = TrackReader(data, begin, bound, most_notes)
    cut = declared > len(data) and bound == len(data)
    try:
        events = reader.events()
    except OutOfBytesError:
        if cut:
            raise MidiFileError(f"it is truncated: it ends inside track {number}") from None
        raise MidiFileError(f"it is damaged: track {number} ends inside an event") from None
    except MidiFileError as error:
        raise MidiFileError(f"it is damaged: track {number} has {error}") from None
    ended = bool(events) and events[-1].status == END_OF_TRACK
    if cut and not ended:
        raise MidiFileError(f"it is truncated: it ends inside track {number}")
    if ended and bound == declared and data[reader.position :][:4] != _TRACK:
        events += _after_the_end(data, reader, bound)
        return RawTrack(tuple(events), reader.tick), declared
    return RawTrack(tuple(events), reader.tick), reader.position


def _after_the_end(data: bytes, ended: TrackReader, bound: int) -> list[Event]:
    """Music after an end of track that came too early: some writers leave one in the middle."""
    more = TrackReader(data, ended.position, bound)
    more.tick, more.running = ended.tick, ended.running
    try:
        events = more.events()
    except (MidiFileError, OutOfBytesError):
        return []
    notes = any(event.status & 0xFFF0 == NOTE_ON for event in events)
    if not (notes and events[-1].status == END_OF_TRACK):
        return []
    ended.tick = more.tick
    return events
