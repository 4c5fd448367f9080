"""MIDI files out: Composition -> .mid, whole or not at all."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import mido

from models.formats.midi_bytes import MidiFileError
from models.formats.whole_file import replace_file
from models.music.clip import Composition, Extra, Note, Track
from models.music.whole_bars import LATE_RELEASE

MICROSECONDS_PER_MINUTE = 60_000_000
SLOWEST_MICROSECONDS = 0xFFFFFF  # the format has three bytes: no tempo below 3.58 bpm

# From seven flats to seven sharps.
MAJOR_KEYS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_KEYS = (
    *("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am"),
    *("Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m"),
)

_TEXTS = {1: "text", 2: "copyright", 5: "lyrics", 6: "marker", 7: "cue_marker"}  # by meta type

# (tick, order within the tick, message): releases first, then notes without length, then onsets.
_Timed = tuple[int, int, mido.Message | mido.MetaMessage]
_SETUP, _RELEASE, _BLINK, _ONSET = range(4)


def write_composition(path: Path | str, composition: Composition) -> None:
    """Write a file of format 1: conductor, melody, accompaniment.

    MidiFileError if no file can hold it, FileWriteError if it cannot be written there.
    """
    replace_file(path, to_bytes(composition))


def to_bytes(composition: Composition) -> bytes:
    """The composition as the bytes of a MIDI file; MidiFileError if a note is before beat 0."""
    tpb = composition.ticks_per_beat
    if not 1 <= tpb <= 0x7FFF:
        raise MidiFileError(f"ticks_per_beat must be in range 1..32767, got {tpb}")
    end = round(_loop_end(composition) * tpb)
    tracks = [_conductor(composition), *(_track(track, tpb) for track in composition.tracks)]
    file = mido.MidiFile(type=1, ticks_per_beat=tpb, tracks=[_chunk(t, end) for t in tracks])
    out = BytesIO()
    file.save(file=out)
    return out.getvalue()


def _loop_end(composition: Composition) -> float:
    """The end of every track: whole bars, though a last key was released a little late."""
    bars = max(track.clip.length for track in composition.tracks)
    return bars if 0 <= composition.length - bars <= LATE_RELEASE else composition.length


def _conductor(composition: Composition) -> list[_Timed]:
    tpb = composition.ticks_per_beat
    title = str(composition.provenance.get("title", "")) or "Continuo"
    out: list[_Timed] = [(0, _SETUP, _name(title))]
    for beat, meter in composition.meter.changes:
        message = mido.MetaMessage(
            "time_signature", numerator=meter.numerator, denominator=meter.denominator
        )
        out.append((round(beat * tpb), _SETUP, message))
    # Read from a file (Score.keys) or found by a model: nothing in the music depends on them.
    for beat, key in composition.provenance.get("keys", ()):
        out.append((round(beat * tpb), _SETUP, mido.MetaMessage("key_signature", key=key)))
    # Read from a file (Score.texts): words that belong to no track.
    out += _extras(composition.provenance.get("texts", ()), 0, tpb)
    for beat, name in composition.provenance.get("chords", ()):
        out.append((max(round(beat * tpb), 0), _SETUP, mido.MetaMessage("marker", text=name)))
    for beat, bpm in composition.tempo.changes:
        tempo = min(max(round(MICROSECONDS_PER_MINUTE / bpm), 1), SLOWEST_MICROSECONDS)
        out.append((round(beat * tpb), _SETUP, mido.MetaMessage("set_tempo", tempo=tempo)))
    return out


def _track(track: Track, tpb: int) -> list[_Timed]:
    program = mido.Message("program_change", channel=track.channel, program=track.program)
    # A bank is chosen before the program of it.
    first = [e for e in track.extras if not e.beat]
    out: list[_Timed] = [(0, _SETUP, _name(track.name or track.role))]
    out += [*_extras(first, track.channel, tpb), (0, _SETUP, program)]
    out += _extras(track.extras[len(first) :], track.channel, tpb)
    for note in track.clip.notes:
        out += _edges(note, track.channel, tpb)
    return out


def _extras(extras: Iterable[Extra], channel: int, tpb: int) -> Iterable[_Timed]:
    for extra in extras:
        tick = max(round(extra.beat * tpb), 0)
        if extra.is_text:
            text = extra.data.decode("latin1")  # byte for byte, whatever the encoding
            yield tick, _SETUP, mido.MetaMessage(_TEXTS[extra.status & 0xFF], text=text)
        else:
            data = [extra.status | channel, *extra.data]
            yield tick, _SETUP, mido.Message.from_bytes(data)


def _edges(note: Note, channel: int, tpb: int) -> Iterable[_Timed]:
    # Both edges are rounded by themselves: notes that touch in beats touch in ticks.
    start, end = round(note.start * tpb), round(note.end * tpb)
    if start < 0:
        raise MidiFileError(
            f"cannot write a note at beat {note.start:g}: shift the music to begin at beat 0"
        )
    on = mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
    off = mido.Message("note_off", channel=channel, note=note.pitch, velocity=0)
    if start == end:
        return (start, _BLINK, on), (end, _BLINK, off)
    return (start, _ONSET, on), (end, _RELEASE, off)


def _name(text: str) -> mido.MetaMessage:
    # mido writes latin1; handed UTF-8 in that disguise, it writes UTF-8, as DAWs do today. What
    # could not be read as text is written byte for byte as it was (midi_parts.decode_name).
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = text.encode("utf-8", "replace")
    return mido.MetaMessage("track_name", name=data.decode("latin1"))


def _chunk(events: list[_Timed], end_ticks: int) -> mido.MidiTrack:
    chunk, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda e: e[:2]):
        message.time = tick - now  # each is made for this file alone: a copy would cost as much
        chunk.append(message)
        now = tick
    chunk.append(mido.MetaMessage("end_of_track", time=max(end_ticks - now, 0)))
    return chunk
