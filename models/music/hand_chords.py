"""The chord that a hand holds down: what an arranger keyboard hears in its left part.

More than `chord_names` tells of what sounds: ninths, suspensions, sixths, chords over another bass.
The lowest key is the bass; where it can be the root, it is (C E G A is C6, A C E G is Am7).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.music.chord_names import written_chord

_Quality = tuple[str, frozenset[int]]


def _qualities(*given: tuple[str, tuple[int, ...]]) -> tuple[_Quality, ...]:
    return tuple((name, frozenset(tones)) for name, tones in given)


# Intervals above the root; of two that are the same keys the earlier one is heard.
_TRIADS = _qualities(
    ("", (0, 4, 7)),
    ("m", (0, 3, 7)),
    ("dim", (0, 3, 6)),
    ("aug", (0, 4, 8)),
    ("sus4", (0, 5, 7)),
    ("sus2", (0, 2, 7)),
)
_SEVENTHS = _qualities(
    ("7", (0, 4, 7, 10)),
    ("m7", (0, 3, 7, 10)),
    ("maj7", (0, 4, 7, 11)),
    ("dim7", (0, 3, 6, 9)),
    ("m7b5", (0, 3, 6, 10)),
    ("mM7", (0, 3, 7, 11)),
    ("7sus4", (0, 5, 7, 10)),
    ("7#5", (0, 4, 8, 10)),
    ("7b5", (0, 4, 6, 10)),
    ("6", (0, 4, 7, 9)),
    ("m6", (0, 3, 7, 9)),
)
_NINTHS = _qualities(
    ("9", (0, 2, 4, 7, 10)),
    ("m9", (0, 2, 3, 7, 10)),
    ("maj9", (0, 2, 4, 7, 11)),
    ("69", (0, 2, 4, 7, 9)),
    ("7b9", (0, 1, 4, 7, 10)),
    ("7#9", (0, 3, 4, 7, 10)),
    ("11", (0, 2, 5, 7, 10)),
    ("m11", (0, 3, 5, 7, 10)),
    ("13", (0, 4, 7, 9, 10)),
    ("13", (0, 2, 4, 9, 10)),
    ("13", (0, 4, 9, 10)),
)
_ADDED = _qualities(("add9", (0, 2, 4, 7)), ("madd9", (0, 2, 3, 7)))
# A left hand has five fingers: the fifth is the first tone that it leaves out.
_WITHOUT_FIFTH = _qualities(
    ("7", (0, 4, 10)),
    ("m7", (0, 3, 10)),
    ("maj7", (0, 4, 11)),
    ("9", (0, 2, 4, 10)),
    ("m9", (0, 2, 3, 10)),
    ("maj9", (0, 2, 4, 11)),
    ("7b9", (0, 1, 4, 10)),
    ("7#9", (0, 3, 4, 10)),
    ("", (0, 4)),
    ("m", (0, 3)),
)
_OPEN = _qualities(("7", (0, 7, 10)), ("maj7", (0, 7, 11)), ("5", (0, 7)))
_AS_ROOT = (*_TRIADS, *_SEVENTHS, *_NINTHS, *_ADDED, *_WITHOUT_FIFTH, *_OPEN)
_INVERTED = (*_TRIADS, *_SEVENTHS, *_NINTHS, *_WITHOUT_FIFTH, *_OPEN)
_FIFTH = 7


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
    roots: Iterable[int], classes: frozenset[int], qualities: Iterable[_Quality]
) -> Iterator[tuple[int, str, frozenset[int]]]:
    roots = list(roots)
    for name, quality in qualities:
        for root in roots:
            if {(c - root) % 12 for c in classes} == quality:
                has_gap = (name, quality) in _WITHOUT_FIFTH
                yield root, name, classes | ({(root + _FIFTH) % 12} if has_gap else set())
