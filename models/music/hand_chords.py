"""The chord that a hand holds down: what an arranger keyboard hears in its left part.

More than `chord_names` tells of what sounds: ninths, suspensions, sixths, chords over another bass.
The lowest key is the bass; where it can be the root, it is (C E G A is C6, A C E G is Am7).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.music.chord_names import written_chord
from models.music.chord_qualities import FIFTH, RICH, Quality, named, without_fifth

# Of two that are the same keys the earlier one is heard.
_TRIADS = named("", "m", "dim", "aug", "sus4", "sus2")
_SEVENTHS = named(
    *("7", "m7", "maj7", "dim7", "m7b5", "m(maj7)", "7sus4", "7#5", "7b5", "maj7#5", "6", "m6")
)
_THIRTEENTHS = tuple(q for q in RICH if q.name == "13")
_NINTHS = (
    *named("9", "m9", "maj9", "69", "m69", "7b9", "7#9", "7#11", "7alt", "maj7#11", "11", "m11"),
    *_THIRTEENTHS,
)
_ADDED = named("add9", "madd9")
# A left hand has five fingers: the fifth is the first tone that it leaves out.
_WITHOUT_FIFTH = without_fifth("7", "m7", "maj7", "9", "m9", "maj9", "7b9", "7#9", "", "m")
_OPEN = (Quality("7", frozenset((0, 7, 10))), Quality("maj7", frozenset((0, 7, 11))), *named("5"))
_AS_ROOT = (*_TRIADS, *_SEVENTHS, *_NINTHS, *_ADDED, *_WITHOUT_FIFTH, *_OPEN)
_INVERTED = (*_TRIADS, *_SEVENTHS, *_NINTHS, *_WITHOUT_FIFTH, *_OPEN)


@dataclass(frozen=True, slots=True)
class HandChord:
    """A chord by its name; pitch classes of its bass and of all its tones."""

    name: str
    bass: int
    tones: frozenset[int]


def hand_chord(pitches: Iterable[int]) -> HandChord | None:
    """Hear a chord in the MIDI pitches of the keys that are down; None: they are none.

    A single pitch class is none. A fifth that was left out is added to the tones, and nothing else.
    """
    held = sorted(set(pitches))
    classes = frozenset(pitch % 12 for pitch in held)
    if len(classes) < 2:
        return None
    bass = held[0] % 12
    for root, name, tones in _readings(bass, classes):
        return HandChord(written_chord(root, bass, name), bass, tones | {bass})
    return None


def _readings(bass: int, classes: frozenset[int]) -> Iterator[tuple[int, str, frozenset[int]]]:
    """Give root, quality and tones, the likeliest reading first."""
    others = sorted(classes - {bass})
    yield from _found([bass], classes, _AS_ROOT)
    yield from _found(others, classes, _INVERTED)
    # A bass that is no tone of the chord over it: F/G.
    above = classes - {bass}
    yield from _found(others, above, (*_TRIADS, *_SEVENTHS))
    yield from _found(others, classes, _ADDED)


def _found(
    roots: Iterable[int], classes: frozenset[int], qualities: Iterable[Quality]
) -> Iterator[tuple[int, str, frozenset[int]]]:
    roots = list(roots)
    for quality in qualities:
        for root in roots:
            if {(c - root) % 12 for c in classes} == quality.tones:
                has_gap = quality in _WITHOUT_FIFTH
                yield root, quality.name, classes | ({(root + FIFTH) % 12} if has_gap else set())
