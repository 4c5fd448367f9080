"""Chords as they are told: no planned seventh that nobody plays, a given C6 as C6."""

from collections.abc import Sequence
from dataclasses import replace

from models.music.chord_names import find_chord
from models.music.clip import Note
from models.music.harmony import Chord
from models.techniques.surroundings import Timeline

_TRIAD = (0, 3, 4, 5, 6, 7, 8)  # above the root: what makes the chord, played or only meant
_LEAST = 0.12  # of a chord's time in which a tone has to sound


def as_heard(chord: Chord, played: Timeline) -> Chord:
    """Give a chord without the sevenths, ninths and other basses that are not `played` in it."""
    notes = [n for n in played.near(chord.start, chord.end) if _inside(n, chord) > 0]
    if not notes:
        return chord
    sounding: dict[int, float] = {}
    for note in notes:
        sounding[note.pitch % 12] = sounding.get(note.pitch % 12, 0.0) + _inside(note, chord)
    heard = {c for c, time in sounding.items() if time >= _LEAST * chord.duration}
    bass = chord.bass
    if bass != chord.root and _lowest(notes, chord) == chord.root:
        bass = chord.root
    kept = {t for t in chord.tones if (t - chord.root) % 12 in _TRIAD or t in heard}
    return replace(chord, bass=bass, tones=frozenset(kept | {bass}))


def as_told(chord: Chord) -> Chord:
    """Give a chord that leads the root that its bass can be: C E G A over C was meant as C6."""
    above = (12 + (tone - chord.bass) % 12 + chord.bass for tone in chord.tones - {chord.bass})
    found = find_chord((chord.bass, *above), chord.bass)
    return replace(chord, root=chord.bass) if found and found[0] == chord.bass else chord


def _inside(note: Note, chord: Chord) -> float:
    return min(note.end, chord.end) - max(note.start, chord.start)


def _lowest(notes: Sequence[Note], chord: Chord) -> int:
    """Give the pitch class that lies lowest as the chord begins."""
    begun = [n for n in notes if n.start <= chord.start + 0.25 * chord.duration]
    return min(n.pitch for n in begun or notes) % 12
