"""Stretches of real melodies, one voice each, and how two of them agree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.evaluation.material import Example
from models.music.clip import Clip, Composition, Note

_ONSET = 0.125  # beats: two onsets nearer than a thirty-second are one
_LEAST_NOTES = 8


@dataclass(frozen=True)
class Excerpt:
    """Some bars of a melody, from beat 0; `bar` is their length in beats."""

    name: str
    piece: Composition
    bar: float

    @property
    def clip(self) -> Clip:
        """Its notes."""
        return self.piece.melody.clip


def excerpts(examples: Sequence[Example], bars: int) -> Iterator[Excerpt]:
    """Cut the first `bars` whole bars of one meter, with some notes in them, of each piece."""
    for example in examples:
        piece = example.piece
        begin = piece.meter.bar_line(next(iter(piece.melody.clip.notes), Note(0, 0, 0)).start)
        bar = piece.meter.meter_at(begin).beats_per_bar
        end = begin + bars * bar
        meters = {m for _, m in piece.meter.changes if _ < end} or {piece.meter.meter_at(0)}
        clip = one_voice(piece.melody.clip.window(begin, end))
        if end <= piece.length and len(meters) == 1 and len(clip.notes) >= _LEAST_NOTES:
            melody = replace(piece.melody, clip=clip)
            yield Excerpt(example.name, replace(piece, melody=melody, accompaniment=()), bar)


def one_voice(clip: Clip) -> Clip:
    """Of notes begun together the highest, each cut where the next begins."""
    top = {n.start: n for n in sorted(clip.notes, key=lambda n: n.pitch)}
    notes = [top[start] for start in sorted(top)]
    nexts = [n.start for n in notes[1:]] + [clip.length]
    cut = (
        replace(n, duration=min(n.duration, later - n.start))
        for n, later in zip(notes, nexts, strict=True)
    )
    return replace(clip, notes=tuple(cut))


def note_f1(found: Sequence[Note], truth: Sequence[Note]) -> float:
    """Agreement of two melodies: F1 of notes with the same pitch and nearly the same onset."""
    if not found and not truth:
        return 1.0
    left = list(truth)
    common = 0
    for note in found:
        near = [n for n in left if n.pitch == note.pitch and abs(n.start - note.start) <= _ONSET]
        if near:
            left.remove(min(near, key=lambda n: abs(n.start - note.start)))
            common += 1
    return 2 * common / (len(found) + len(truth))
