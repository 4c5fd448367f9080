"""MIDI files in: path -> Score, and a Score as a Composition (midi_write.py writes)."""

from collections.abc import Iterable, Iterator
from math import inf
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from models.formats import midi_bytes as raw
from models.formats.midi_bytes import MidiFileError, RawTrack
from models.formats.midi_chunks import RawFile, parse
from models.formats.midi_extras import with_extras
from models.formats.midi_parts import parts_of, programs_of, with_length
from models.formats.midi_write import MAJOR_KEYS, MINOR_KEYS
from models.music.clip import Clip
from models.music.score import Score
from models.music.tempo import Meter, MeterMap, TempoMap
from models.music.whole_bars import whole_bars_end

# A symphony movement takes 0.4 MB; anything larger than this is not music, and fills the memory.
MAX_BYTES = 4 * 2**20
MICROSECONDS_PER_MINUTE = 60_000_000
KEY_SIGNATURE = raw.META | 0x59


def read_score(path: Path | str, most_notes: float = inf, *, extras: bool = False) -> Score:
    """Read a MIDI file of format 0 or 1; MidiFileError says in a sentence why it cannot.

    One with more than `most_notes` is refused before it is read to its end. `extras`: with words,
    controllers and bends, that travel with the tracks.
    """
    file = read_raw(path, most_notes)
    tpb = file.ticks_per_beat
    meter = _meter_map(file.tracks, tpb)
    chunks = [(track, parts_of(track, file.format)) for track in file.tracks]
    parts = [part for _, its_parts in chunks for part in its_parts]
    programs = programs_of(file.tracks)
    clips = [part.clip(tpb) for part in parts]
    length = _whole_bars(clips, meter)
    tracks = tuple(
        with_length(part, clip, length, programs) for part, clip in zip(parts, clips, strict=True)
    )
    tempo, keys = _tempo_map(file.tracks, tpb), _keys(file.tracks, tpb)
    score = Score(tracks, tempo, meter, tpb, keys, file.notices)
    return with_extras(score, chunks) if extras else score


def read_raw(path: Path | str, most_notes: float = inf) -> RawFile:
    """Read a MIDI file's events, controllers and all; MidiFileError says why it cannot."""
    try:
        return parse(_read_bytes(Path(path)), most_notes)
    except MidiFileError as error:
        raise MidiFileError(f"cannot read {path}: {error}") from None


def tempo_of(file: RawFile) -> TempoMap:
    """Give a file's tempo changes, in beats."""
    return _tempo_map(file.tracks, file.ticks_per_beat)


def require_notes(score: Score, path: Path | str) -> Score:
    """Give the score back; MidiFileError if no track has a note."""
    if not score.tracks:
        raise MidiFileError(f"{path} has no notes: record or draw some and save it again")
    return score


def _read_bytes(path: Path) -> bytes:
    _check_is_file(path)
    try:
        with path.open("rb") as file:
            likely = file.peek(4)[:4] in (b"MThd", b"RIFF")
            data = file.read(MAX_BYTES + 1 if likely else 4)
    except OSError as error:
        raise MidiFileError(_reason(error)) from None
    if not data:
        raise MidiFileError("it is empty")
    if len(data) > MAX_BYTES:
        raise MidiFileError(f"it is larger than {MAX_BYTES // 2**20} MB")
    return data


def _check_is_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise MidiFileError("there is no such file") from None
    except OSError as error:
        raise MidiFileError(_reason(error)) from None
    except ValueError as error:  # a zero byte in the name
        raise MidiFileError(str(error)) from None
    if S_ISDIR(mode):
        raise MidiFileError("it is a folder: name a .mid file in it")
    if not S_ISREG(mode):  # opening a pipe would wait for ever
        raise MidiFileError("it is not a regular file")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


# -- time --------------------------------------------------------------------------------------
def _metas(tracks: Iterable[RawTrack], status: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Give (tick, data) in order of ticks; of several at one tick the last comes last."""
    found = [e for t in tracks for e in t.events if e.status == status and len(e.data) >= size]
    for event in sorted(found, key=lambda e: e.tick):
        yield event.tick, event.data


def _tempo_map(tracks: Iterable[RawTrack], tpb: int) -> TempoMap:
    changes = {0: 120.0}
    for tick, data in _metas(tracks, raw.SET_TEMPO, 3):
        microseconds = int.from_bytes(data[:3], "big")
        if microseconds:  # 0 would be infinitely fast
            changes[tick] = MICROSECONDS_PER_MINUTE / microseconds
    return TempoMap(tuple((tick / tpb, bpm) for tick, bpm in changes.items()))


def _meter_map(tracks: Iterable[RawTrack], tpb: int) -> MeterMap:
    changes = {0: Meter()}
    for tick, data in _metas(tracks, raw.TIME_SIGNATURE, 2):
        if 1 <= data[0] <= 64 and data[1] <= 6:  # 0/4 and 4/128 exist, but no bar follows from them
            changes[tick] = Meter(data[0], 2 ** data[1])
    return MeterMap(tuple((tick / tpb, meter) for tick, meter in changes.items()))


def _keys(tracks: Iterable[RawTrack], tpb: int) -> tuple[tuple[float, str], ...]:
    changes = {}
    for tick, data in _metas(tracks, KEY_SIGNATURE, 2):
        sharps = int.from_bytes(data[:1], "big", signed=True)
        if -7 <= sharps <= 7 and data[1] <= 1:
            changes[tick] = (MINOR_KEYS if data[1] else MAJOR_KEYS)[sharps + 7]
    return tuple((tick / tpb, key) for tick, key in changes.items())


def _whole_bars(clips: list[Clip], meter: MeterMap) -> float:
    return max((whole_bars_end(clip, meter) for clip in clips), default=0.0)
