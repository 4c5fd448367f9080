"""The chords that have names: one table, by which they are printed, typed, and heard in a hand."""

from typing import NamedTuple

FIFTH = 7


class Quality(NamedTuple):
    """A kind of chord: its name after the root, its intervals above it, other ways to type it."""

    name: str
    tones: frozenset[int]
    typed: tuple[str, ...] = ()


def _table(*rows: tuple[str, tuple[int, ...], str]) -> tuple[Quality, ...]:
    return tuple(
        Quality(name, frozenset(tones), tuple(typed.split())) for name, tones, typed in rows
    )


# Found in any inversion, the earlier first.
COMMON = _table(
    ("", (0, 4, 7), "M maj"),
    ("m", (0, 3, 7), "min mi -"),
    ("7", (0, 4, 7, 10), "dom7"),
    ("m7", (0, 3, 7, 10), "min7 mi7 -7"),
    ("maj7", (0, 4, 7, 11), "M7 Maj7 ma7 j7"),
    ("dim", (0, 3, 6), "o"),
    ("dim7", (0, 3, 6, 9), "o7"),
    ("m7b5", (0, 3, 6, 10), "ø ø7 m7-5 min7b5 mi7b5 -7b5"),
    ("sus4", (0, 5, 7), "sus"),
    ("aug", (0, 4, 8), "+ #5"),
    ("add9", (0, 2, 4, 7), "add2"),
    ("9", (0, 2, 4, 7, 10), "dom9"),
    ("maj9", (0, 2, 4, 7, 11), "M9 Maj9 ma9"),
    ("m9", (0, 2, 3, 7, 10), "min9 mi9 -9"),
    ("7sus4", (0, 5, 7, 10), "7sus"),
)
# With a tone left out.
COMMON_GAPS = _table(
    ("7", (0, 4, 10), ""),
    ("m7", (0, 3, 10), ""),
    ("", (0, 4), ""),
    ("m", (0, 3), ""),
    ("5", (0, 7), ""),
)
# The same tones as another chord's, which is meant unless it is known that they have this root:
# Am7 over C may be C6.
SIXTHS = _table(("6", (0, 4, 7, 9), "maj6 M6"), ("m6", (0, 3, 7, 9), "min6 mi6 -6"))
SUS2 = Quality("sus2", frozenset((0, 2, 7)))
# So many tones are other chords' too: they are what they are over their own root only.
RICH = _table(
    ("m(maj7)", (0, 3, 7, 11), "mmaj7 mM7 minmaj7 minM7 mMaj7 -maj7 -M7"),
    ("7#5", (0, 4, 8, 10), "7+ aug7 +7 7aug"),
    ("7b5", (0, 4, 6, 10), "7-5"),
    ("maj7#5", (0, 4, 8, 11), "M7#5 maj7+5 augmaj7 +maj7 +M7"),
    ("madd9", (0, 2, 3, 7), "madd2 minadd9"),
    ("69", (0, 2, 4, 7, 9), "maj69 M69 6add9"),
    ("m69", (0, 2, 3, 7, 9), "min69 mi69 -69"),
    ("7b9", (0, 1, 4, 7, 10), "7-9"),
    ("7#9", (0, 3, 4, 7, 10), "7+9"),
    ("7#11", (0, 4, 6, 7, 10), "7+11"),
    ("7alt", (0, 3, 4, 8, 10), "alt 7#5#9 7#9#5"),
    ("maj7#11", (0, 4, 6, 7, 11), "M7#11 ma7#11 Maj7#11 maj7+11"),
    ("11", (0, 2, 5, 7, 10), "9sus4 9sus"),
    ("m11", (0, 3, 5, 7, 10), "min11 mi11 -11"),
    ("13", (0, 4, 9, 10), "dom13"),
    ("13", (0, 4, 7, 9, 10), ""),
    ("13", (0, 2, 4, 9, 10), ""),
    ("maj7", (0, 4, 11), ""),
    ("9", (0, 2, 4, 10), ""),
    ("m9", (0, 2, 3, 10), ""),
    ("maj9", (0, 2, 4, 11), ""),
    ("7b9", (0, 1, 4, 10), ""),
    ("7#9", (0, 3, 4, 10), ""),
)
_ALL = (*COMMON, SUS2, *SIXTHS, *RICH, *COMMON_GAPS)
# The first of a name has the tones that it is read as.
_BY_NAME = {quality.name: quality for quality in reversed(_ALL)}
READ = {
    way.translate(str.maketrans("", "", "()")): quality.tones
    for quality in _BY_NAME.values()
    for way in (quality.name, *quality.typed)
}


def named(*names: str) -> tuple[Quality, ...]:
    """Give the kinds of chords of these names, in their order."""
    return tuple(_BY_NAME[name] for name in names)


def without_fifth(*names: str) -> tuple[Quality, ...]:
    """Give the same with the tone that is left out first."""
    return tuple(Quality(q.name, q.tones - {FIFTH}) for q in named(*names))
