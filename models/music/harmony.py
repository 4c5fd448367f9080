"""A plan of chords: what is meant to sound under a melody, and in which key, with names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.music.chord_names import chord_name
from models.music.clip import Clip, Note, Track
from models.music.key import key_label
from models.music.tempo import EPSILON

CHORDS_TRACK, CHORDS_ROLE = "Chords", "chords"
_BASS, _ABOVE = 36, 48  # octaves that chord symbols are written in


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord from beat `start` on: pitch classes of its root, its bass and all its tones."""

    start: float
    duration: float
    root: int
    bass: int
    tones: frozenset[int]

    @property
    def name(self) -> str:
        """Its name on a lead sheet, such as D7/F#."""
        above = (12 + (tone - self.bass) % 12 + self.bass for tone in self.tones - {self.bass})
        return chord_name((self.bass, *above), self.root)

    @property
    def end(self) -> float:
        """The beat on which the next chord may begin."""
        return self.start + self.duration

    def shifted(self, beats: float) -> "Chord":
        """The same chord `beats` later."""
        return replace(self, start=self.start + beats)

    def within(self, begin: float, end: float) -> "Chord | None":
        """What of it sounds in [begin, end); None if nothing does."""
        start, stop = max(self.start, begin), min(self.end, end)
        return replace(self, start=start, duration=stop - start) if stop > start + EPSILON else None

    def notes(self) -> list[Note]:
        """Write it out: the bass, and an octave above it the other tones."""
        above = sorted(self.tones - {self.bass})
        pitches = [_BASS + self.bass, *(_ABOVE + tone for tone in above)]
        return [Note(self.start, self.duration, pitch) for pitch in pitches]


@dataclass(frozen=True, slots=True)
class Harmony:
    """Chords in order, and the key: a tonic, 12 more in minor; how likely it is, 0..1."""

    chords: tuple[Chord, ...] = ()
    key: int = 0
    certainty: float = 0.0

    @property
    def key_name(self) -> str:
        """The key as musicians write it: G or Em."""
        return key_label(self.key % 12, self.key >= 12)

    def shifted(self, beats: float) -> "Harmony":
        """The same harmony `beats` later."""
        return replace(self, chords=tuple(c.shifted(beats) for c in self.chords))

    def joined(self) -> "Harmony":
        """The same harmony with chords that go on as one."""
        return Harmony(tuple(_joined(self.chords)), self.key, self.certainty)


def chord_track(chords: Iterable[Chord], length: float, channel: int) -> Track:
    """Make the track `Chords` of a file, which `--chords track` reads again."""
    notes = tuple(n for chord in chords for n in chord.notes() if n.start >= 0)
    return Track(CHORDS_TRACK, Clip(notes, length), CHORDS_ROLE, channel=channel)


def _joined(chords: Iterable[Chord]) -> list[Chord]:
    out: list[Chord] = []
    for chord in chords:
        before = out[-1] if out else None
        same = before and (before.root, before.bass, before.tones) == (
            chord.root,
            chord.bass,
            chord.tones,
        )
        if before and same and abs(before.end - chord.start) < 1e-3:
            length = chord.end - before.start
            out[-1] = Chord(before.start, length, before.root, before.bass, before.tones)
        else:
            out.append(chord)
    return out
