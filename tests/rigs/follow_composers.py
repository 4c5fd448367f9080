"""Composers for mode follow whose answers are known."""

from math import ceil

from models.music.clip import Clip, Note, Track


def one_a_beat(request) -> tuple[Track, ...]:
    """A bass an octave and more below what the melody has on each beat."""
    notes = []
    beat = float(ceil(request.begin - 1e-6))
    while beat < request.begin + request.length - 1e-6:
        under = [n for n in request.melody.notes if n.start <= beat + 1e-6 < n.end]
        if under:
            notes.append(Note(beat, 1.0, max(under[-1].pitch - 24, 0), 70))
        beat += 1.0
    return (Track("bass", Clip(tuple(notes), request.begin + request.length), "bass", 32, 5),)
