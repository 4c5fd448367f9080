"""The parts in a track chunk: one a channel, but one where an instrument uses several channels.

A MIDI guitar plays each string on a channel of its own, and an instrument with MIDI Polyphonic
Expression (MPE) each note: they are one part, also where one of the channels is that of drums.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from models.formats import midi_bytes as raw
from models.formats.midi_bytes import Event, RawTrack
from models.music.clip import DRUM_CHANNEL, Clip, Note, Track

_GUITARS = range(24, 32)  # General MIDI programs
_LINE = 0.8  # share of notes struck when no other sounds, from which a part is one line
_LEGATO = 0.25  # share of a note that may ring into the next one of its line
_Timed = tuple[int, int, int, int]  # start tick, end tick, pitch, velocity


class Part:
    """The notes of an instrument in one track chunk, while it is read."""

    def __init__(self, channel: int) -> None:
        self.channel, self.name = channel, ""
        self.channels: tuple[int, ...] = (channel,)
        self.program: int | None = None
        self.notes: list[_Timed] = []
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


def parts_of(track: RawTrack, form: int) -> list[Part]:
    """Read the parts with notes of one chunk, in order of channels; `form` is the file's format."""
    by_channel: dict[int, Part] = {}
    for event in track.events:
        if event.status < 0xF0:
            channel = event.status & 15
            if channel not in by_channel:
                by_channel[channel] = Part(channel)
            by_channel[channel].read(event)
    for part in by_channel.values():
        part.close(track.end_ticks)
    sounding = sorted((p for p in by_channel.values() if p.notes), key=lambda p: p.channel)
    parts = [_joined(group) for group in _instruments(sounding, track.events, form)]
    _name_parts(parts, _name(track), form)
    return parts


# -- which channels are one instrument ---------------------------------------------------------
def _instruments(parts: list[Part], events: Sequence[Event], form: int) -> list[list[Part]]:
    if len(parts) < 2:
        return [[part] for part in parts]
    if _declares_mpe(events) or _rotates(parts):
        return [parts]
    pitched = [part for part in parts if part.channel != DRUM_CHANNEL]
    drums = [[part] for part in parts if part.channel == DRUM_CHANNEL]
    programs = {part.program for part in pitched if part.program is not None}
    guitar = [part for part in pitched if part.program in _GUITARS]
    if len(programs) <= 1 and (form == 1 or _is_line(pitched)):
        return [pitched, *drums]
    if len(guitar) > 2 and len({part.program for part in guitar}) == 1:
        others = [[part] for part in pitched if part not in guitar]
        return sorted([guitar, *others, *drums], key=lambda group: group[0].channel)
    return [[part] for part in parts]


def _declares_mpe(events: Sequence[Event]) -> bool:
    """Whether registered parameter 6 gives a zone channels of its own (MPE 1.0, section 2.1)."""
    chosen: dict[int, dict[int, int]] = {0: {}, 15: {}}
    for event in events:
        if event.status in (0xB0, 0xBF):
            values, (number, value) = chosen[event.status & 15], event.data
            values[number] = value
            if number == 6 and value and (values.get(100), values.get(101)) == (6, 0):
                return True
    return False


def _rotates(parts: Sequence[Part]) -> bool:
    """Whether each note takes the next of the channels in turn, as MPE without a word does."""
    if len(parts) < 4 or any(part.program not in (None, parts[0].program) for part in parts):
        return False
    order = [part.channel for part in parts]
    following = dict(zip(order, [*order[1:], order[0]], strict=True))
    onsets = sorted((note[0], part.channel) for part in parts for note in part.notes)
    steps = Counter(following[a[1]] == b[1] for a, b in pairwise(onsets))
    # A chord that repeats on all channels at once goes in their order too: that is a score.
    instants = len({tick for tick, _ in onsets})
    return steps[True] >= 0.8 * len(onsets) - 1 and instants > 0.8 * len(onsets)


def _is_line(parts: Sequence[Part]) -> bool:
    """Whether channels share one line, note by note, and do not take turns by the phrase."""
    notes = sorted((*note[:2], part.channel) for part in parts for note in part.notes)
    single = changes = 0
    for (begin, end, channel), (start, _, other) in pairwise(notes):
        single += start > begin and end - start <= _LEGATO * (end - begin)
        changes += channel != other
    between = max(len(notes) - 1, 1)
    return single >= _LINE * between and changes >= 0.3 * between


def _joined(group: Sequence[Part]) -> Part:
    first = next((part for part in group if part.channel != DRUM_CHANNEL), group[0])
    if len(group) > 1:
        first.channels = tuple(part.channel for part in group)
        first.notes = sorted(note for part in group for note in part.notes)
        said = (part.program for part in group if part.program is not None)
        first.program = next(said, None)
    return first


# -- names -------------------------------------------------------------------------------------
def _name_parts(parts: Sequence[Part], name: str, form: int) -> None:
    # The only name in a file of format 0 is the piece's.
    several = f"{name}, channel" if name and form == 1 else "channel"
    pitched = [part for part in parts if part.channel != DRUM_CHANNEL]
    for part in parts:
        if len(parts) == 1 or (form == 1 and name and pitched == [part]):
            part.name = name
        elif len(part.channels) == 1:
            part.name = f"{several} {part.channel + 1}"
        else:
            numbers = ", ".join(str(channel + 1) for channel in part.channels)
            part.name = f"{several}s {numbers}"


def _name(track: RawTrack) -> str:
    for kind in (raw.NAME, raw.INSTRUMENT):
        for event in track.events:
            if event.status == kind and (text := decode_name(event.data)):
                return text
    return ""


def decode_name(data: bytes) -> str:
    """Read a name: UTF-8, else Latin-1 if that gives a plain word, else its bytes as surrogates.

    Written again as UTF-8 with `surrogateescape`, what could not be read is byte for byte itself.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        latin = data.decode("latin1").rstrip("\0")
        plain = sum(c.isascii() for c in latin) >= len(latin) / 2
        if not (plain and all(c.isprintable() or c.isspace() for c in latin)):
            return data.decode("utf-8", "surrogateescape")
        text = latin
    return "".join(c if c.isprintable() else " " for c in text).strip()


def programs_of(tracks: Sequence[RawTrack]) -> dict[int, int]:
    """The first program that any chunk gives each channel."""
    first: dict[int, int] = {}
    for track in tracks:
        for event in track.events:
            if event.status & 0xFFF0 == raw.PROGRAM:
                first.setdefault(event.status & 15, event.data[0])
    return first


def with_length(part: Part, clip: Clip, length: float, programs: dict[int, int]) -> Track:
    """The finished track of a part, its clip as long as the score."""
    return part.track(replace(clip, length=length), programs)
