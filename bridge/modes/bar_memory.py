"""What a band played to each bar of a melody that is followed: the same bar gets the same again.

Real songs do so: a bar of melody that returns has the same chord and pattern in more than nine of
ten cases. A generator that is asked a few beats at a time cannot know what it played then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bridge.interfaces import GenerateRequest
from models.artifact.manifest import HEARD
from models.music.clip import Clip, Track
from models.music.harmony import Harmony
from models.music.swing import straightened
from models.music.tempo import EPSILON

_SIXTEENTHS = 4
_FEWEST = 2  # notes: one that is held for a bar says too little
# Chords that suit the melody so much better, as a share of its length, are worth a change: the bar
# was planned before it was played.
_BETTER = 0.3
_MOST_BARS = 64
FREEDOM = 0.06  # beats: players are so far ahead of a bar line at most

_Bar = tuple[tuple[int, int], ...]  # onsets in sixteenths from the bar line, and pitches
_Stamp = tuple[str, int, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True)
class _Remembered:
    """One bar, counted from its bar line."""

    melody: _Bar
    suits: float  # share of the melody that is in the chords
    stamp: _Stamp
    tracks: tuple[Track, ...]
    harmony: Harmony


class BarMemory:
    """Remembers bars, the newest last. Beats are the song's."""

    def __init__(self) -> None:
        self._bars: list[_Remembered] = []

    def remember(
        self,
        melody: Clip,
        tracks: Sequence[Track],
        harmony: Harmony,
        request: GenerateRequest,
    ) -> None:
        """Remember a bar that is over.

        `melody`, `tracks` and `harmony` are counted from its bar line; its length is the melody's.
        """
        bar = _bar_of(melody, 0.0, melody.length, request.swing)
        if len(bar) >= _FEWEST:
            suits = _suits(melody, harmony)
            new = _Remembered(bar, suits, _stamp(request), tuple(tracks), harmony)
            self._bars = [*self._bars, new][-_MOST_BARS:]

    def recall(
        self,
        melody: Clip,
        lines: Sequence[float],
        bar: float,
        answer: tuple[tuple[Track, ...], Harmony | None],
        request: GenerateRequest,
    ) -> tuple[tuple[Track, ...], Harmony | None]:
        """Give an answer with what was played before in the bars (from `lines` on) that return."""
        tracks, harmony = answer
        for line in lines:
            wanted = _bar_of(melody, line, line + bar, request.swing)
            found = self._find(wanted, _stamp(request), tracks)
            if found is not None and not _is_better(harmony, melody, (line, line + bar), found):
                tracks = tuple(
                    _with_bar(new, old, line, bar)
                    for new, old in zip(tracks, found.tracks, strict=True)
                )
                harmony = harmony and _with_chords(harmony, found.harmony, line, bar)
        return tracks, harmony

    def _find(self, bar: _Bar, stamp: _Stamp, tracks: Sequence[Track]) -> _Remembered | None:
        names = [track.name for track in tracks]
        for old in reversed(self._bars):
            is_same = old.melody == bar and old.stamp == stamp
            if is_same and [track.name for track in old.tracks] == names:
                return old
        return None


def _bar_of(melody: Clip, begin: float, end: float, swing: float) -> _Bar:
    """Give the notes of a bar on its grid; one a little early belongs to the bar line."""
    places = [
        (round((n.start - begin) * _SIXTEENTHS), n.pitch)
        for n in straightened(melody, swing).notes
        if begin - 1 < n.start < end
    ]
    last = round((end - begin) * _SIXTEENTHS)
    return tuple(sorted((place, pitch) for place, pitch in places if 0 <= place < last))


def _stamp(request: GenerateRequest) -> _Stamp:
    controls = ((name, value) for name, value in request.controls.items() if name != HEARD)
    return request.model, request.seed, tuple(sorted(controls))


def _is_better(
    harmony: Harmony | None, melody: Clip, span: tuple[float, float], old: _Remembered
) -> bool:
    """Whether the chords of an answer suit a bar so well that it is not played as it was."""
    if harmony is None:
        return False
    chords = (chord.within(*span) for chord in harmony.chords)
    inside = Harmony(tuple(chord for chord in chords if chord is not None))
    return _suits(melody, inside) > old.suits + _BETTER


def _suits(melody: Clip, harmony: Harmony) -> float:
    """Give the share of a melody, under these chords, that is in them."""
    whole = inside = 0.0
    for note in melody.notes:
        for chord in harmony.chords:
            sounding = min(note.end, chord.end) - max(note.start, chord.start)
            if sounding > EPSILON:
                whole += sounding
                inside += sounding if note.pitch % 12 in chord.tones else 0.0
    return inside / whole if whole else 0.0


def _with_bar(track: Track, old: Track, line: float, bar: float) -> Track:
    begin, end = line - FREEDOM, line + bar - FREEDOM
    outside = (n for n in track.clip.notes if not begin <= n.start < end)
    again = (replace(n, start=max(n.start, line)) for n in old.clip.shifted(line).notes)
    return replace(track, clip=replace(track.clip, notes=(*outside, *again)))


def _with_chords(harmony: Harmony, old: Harmony, line: float, bar: float) -> Harmony:
    before = (chord.within(float("-inf"), line) for chord in harmony.chords)
    after = (chord.within(line + bar, float("inf")) for chord in harmony.chords)
    chords = (*before, *old.shifted(line).chords, *after)
    return replace(harmony, chords=tuple(c for c in chords if c is not None))
