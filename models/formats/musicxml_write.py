"""Compositions as MusicXML 4.0 (partwise), to the sixteenth, for notation programs.

Notes that start and end together are a chord; others that overlap take up to four voices, and
where these are full a note ends where the next begins. What crosses a bar line is tied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from models.music.clip import Composition, Note, Track
from models.music.key import read_key
from models.music.tempo import EPSILON, Meter

STEPS = 4  # in a beat: what MusicXML calls divisions
MOST_VOICES = 4
_DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC '
    '"-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
# Lengths in steps that one written note has: how many dots, and its name.
_WRITTEN = {
    16: ("whole", 0),
    12: ("half", 1),
    8: ("half", 0),
    6: ("quarter", 1),
    4: ("quarter", 0),
    3: ("eighth", 1),
    2: ("eighth", 0),
    1: ("16th", 0),
}
_SHARP = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
_FLAT = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]
_BASS_BELOW = 57  # a part whose notes lie below this on average has the bass clef


@dataclass
class _Chord:
    """Pitches from step `start` to step `end`."""

    start: int
    end: int
    pitches: list[int]


@dataclass
class _Voice:
    chords: list[_Chord] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.chords[-1].end if self.chords else 0


@dataclass(frozen=True)
class _Bar:
    """A bar in steps, with its meter if that is new."""

    start: int
    end: int
    meter: Meter | None


def to_musicxml(composition: Composition, title: str) -> bytes:
    """Write a composition; the first of its keys, if it says any, spells the notes."""
    score = Element("score-partwise", version="4.0")
    SubElement(SubElement(score, "work"), "work-title").text = title
    names = SubElement(score, "part-list")
    bars, fifths = _bars(composition), _fifths(composition)
    for number, track in enumerate(composition.tracks, 1):
        entry = SubElement(names, "score-part", id=f"P{number}")
        SubElement(entry, "part-name").text = track.name or f"Part {number}"
    for number, track in enumerate(composition.tracks, 1):
        part = SubElement(score, "part", id=f"P{number}")
        bpm = composition.tempo.bpm_at(0.0) if number == 1 else None
        _write_part(part, track, bars, fifths, bpm)
    indent(score)
    return f"{_DOCTYPE}{tostring(score, encoding='unicode')}".encode()


def _bars(composition: Composition) -> list[_Bar]:
    bars: list[_Bar] = []
    beat, before = 0.0, None
    while beat < composition.length - EPSILON or not bars:
        meter = composition.meter.meter_at(beat)
        end = composition.meter.next_bar_line(beat)
        bars.append(_Bar(_steps(beat), _steps(end), None if meter == before else meter))
        beat, before = end, meter
    return bars


def _fifths(composition: Composition) -> int:
    keys = composition.provenance.get("keys") or ()
    key = read_key(str(keys[0][1])) if keys else None
    if key is None:
        return 0
    tonic, is_minor = key
    fifths = ((tonic + 3 * is_minor) * 7) % 12
    return fifths - 12 if fifths > 6 else fifths


def _steps(beat: float) -> int:
    return round(beat * STEPS)


# -- one part ------------------------------------------------------------------------------------
def _write_part(
    part: Element, track: Track, bars: Sequence[_Bar], fifths: int, bpm: float | None
) -> None:
    voices = _voices(track.clip.notes)
    for number, bar in enumerate(bars, 1):
        measure = SubElement(part, "measure", number=str(number))
        if bar.meter is not None:
            _write_attributes(measure, track, bar.meter, fifths if number == 1 else None)
        if number == 1 and bpm is not None:
            _write_tempo(measure, bpm)
        for place, voice in enumerate(voices or [_Voice()], 1):
            if place > 1:
                SubElement(SubElement(measure, "backup"), "duration").text = str(
                    bar.end - bar.start
                )
            _write_voice(measure, voice, bar, place, fifths)


def _voices(notes: Sequence[Note]) -> list[_Voice]:
    voices: list[_Voice] = []
    for chord in _chords(notes):
        free = next((voice for voice in voices if voice.end <= chord.start), None)
        if free is None and len(voices) < MOST_VOICES:
            free = _Voice()
            voices.append(free)
        if free is None:
            free = min(voices, key=lambda voice: voice.end)
            free.chords[-1].end = chord.start
            if free.chords[-1].start >= chord.start:
                free.chords.pop()
        free.chords.append(chord)
    return voices


def _chords(notes: Sequence[Note]) -> list[_Chord]:
    found: dict[tuple[int, int], list[int]] = {}
    for note in notes:
        start = max(_steps(note.start), 0)
        end = max(_steps(note.end), start + 1)
        found.setdefault((start, end), []).append(note.pitch)
    return [_Chord(*span, sorted(set(pitches))) for span, pitches in sorted(found.items())]


def _write_attributes(measure: Element, track: Track, meter: Meter, fifths: int | None) -> None:
    attributes = SubElement(measure, "attributes")
    if fifths is not None:
        SubElement(attributes, "divisions").text = str(STEPS)
        SubElement(SubElement(attributes, "key"), "fifths").text = str(fifths)
    time = SubElement(attributes, "time")
    SubElement(time, "beats").text = str(meter.numerator)
    SubElement(time, "beat-type").text = str(meter.denominator)
    if fifths is not None:
        clef = SubElement(attributes, "clef")
        sign, line = _clef(track)
        SubElement(clef, "sign").text = sign
        if line:
            SubElement(clef, "line").text = line


def _clef(track: Track) -> tuple[str, str]:
    if track.is_drum:
        return "percussion", ""
    pitches = [note.pitch for note in track.clip.notes]
    is_low = bool(pitches) and sum(pitches) / len(pitches) < _BASS_BELOW
    return ("F", "4") if is_low else ("G", "2")


def _write_tempo(measure: Element, bpm: float) -> None:
    direction = SubElement(measure, "direction", placement="above")
    metronome = SubElement(SubElement(direction, "direction-type"), "metronome")
    SubElement(metronome, "beat-unit").text = "quarter"
    SubElement(metronome, "per-minute").text = f"{bpm:g}"
    SubElement(direction, "sound", tempo=f"{bpm:g}")


def _write_voice(measure: Element, voice: _Voice, bar: _Bar, place: int, fifths: int) -> None:
    step = bar.start
    for chord in voice.chords:
        if chord.end <= bar.start or chord.start >= bar.end:
            continue
        start, end = max(chord.start, bar.start), min(chord.end, bar.end)
        _write_rest(measure, start - step, place)
        _write_chord(measure, chord, (start, end), place, fifths)
        step = end
    _write_rest(measure, bar.end - step, place)


def _lengths(steps: int) -> Iterator[int]:
    """Split a length into lengths that can be written, the longest first."""
    while steps > 0:
        length = next(length for length in _WRITTEN if length <= steps)
        yield length
        steps -= length


def _write_rest(measure: Element, steps: int, place: int) -> None:
    for length in _lengths(steps):
        note = SubElement(measure, "note")
        SubElement(note, "rest")
        _write_length(note, length, place)


def _write_chord(
    measure: Element, chord: _Chord, span: tuple[int, int], place: int, fifths: int
) -> None:
    start, end = span
    for length in _lengths(end - start):
        ties = {"stop": start > chord.start, "start": start + length < chord.end}
        for number, pitch in enumerate(chord.pitches):
            note = SubElement(measure, "note")
            if number:
                SubElement(note, "chord")
            _write_pitch(note, pitch, fifths)
            _write_length(note, length, place, [name for name, is_so in ties.items() if is_so])
        start += length


def _write_pitch(note: Element, pitch: int, fifths: int) -> None:
    name = (_FLAT if fifths < 0 else _SHARP)[pitch % 12]
    written = SubElement(note, "pitch")
    SubElement(written, "step").text = name[0]
    if len(name) > 1:
        SubElement(written, "alter").text = "1" if name[1] == "#" else "-1"
    SubElement(written, "octave").text = str(pitch // 12 - 1)


def _write_length(note: Element, length: int, place: int, ties: Sequence[str] = ()) -> None:
    SubElement(note, "duration").text = str(length)
    for tie in ties:
        SubElement(note, "tie", type=tie)
    SubElement(note, "voice").text = str(place)
    name, dots = _WRITTEN[length]
    SubElement(note, "type").text = name
    for _ in range(dots):
        SubElement(note, "dot")
    if ties:
        notations = SubElement(note, "notations")
        for tie in ties:
            SubElement(notations, "tied", type=tie)
