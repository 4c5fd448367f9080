"""A plan of chords: what is meant to sound under a melody, and in which key, with names."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.music.chord_names import chord_name
from models.music.key import key_label


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
        return chord_name((self.bass, *above))

    @property
    def end(self) -> float:
        """The beat on which the next chord may begin."""
        return self.start + self.duration


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

    def joined(self) -> "Harmony":
        """The same harmony with chords that go on as one."""
        return Harmony(tuple(_joined(self.chords)), self.key, self.certainty)


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
