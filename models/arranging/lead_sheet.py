"""Lead sheets: a tune, its meter, and the chords that are named over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.data.limits import Limits
from models.data.piece import LeftOut, Piece
from models.data.read_piece import read_piece
from models.music.chord_names import find_chord
from models.music.clip import Clip, Composition, Note
from models.music.harmony import CHORDS_ROLE, Chord
from models.music.tempo import EPSILON, Meter

_TRIAD = 3  # the most tones of a chord without a seventh
_LEAST = 0.25  # beats that a chord lasts at least


@dataclass(frozen=True)
class LeadSheet:
    """A tune in one meter and its chords, which leave no gap; `name` is unique in its folder."""

    name: str
    composition: Composition
    meter: Meter
    chords: tuple[Chord, ...]

    @property
    def length(self) -> float:
        """How many beats it has: whole bars."""
        return self.composition.length

    @property
    def bars(self) -> int:
        """How many bars it has."""
        return round(self.length / self.meter.beats_per_bar)

    def chord_at(self, beat: float) -> Chord:
        """Give the chord that sounds on a beat; after the end the last one."""
        for chord in self.chords:
            if beat < chord.end - EPSILON:
                return chord
        return self.chords[-1]


def read_lead_sheet(path: Path, name: str, file: str, limits: Limits) -> LeadSheet | LeftOut:
    """Read a MIDI file with a melody and a track of chords; or say why it is none."""
    piece = read_piece(path, name, file, limits)
    if isinstance(piece, LeftOut):
        return piece
    meters = {meter for _, _, meter in piece.composition.meter.segments(piece.composition.length)}
    if len(meters) > 1:
        return LeftOut(file, f"its meter changes: {', '.join(sorted(map(str, meters)))}", "meter")
    return lead_sheet_of(piece) or LeftOut(file, "no track called Chords has chords", "no chords")


def lead_sheet_of(piece: Piece) -> LeadSheet | None:
    """Take a piece as a lead sheet; None where no chords are named."""
    whole = piece.composition
    named = [t.clip for t in whole.accompaniment if t.role == CHORDS_ROLE and t.clip.notes]
    if not named:
        return None
    meter = whole.meter.meter_at(0.0)
    chords = block_chords(named[0], whole.length)
    return LeadSheet(piece.name, whole, meter, chords) if chords else None


def block_chords(clip: Clip, length: float) -> tuple[Chord, ...]:
    """Name chords that are struck together; each lasts to the next, the first from the start."""
    groups: dict[float, list[Note]] = {}
    for note in clip.notes:
        groups.setdefault(round(note.start / _LEAST) * _LEAST, []).append(note)
    starts = [beat for beat, notes in sorted(groups.items()) if len(notes) > 1 and beat < length]
    out: list[Chord] = []
    for i, beat in enumerate(starts):
        begin = 0.0 if i == 0 else beat
        end = starts[i + 1] if i + 1 < len(starts) else length
        found = named([n.pitch for n in groups[beat]])
        out.append(Chord(begin, end - begin, found[0], found[1], found[2]))
    return tuple(out)


def named(pitches: Sequence[int]) -> tuple[int, int, frozenset[int]]:
    """Give root, bass and tones of a chord; without a name its lowest note is the root."""
    lowest = min(pitches) % 12
    found = find_chord(pitches, lowest)
    if found is not None:
        return found
    return lowest, lowest, frozenset(p % 12 for p in pitches)


def plain(chord: Chord) -> Chord:
    """Leave the triad of a chord, over its root: as a song leader would read it."""
    above = {(t - chord.root) % 12 for t in chord.tones}
    third = 3 if 3 in above and 4 not in above else 4
    if not above & {3, 4} and 5 in above:
        third = 5
    fifth = 6 if third == 3 and 6 in above and 7 not in above else 7
    tones = frozenset((chord.root + t) % 12 for t in (0, third, fifth))
    bass = chord.bass if chord.bass in tones else chord.root
    return Chord(chord.start, chord.duration, chord.root, bass, tones)


def is_triad(chord: Chord) -> bool:
    """Whether a chord has no more than three tones."""
    return len(chord.tones) <= _TRIAD
