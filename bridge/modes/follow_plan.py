"""What follow mode has played and means to play: a score in the song's beats, mended as it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.notes.scheduler import Ties
from bridge.takes.chord_lead import LedChord
from models.music.clip import Clip, Note, Track
from models.music.tempo import EPSILON

_BASS = "bass"  # the role whose part plays the bass of a chord that leads, and no other tone
_SOON = 0.25  # beats in which a part that is struck anyway is left alone
_SAME = 1e-3  # beats; generators count in float32


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What the scheduler must know of a mended plan: new notes, and new ends of what sounds."""

    notes: list[tuple[int, Note]]  # channel, note
    begun: Ties


class FollowPlan:
    """The accompaniment, past and to come, in beats of the song; `end`: up to where it is made."""

    def __init__(self, tracks: tuple[Track, ...] = ()) -> None:
        self.tracks = tracks
        self._meant = tracks  # as if what was struck late had been struck in time
        self.former: tuple[Track, ...] = ()  # of another model, that were left
        self.end = float("-inf")

    def covers(self, beat: float) -> bool:
        """Tell whether anything was planned for this beat."""
        return beat < self.end - EPSILON

    def mend(
        self,
        beat: float,
        answer: Sequence[Track],
        end: float,
        led: LedChord | None = None,
        *,
        keeps_rest: bool = False,
        since: float | None = None,
    ) -> PlanChange:
        """From `beat` on play the answer (in the song's beats), up to `end`.

        A note that the old plan holds over `beat`, and that the answer has there as well, goes on.
        `led`: another chord that leads from `beat` on; what sounds and is no tone of it resolves
        there. `keeps_rest`: what was planned from `end` on is played all the same. `since`: the
        beat that the answer was made from, which may be over.
        """
        since = beat if since is None else min(since, beat)
        self._meant = _replaced(self._meant, answer, since)
        rest = self.end if keeps_rest and self.end > end + _SAME else None
        before = {track.name: track for track in self.tracks}
        notes, begun, mended = [], {}, []
        for track in answer:
            old = before.get(track.name, replace(track, clip=Clip()))
            if track.is_drum:
                # A drum rings by itself: what was struck before is not struck again.
                kept, new, ties = _drummed(old.clip.notes, track.clip.notes, beat)
            else:
                tones = None if led is None else _tones_for(track, led)
                kept, new, ties = _joined(old.clip.notes, track.clip.notes, (since, beat), tones)
                if tones is not None:
                    new += _resolved(old.clip.notes, new, ties, (beat, tones))
            if rest is not None:
                new = [*new, *(n for n in old.clip.notes if n.start >= end - _SAME)]
            notes += [(track.channel, note) for note in new]
            begun.update({(track.channel, pitch): stop for pitch, stop in ties.items()})
            mended.append(replace(track, clip=Clip((*kept, *new))))
        names = {track.name for track in mended}
        self.former += tuple(_until(t, beat) for t in self.tracks if t.name not in names)
        self.tracks, self.end = tuple(mended), end if rest is None else rest
        return PlanChange(notes, begun)

    @property
    def heard(self) -> tuple[Track, ...]:
        """All tracks that sounded or will."""
        return (*self.tracks, *self.former)

    def from_beat(self, beat: float) -> list[tuple[int, Note]]:
        """Return what sounds from `beat` on, what sounds there already struck anew."""
        out = []
        for track in self.tracks:
            for note in track.clip.notes:
                if note.end > beat + _SAME:
                    start = max(note.start, beat)
                    out.append(
                        (track.channel, replace(note, start=start, duration=note.end - start))
                    )
        return out

    def stretch(self, begin: float, end: float, origin: float) -> tuple[Track, ...]:
        """Return what starts in [begin, end), in beats from `origin`."""
        return _stretch(self.tracks, (begin, end), origin)

    def context(self, begin: float, end: float, origin: float) -> tuple[Track, ...]:
        """Return what was meant for [begin, end), in beats from `origin`."""
        return _stretch(self._meant, (begin, end), origin)

    def forget(self, before: float) -> None:
        """Drop what started before `before`."""
        self.tracks, self._meant = _since(self.tracks, before), _since(self._meant, before)
        self.former = tuple(t for t in self.former if t.clip.end >= before)


def _since(tracks: tuple[Track, ...], before: float) -> tuple[Track, ...]:
    return tuple(
        replace(t, clip=Clip(tuple(n for n in t.clip.notes if n.start >= before))) for t in tracks
    )


def _stretch(
    tracks: tuple[Track, ...], span: tuple[float, float], origin: float
) -> tuple[Track, ...]:
    out = []
    for track in tracks:
        inside = track.clip.window(*span).shifted(span[0] - origin)
        out.append(replace(track, clip=replace(inside, length=max(span[1] - origin, 0.0))))
    return tuple(out)


def _replaced(old: tuple[Track, ...], answer: Sequence[Track], since: float) -> tuple[Track, ...]:
    """Give the tracks with the answer from `since` on."""
    before = {track.name: track.clip.notes for track in old}
    out = []
    for track in answer:
        kept, new, _ = _joined(before.get(track.name, ()), track.clip.notes, (since, since), None)
        out.append(replace(track, clip=Clip((*kept, *new))))
    return tuple(out)


def _until(track: Track, beat: float) -> Track:
    """The track, released at `beat`."""
    begun = (n for n in track.clip.notes if n.start < beat - _SAME)
    cut = tuple(replace(n, duration=min(n.end, beat) - n.start) for n in begun)
    return replace(track, clip=Clip(cut))


def _joined(
    old: Sequence[Note],
    new: Sequence[Note],
    span: tuple[float, float],
    tones: frozenset[int] | None,
) -> tuple[list[Note], list[Note], dict[int, float]]:
    """Join one track's past and future: notes kept, to strike, and new ends by pitch.

    The future was made from the first beat of `span` on and begins on the second: what was struck
    between them, and is not in it, was wrong and ends.
    """
    since, beat = span
    held = {n.pitch: n for n in old if n.start < beat - _SAME and n.end > beat + _SAME}
    to_come = [n for n in new if n.end > beat + _SAME]
    tied = [n for n in to_come if n.start <= beat + _SAME and n.pitch in held]
    strikes = [_from(n, beat) for n in to_come if n not in tied]
    ends = {pitch: _rings_until(note, held, strikes) for pitch, note in held.items()}
    ends |= {pitch: beat for pitch, note in held.items() if note.start >= since - _SAME}
    if tones is not None:
        ends |= {pitch: beat for pitch in held if pitch % 12 not in tones}
    ends |= {n.pitch: n.end for n in tied}
    kept = []
    for note in old:
        if note.start < beat - _SAME:
            end = ends[note.pitch] if note.end > beat + _SAME else note.end
            kept.append(replace(note, duration=end - note.start))
    return kept, strikes, ends


def _tones_for(track: Track, led: LedChord) -> frozenset[int]:
    return frozenset((led.bass,)) if track.role == _BASS else led.tones


def _resolved(
    old: Sequence[Note],
    strikes: Sequence[Note],
    ends: Mapping[int, float],
    chord: tuple[float, frozenset[int]],
) -> list[Note]:
    """Move what a chord's beginning ends to its nearest tones, where nothing is struck soon.

    Else a part that holds its notes would be silent to the end of the bar. `chord`: its beat,
    and its tones.
    """
    beat, tones = chord
    if any(n.start < beat + _SOON for n in strikes):
        return []
    held = [n for n in old if n.start < beat - _SAME and n.end > beat + _SAME]
    taken = {n.pitch for n in held if ends[n.pitch] > beat + _SAME}
    moved = []
    for note in held:
        if ends[note.pitch] > beat + _SAME:
            continue
        pitch = _nearest(note.pitch, tones)
        if pitch not in taken:
            taken.add(pitch)
            end = _rings_until(note, {n.pitch: n for n in held}, strikes)
            moved.append(replace(note, pitch=pitch, start=beat, duration=end - beat))
    return moved


def _nearest(pitch: int, classes: frozenset[int]) -> int:
    near = (pitch + away for step in range(7) for away in (step, -step))
    return next(p for p in near if p % 12 in classes and 0 <= p <= 127)


def _drummed(
    old: Sequence[Note], new: Sequence[Note], beat: float
) -> tuple[list[Note], list[Note], dict[int, float]]:
    kept = [n for n in old if n.start < beat - _SAME]
    held = {n.pitch: n.end for n in kept if n.end > beat + _SAME}
    return kept, [n for n in new if n.start >= beat - _SAME], held


def _from(note: Note, beat: float) -> Note:
    start = max(note.start, beat)
    return replace(note, start=start, duration=note.end - start)


def _rings_until(note: Note, held: Mapping[int, Note], strikes: Sequence[Note]) -> float:
    """A note that began before what was asked for is in no answer, and rings as it was meant to.

    A voice alone makes way for its next note; of a chord, a note does so for its own repetition.
    """
    others = strikes if len(held) == 1 else [n for n in strikes if n.pitch == note.pitch]
    return min([n.start for n in others] + [note.end])
