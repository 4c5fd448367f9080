"""The chords that sound, named beat by beat, where no plan tells them."""

from collections.abc import Iterable, Sequence

from models.music.chord_names import find_chord
from models.music.clip import Note, Track
from models.music.harmony import Chord
from models.music.tempo import EPSILON

_NINTH, _THIRDS, _FIFTH = 2, frozenset((3, 4)), 7
_ABOVE = frozenset((1, 2, 3, 5, 6, 8, 9))  # tones that lie above a seventh
_LEAST = 0.3  # of a step: what sounds shorter is a passing tone


def sounding_chords(
    tracks: Iterable[Track], begin: float, end: float, step: float = 1.0
) -> tuple[Chord, ...]:
    """Name what sounds in each `step` beats of [begin, end) in all pitched tracks.

    A step whose pitches are no chord goes on with the chord before it.
    """
    pitched = (n for t in tracks if not t.is_drum for n in t.clip.notes)
    notes = sorted(n for n in pitched if n.start < end and n.end > begin)
    chords: list[Chord] = []
    at = begin
    sounding: list[Note] = []
    coming = iter(notes)
    following = next(coming, None)
    while at < end - EPSILON:
        stop = min(at + step, end)
        sounding = [n for n in sounding if n.end > at + EPSILON]
        while following is not None and following.start < stop - EPSILON:
            sounding.append(following)
            following = next(coming, None)
        found = find_chord(_pitches(sounding, at, stop))
        if found is not None:
            chord = Chord(at, stop - at, *found)
            if chords and _passes_through(chords[-1], chord):
                chords[-1] = _longer(chords[-1], stop)
            else:
                chords.append(chord)
        elif chords and sounding:
            chords[-1] = _longer(chords[-1], stop)
        at = stop
    return tuple(chords)


def _pitches(notes: Sequence[Note], begin: float, end: float) -> list[int]:
    """Give the pitches that sound long enough: those struck at once, or else with what follows."""
    held = [n for n in notes if n.start <= begin + EPSILON]
    for chosen in (held, notes):
        long = [
            n.pitch
            for n in chosen
            if min(n.end, end) - max(n.start, begin) >= _LEAST * (end - begin)
        ]
        if len({p % 12 for p in long}) > 2:
            return long
    return [n.pitch for n in held]


def _passes_through(before: Chord, chord: Chord) -> bool:
    """Whether a melody only touches a ninth, or the eleventh or thirteenth of a full chord.

    What makes another chord of an open fifth or of a diminished one is no passing tone.
    """
    if (before.root, before.bass) != (chord.root, chord.bass) or not before.tones < chord.tones:
        return False
    own = {(tone - chord.root) % 12 for tone in before.tones}
    more = {(tone - chord.root) % 12 for tone in chord.tones - before.tones}
    is_full = _FIFTH in own and bool(own & _THIRDS)
    return more == {_NINTH} or (is_full and len(more) == 1 and more < _ABOVE)


def _longer(chord: Chord, end: float) -> Chord:
    return Chord(chord.start, end - chord.start, chord.root, chord.bass, chord.tones)
