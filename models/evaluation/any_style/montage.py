"""The rival that a band has to beat: phrases of the training music, moved to planned chords."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from models.music.clip import Clip, Composition, Note
from models.music.harmony import Chord, Harmony
from models.music.sounding_chords import sounding_chords

_PHRASE = 4  # bars that stay together
_LEAST_BARS = 8


def montage(
    pieces: Sequence[Composition], plans: Sequence[Harmony], training: Sequence[Composition]
) -> list[Composition]:
    """Play each piece's plan with the bars, in order, of a training piece in the same meter.

    Notes move with the nearest root and mend their thirds; nothing is learnt.
    """
    donors = [d for d in map(_Donor, training) if d.bars >= _LEAST_BARS]
    out = []
    for i, (piece, plan) in enumerate(zip(pieces, plans, strict=True)):
        size = piece.meter.meter_at(0.0).beats_per_bar
        fitting = [d for d in donors if d.size == size] or donors
        if not fitting or not plan.chords:
            out.append(piece.with_accompaniment(()))
            continue
        out.append(_played(piece, plan, fitting[i * 7919 % len(fitting)]))
    return out


class _Donor:
    """A training piece with its chords, beat by beat."""

    def __init__(self, piece: Composition) -> None:
        self.piece = piece
        self.size = piece.meter.meter_at(0.0).beats_per_bar
        self.bars = int(piece.length // self.size) // _PHRASE * _PHRASE
        self.chords = sounding_chords(piece.accompaniment, 0.0, piece.length)
        self.starts = [c.start for c in self.chords]


def _played(piece: Composition, plan: Harmony, donor: _Donor) -> Composition:
    starts = [c.start for c in plan.chords]
    length = donor.bars * donor.size
    tracks = []
    for track in donor.piece.accompaniment:
        notes = []
        for turn in range(int(piece.length // length) + 1):
            for note in track.clip.notes:
                start = note.start + turn * length
                if note.start >= length or start >= piece.length:
                    continue
                ours = _at(plan.chords, starts, start)
                theirs = _at(donor.chords, donor.starts, note.start)
                pitch = note.pitch if track.is_drum else _moved(note.pitch, theirs, ours)
                end = min(start + note.duration, piece.length)
                if ours is not None and not track.is_drum:
                    end = min(end, max(ours.end, start + 0.25))
                notes.append(Note(start, end - start, pitch, note.velocity))
        tracks.append(replace(track, clip=Clip(tuple(notes), piece.length)))
    return piece.with_accompaniment(tracks)


def _at(chords: Sequence[Chord], starts: Sequence[float], beat: float) -> Chord | None:
    at = bisect_right(starts, beat + 1e-6) - 1
    return chords[at] if at >= 0 else None


def _moved(pitch: int, theirs: Chord | None, ours: Chord | None) -> int:
    """Move a pitch as the root moves, by the shorter way, and mend its third."""
    if theirs is None or ours is None:
        return pitch
    up = (ours.root - theirs.root) % 12
    moved = pitch + (up if up <= 6 else up - 12)
    interval = (moved - ours.root) % 12
    tones = {(t - ours.root) % 12 for t in ours.tones}
    if interval == 4 and 3 in tones and 4 not in tones:
        moved -= 1
    elif interval == 3 and 4 in tones and 3 not in tones:
        moved += 1
    return min(max(moved, 0), 127)
