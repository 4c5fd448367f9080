"""What stands beside the notes in a MIDI file, kept in time: words, markers, pedals, bends."""

from collections.abc import Sequence
from dataclasses import replace

from models.formats import midi_bytes as raw
from models.formats.midi_bytes import Event, RawTrack
from models.formats.midi_parts import Part
from models.music.clip import Extra
from models.music.score import Score

# Text, copyright, lyric, marker and cue point: what people read. (Names are the tracks' own.)
TEXTS = frozenset(raw.META | kind for kind in (0x01, 0x02, 0x05, 0x06, 0x07))
_CONTROLS = frozenset((0xA0, 0xB0, 0xD0, 0xE0))
_NOTES = (raw.NOTE_ON, raw.NOTE_OFF)
_EXCLUSIVE = (0xF0, 0xF7)


def with_extras(score: Score, chunks: Sequence[tuple[RawTrack, Sequence[Part]]]) -> Score:
    """Give the tracks of a score what stands beside their notes in its chunks.

    Words that belong to no single part are the score's. Controllers of a part that uses several
    channels (a guitar's strings, MPE) would mean something else on one, and are left out; so are
    system exclusive messages. What is left out is said in the score's notices.
    """
    tpb = score.ticks_per_beat
    tracks = list(score.tracks)
    texts: list[Extra] = []
    number = exclusive = scattered = 0
    for track, parts in chunks:
        words = _extras([e for e in track.events if e.status in TEXTS], tpb)
        exclusive += sum(e.status in _EXCLUSIVE for e in track.events)
        if len(parts) != 1:
            texts += words
            words = ()
        for part in parts:
            controls = _controls(track, part)
            if len(part.channels) > 1:
                scattered += len(controls)
                controls = []
            extras = tuple(sorted((*words, *_extras(controls, tpb)), key=lambda e: e.beat))
            tracks[number] = replace(tracks[number], extras=extras)
            number += 1
    notices = (*score.notices, *_left_out(exclusive, scattered))
    return replace(score, tracks=tuple(tracks), texts=tuple(texts), notices=notices)


def _controls(track: RawTrack, part: Part) -> list[Event]:
    """Give the part's controllers, and changes of its instrument after its first note."""
    out, has_begun = [], False
    for event in track.events:
        if event.status >= 0xF0 or event.status & 15 not in part.channels:
            continue
        kind = event.status & 0xF0
        has_begun = has_begun or kind in _NOTES
        if kind in _CONTROLS or (kind == raw.PROGRAM and has_begun):
            out.append(event)
    return out


def _extras(events: Sequence[Event], tpb: int) -> tuple[Extra, ...]:
    return tuple(
        Extra(e.tick / tpb, e.status if e.status >= raw.META else e.status & 0xF0, e.data)
        for e in events
    )


def _left_out(exclusive: int, scattered: int) -> list[str]:
    said = []
    if exclusive:
        said.append(f"{_count(exclusive, 'system exclusive message')} left out")
    if scattered:
        what = _count(scattered, "controller event")
        said.append(f"{what} left out: they are spread over the channels of one part")
    return said


def _count(number: int, thing: str) -> str:
    return f"1 {thing} is" if number == 1 else f"{number} {thing}s are"
