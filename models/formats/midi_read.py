"""MIDI files in: path -> Score, and a Score as a Composition (midi_write.py writes)."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from models.formats import midi_bytes as raw
from models.formats.midi_bytes import Event, MidiFileError, RawTrack
from models.formats.midi_write import MAJOR_KEYS, MINOR_KEYS
from models.music.clip import DRUM_CHANNEL, Clip, Note, Track
from models.music.score import Score
from models.music.tempo import Meter, MeterMap, TempoMap

# A symphony movement takes 0.4 MB; anything larger than this is not music, and fills the memory.
MAX_BYTES = 4 * 2**20
MICROSECONDS_PER_MINUTE = 60_000_000
KEY_SIGNATURE = raw.META | 0x59


def read_score(path: Path | str) -> Score:
    """Read a MIDI file of format 0 or 1; MidiFileError says in a sentence why it cannot."""
    try:
        file = raw.parse(_read_bytes(Path(path)))
    except MidiFileError as error:
        raise MidiFileError(f"cannot read {path}: {error}") from None
    tpb = file.ticks_per_beat
    meter = _meter_map(file.tracks, tpb)
    parts = [part for track in file.tracks for part in _parts(track, file.format)]
    programs = _programs(file.tracks)
    clips = [part.clip(tpb) for part in parts]
    length = _whole_bars(clips, meter)
    tracks = tuple(
        part.track(replace(clip, length=length), programs)
        for part, clip in zip(parts, clips, strict=True)
    )
    return Score(tracks, _tempo_map(file.tracks, tpb), meter, tpb, _keys(file.tracks, tpb))


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


# -- tracks ------------------------------------------------------------------------------------
class _Part:
    """The notes of one channel in one track chunk, while it is read."""

    def __init__(self, channel: int) -> None:
        self.channel, self.name = channel, ""
        self.program: int | None = None
        self.notes: list[tuple[int, int, int, int]] = []  # start tick, end tick, pitch, velocity
        self.held: dict[int, deque[tuple[int, int]]] = {}

    def read(self, event: Event) -> None:
        """Take one channel event in; a release ends the note of its pitch struck first."""
        kind, key = event.status & 0xF0, event.data[0]
        if kind == raw.PROGRAM:
            if not (self.notes or any(self.held.values())):
                self.program = key
        elif kind == raw.NOTE_ON and event.data[1]:
            self.held.setdefault(key, deque()).append((event.tick, event.data[1]))
        elif kind in (raw.NOTE_ON, raw.NOTE_OFF) and self.held.get(key):
            start, velocity = self.held[key].popleft()
            self.notes.append((start, event.tick, key, velocity))

    def close(self, end_ticks: int) -> None:
        """Release what still sounds at the end of the track."""
        for pitch, held in self.held.items():
            self.notes += [(start, end_ticks, pitch, velocity) for start, velocity in held]
        self.held.clear()

    def clip(self, tpb: int) -> Clip:
        """The notes in beats."""
        return Clip(tuple(Note(a / tpb, (b - a) / tpb, p, v) for a, b, p, v in self.notes))

    def track(self, clip: Clip, programs: dict[int, int]) -> Track:
        """The finished track; its program may stand in another chunk, for the same channel."""
        program = programs.get(self.channel, 0) if self.program is None else self.program
        role = "drums" if self.channel == DRUM_CHANNEL else "part"
        return Track(self.name, clip, role, program, self.channel)


def _parts(track: RawTrack, form: int) -> list[_Part]:
    parts: dict[int, _Part] = {}
    for event in track.events:
        if event.status < 0xF0:
            channel = event.status & 15
            if channel not in parts:
                parts[channel] = _Part(channel)
            parts[channel].read(event)
    for part in parts.values():
        part.close(track.end_ticks)
    sounding = sorted((p for p in parts.values() if p.notes), key=lambda p: p.channel)
    name = _name(track)
    for part in sounding:
        # The only name in a file of format 0 is the piece's.
        several = f"{name}, channel" if name and form == 1 else "channel"
        part.name = name if len(sounding) == 1 else f"{several} {part.channel + 1}"
    return sounding


def _name(track: RawTrack) -> str:
    for kind in (raw.NAME, raw.INSTRUMENT):
        for event in track.events:
            if event.status == kind and (text := _text(event.data)):
                return text
    return ""


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin1")
    return "".join(c if c.isprintable() else " " for c in text).strip()


def _programs(tracks: Iterable[RawTrack]) -> dict[int, int]:
    first: dict[int, int] = {}
    for track in tracks:
        for event in track.events:
            if event.status & 0xFFF0 == raw.PROGRAM:
                first.setdefault(event.status & 15, event.data[0])
    return first


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
    ends = (meter.bar_line_from(clip.end) for clip in clips)
    # A note without length on the last bar line still needs a bar to be in.
    starts = (meter.next_bar_line(clip.notes[-1].start) for clip in clips)
    return max((*ends, *starts), default=0.0)
