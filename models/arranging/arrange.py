"""Arranges a lead sheet for a band."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from models.arranging import walking
from models.arranging.drum_grooves import KICKS, Groove
from models.arranging.drums import PHRASE, drum_bars
from models.arranging.lead_sheet import LeadSheet, plain
from models.arranging.parts import ACCENTS, Hit, bass_pitch, comping, hits, legato, voicing
from models.arranging.style import (
    BASS,
    BLOCK,
    BOOM,
    INTENSITIES,
    SHELL,
    WALKING,
    Part,
    Style,
    cut_rhythm,
    meter_key,
)  # fmt: skip
from models.music.clip import DRUM_CHANNEL, Clip, Composition, Note, Track
from models.music.harmony import Chord, chord_track
from models.music.tempo import EPSILON

_LABELS_CHANNEL = 15
_FORMS = ((1, 2, 1, 3), (0, 1, 2, 3), (1, 1, 3, 2), (0, 2, 1, 3), (2, 3, 1, 3))
_STRUM = 0.03  # beats from string to string
_KICK = "k"
_WALK = "w"
_LIFT = 5  # velocity from one intensity to the next


def arrange(sheet: LeadSheet, style: Style, grooves: Sequence[Groove], seed: int) -> Composition:
    """Write the parts of a style for a lead sheet; a seed chooses rhythms and a drum take."""
    random = Random(f"{sheet.name} {style.name} {seed}")
    if style.plain:
        sheet = replace(sheet, chords=tuple(plain(c) for c in sheet.chords))
    form = random.choice(_FORMS)
    levels = [form[bar // PHRASE % len(form)] for bar in range(sheet.bars)]
    drums = drum_bars(style, sheet.meter, levels, grooves, random)
    size = sheet.meter.beats_per_bar
    tracks = []
    for i, part in enumerate(style.parts):
        player = _Player(sheet, part, levels, drums, random)
        notes = tuple(n for bar in range(sheet.bars) for n in player.bar(bar))
        clip = Clip(notes, sheet.length)
        tracks.append(Track(part.name, clip, part.role, part.program, i + 1))
    beaten = tuple(
        replace(n, start=n.start + size * bar) for bar, notes in enumerate(drums) for n in notes
    )
    tracks.append(Track("Drums", Clip(beaten, sheet.length), "drums", 0, DRUM_CHANNEL))
    tracks.append(chord_track(sheet.chords, sheet.length, _LABELS_CHANNEL))
    melody = replace(sheet.composition.melody, name="Melody")
    return replace(sheet.composition, melody=melody, accompaniment=tuple(tracks))


class _Player:
    """Plays one part, bar after bar."""

    def __init__(
        self,
        sheet: LeadSheet,
        part: Part,
        levels: Sequence[int],
        drums: Sequence[Sequence[Note]],
        random: Random,
    ) -> None:
        self._sheet, self._part, self._levels, self._drums = sheet, part, levels, drums
        self._random = random
        rhythms = part.rhythms[meter_key(sheet.meter) or "4/4"]
        # each song has a rhythm of its own for each intensity, and another to turn round with
        self._usual = [random.choice(rhythms[level]) for level in range(INTENSITIES)]
        self._other = [random.choice(rhythms[level]) for level in range(INTENSITIES)]
        self._near = [(part.low + part.high) // 2]
        self._is_low = True

    def bar(self, bar: int) -> list[Note]:
        """Play a bar: notes in beats of the whole piece."""
        level = self._levels[bar]
        turns = bar % 4 == 3 and self._random.random() < 0.7
        rhythm = (self._other if turns else self._usual)[level]
        size = self._sheet.meter.beats_per_bar
        begin = bar * size
        if self._part.manner == WALKING:
            notes = self._walked(begin, rhythm, bar)
        else:
            found = self._kicks(bar) if rhythm == _KICK else hits(self._cut(rhythm))
            if self._part.manner == SHELL and level < INTENSITIES - 1:
                found = legato(found, size)
            notes = [n for hit in self._by_chords(found, begin) for n in self._struck(hit, begin)]
        lift = _LIFT * level
        return [
            replace(
                n,
                start=n.start + begin,
                velocity=max(min(n.velocity + lift + self._random.randint(-4, 4), 120), 20),
            )
            for n in notes
        ]

    def _cut(self, rhythm: str) -> str:
        return cut_rhythm(rhythm, self._sheet.meter)

    def _kicks(self, bar: int) -> list[Hit]:
        """Strike with the kick drum, each note to the next one."""
        size = self._sheet.meter.beats_per_bar
        kicks = {round(n.start * 2) / 2 for n in self._drums[bar] if n.pitch in KICKS}
        starts = sorted(s for s in {0.0, *kicks} if s < size)
        ends = [*starts[1:], size]
        return [Hit(s, min(e - s, 1.5), "r") for s, e in zip(starts, ends, strict=True)]

    def _by_chords(self, found: Sequence[Hit], begin: float) -> list[Hit]:
        """Strike again where a chord changes under what is held."""
        out: list[Hit] = []
        for hit in found:
            start, end = hit.start, hit.start + hit.duration
            while True:
                change = self._sheet.chord_at(begin + start).end - begin
                if change >= end - 0.25 or change <= start + EPSILON:
                    break
                out.append(Hit(start, change - start, hit.sign))
                start = change
            out.append(Hit(start, end - start, hit.sign))
        return out

    def _struck(self, hit: Hit, begin: float) -> list[Note]:
        chord = self._sheet.chord_at(begin + hit.start)
        part = self._part
        if part.manner == BASS:
            return [self._bass(hit, chord)]
        if part.manner == BOOM and hit.sign in "bB":
            wanted = chord.bass if hit.sign == "b" else chord.root + 7
            pitch = bass_pitch(wanted, part.low + 6, part.low, part.low + 13)
            return [Note(hit.start, hit.duration, pitch, part.loudness + 6)]
        low = part.low + 10 if part.manner == BOOM else part.low
        voice = comping if part.manner == SHELL else None
        pitches = (
            voice(chord, self._near, low, part.high)
            if voice
            else voicing(chord, self._near, low, part.high, part.voices)
        )
        self._near = self._drawn(pitches, low)
        if hit.sign.isdigit():
            pitch = pitches[int(hit.sign) % len(pitches)]
            length = max(hit.duration, 0.5)
            return [Note(hit.start, length, pitch, part.loudness)]
        loud = part.loudness + ACCENTS[hit.sign]
        if part.manner in (BLOCK, SHELL):
            return [Note(hit.start, hit.duration, p, loud) for p in pitches]
        return self._strummed(hit, pitches, loud)

    def _strummed(self, hit: Hit, pitches: Sequence[int], loud: int) -> list[Note]:
        """Strum down on the beat and up between, where the lowest string is left out."""
        is_up = round(hit.start * 4) % 2 == 1 or hit.sign == "o"
        order = list(reversed(pitches[1:])) if is_up else list(pitches)
        return [
            Note(hit.start + _STRUM * i, max(hit.duration - _STRUM * i, 0.1), p, loud - 2 * i)
            for i, p in enumerate(order)
        ]

    def _drawn(self, pitches: Sequence[int], low: int) -> list[int]:
        """Remember where the hand is, drawn a little to the middle of its range."""
        middle = (low + self._part.high) / 2
        mean = sum(pitches) / len(pitches)
        return [round(0.8 * mean + 0.2 * middle)]

    def _bass(self, hit: Hit, chord: Chord) -> Note:
        part, sign = self._part, hit.sign.lower()
        root = bass_pitch(chord.bass, (part.low + part.high) // 2 - 3, part.low, part.high)
        pitch = {
            "o": root + 12 if root + 12 <= part.high + 5 else root,
            "f": bass_pitch(chord.root + 7, root - 5, part.low, part.high),
        }.get(sign, root)
        loud = part.loudness + (8 if hit.sign.isupper() else 0)
        return Note(hit.start, max(hit.duration - 0.05, 0.2), pitch, loud)

    def _walked(self, begin: float, rhythm: str, bar: int) -> list[Note]:
        """Walk through a bar, or play two notes of it."""
        size = self._sheet.meter.beats_per_bar
        beats = round(size)
        chords = [self._sheet.chord_at(begin + beat + EPSILON) for beat in range(beats + 1)]
        before = self._near[0]
        if rhythm != _WALK or beats != size:
            notes = walking.two_feel(chords, before, beats, self._random)
        else:
            notes = []
            for beat, pitch in enumerate(walking.walk(chords, before, self._random)):
                loud = self._part.loudness + (4 if beat % 2 else 0)
                notes.append(Note(float(beat), 0.9, pitch, loud))
                if beat in (1, 3) and self._random.random() < 0.12:  # a skip into the next beat
                    notes[-1] = Note(float(beat), 0.45, pitch, loud)
                    notes.append(Note(beat + 0.5, 0.4, pitch, loud - 16))
        self._near = [notes[-1].pitch]
        return notes
