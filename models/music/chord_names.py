"""Names for people: `F#4` for a pitch, `D7/F#` for pitches that sound together."""

import re
from collections.abc import Iterable, Iterator

from models.music.chord_qualities import (
    COMMON,
    COMMON_GAPS,
    READ,
    RICH,
    SIXTHS,
    SUS2,
    Quality,
)

# The names of single pitches: nothing tells their key.
PITCH_CLASSES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

# Roots as keys have them: C# minor and diminished, Db major.
_MAJOR_ROOTS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_ROOTS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_DIM_ROOTS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_LETTERS, _NATURALS = "CDEFGAB", (0, 2, 4, 5, 7, 9, 11)
_SILENT = ("nc", "nochord")  # N.C., without dots and blanks
# How many letters above the root a chord tone is written, by its interval.
_STEPS = {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 4, 8: 4, 9: 6, 10: 6, 11: 6}


def pitch_name(pitch: int) -> str:
    """Name a MIDI pitch with its octave; middle C (60) is C4."""
    return f"{PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"


def read_pitch(name: str) -> int:
    """Read a pitch by its name (C3, F#2, Bb-1; middle C is C4) or its number; ValueError."""
    name = name.strip()
    found = _PITCH.fullmatch(name)
    if found:
        letter, accidentals, octave = found.groups()
        pitch = _class_of(letter.upper(), accidentals) + 12 * (int(octave) + 1)
    else:
        pitch = int(name) if name.isascii() and name.isdecimal() else -1
    if not 0 <= pitch <= 127:
        raise ValueError(f"a key must look like C3, F#2 or 48 (middle C is C4), got {name[:40]!r}")
    return pitch


def chord_name(pitches: Iterable[int], root: int | None = None) -> str:
    """Name the chord that `pitches` make, the bass after a stroke; empty where it has no name.

    `root` is a pitch class: the chord's root where it is known, if such a chord has a name.
    """
    found = _recognised(pitches, root)
    if found is None:
        return ""
    root, bass, _, name = found
    return written_chord(root, bass, name)


def written_chord(root: int, bass: int, quality: str) -> str:
    """Write a chord by its root's and its bass's pitch classes and its quality: D7/F#."""
    written = _root_name(root, quality)
    below = "" if root == bass else f"/{_tone_name(written, (bass - root) % 12)}"
    return f"{written}{quality}{below}"


def find_chord(
    pitches: Iterable[int], root: int | None = None
) -> tuple[int, int, frozenset[int]] | None:
    """Find the chord that `pitches` make: pitch classes of root, bass and tones; None if none.

    It has the `root` that is given, if there is such a chord.
    """
    found = _recognised(pitches, root)
    return found and found[:3]


def _recognised(
    pitches: Iterable[int], known: int | None
) -> tuple[int, int, frozenset[int], str] | None:
    sounding = sorted(set(pitches))
    classes = frozenset(p % 12 for p in sounding)
    if len(classes) < 2:
        return None
    bass = sounding[0] % 12
    for root, quality in _candidates(classes, bass, known):
        if {(c - root) % 12 for c in classes} == quality.tones:
            return root, bass, classes, quality.name
    return None


def _candidates(
    classes: frozenset[int], bass: int, known: int | None
) -> Iterator[tuple[int, Quality]]:
    """Give roots and kinds of chords in the order in which a chord is looked for."""
    yield bass, SUS2  # G sus4 over C, as who plays it says
    if known is not None:
        for quality in (*COMMON, *COMMON_GAPS, *SIXTHS, *RICH):
            yield known, quality
    # The bass is tried first as the root: Am7 and C6 are the same four tones.
    roots = [bass, *sorted(classes - {bass})]
    for quality in (*COMMON, *COMMON_GAPS):
        for root in roots:
            yield root, quality
    for quality in RICH:
        yield bass, quality


def _root_name(root: int, quality: str) -> str:
    if quality.startswith(("dim", "m7b5")):
        return _DIM_ROOTS[root]
    is_minor = quality.startswith("m") and not quality.startswith("maj")
    return (_MINOR_ROOTS if is_minor else _MAJOR_ROOTS)[root]


def _tone_name(root: str, interval: int) -> str:
    """Write a chord tone with the letter that its place in the chord asks for: E and G#."""
    root_letter = _LETTERS.index(root[0])
    pitch_class = _NATURALS[root_letter] + root.count("#") - root.count("b") + interval
    letter = (root_letter + _STEPS[interval]) % 7
    sharps = (pitch_class - _NATURALS[letter] + 6) % 12 - 6
    if abs(sharps) > 1:  # nobody reads a double flat at a glance
        return PITCH_CLASSES[pitch_class % 12]
    return _LETTERS[letter] + {-1: "b", 0: "", 1: "#"}[sharps]


_PITCH = re.compile(r"([A-Ga-g])(##?|bb?|)(-?\d)")
_CHORD = re.compile(r"([A-G])(##?|bb?|)([^/]*)(?:/([A-G])(##?|bb?|))?")
# As it is typed beside how it is read; the stroke of 6/9 is no bass.
_TYPED = {
    "♯": "#",
    "♭": "b",
    "Δ": "∆",
    "∆7": "∆",
    "∆9": "M9",
    "∆": "M7",
    "°": "o",
    "(": "",
    ")": "",
    "6/9": "69",
}


def read_chord(name: str) -> tuple[int, frozenset[int]] | None:
    """Read a chord's name (D7/F#): (the bass's pitch class, all tones); None if it is none.

    N.C., no chord, has no tones.
    """
    name = name.strip()
    if re.sub(r"[.\s]", "", name).casefold() in _SILENT:
        return 0, frozenset()
    for printed, typed in _TYPED.items():
        name = name.replace(printed, typed)
    found = _CHORD.fullmatch(name)
    if not found or found[3] not in READ:
        return None
    letter, accidentals, quality, low, low_accidentals = found.groups()
    root = _class_of(letter, accidentals)
    bass = root if low is None else _class_of(low, low_accidentals)
    return bass, frozenset((root + tone) % 12 for tone in READ[quality]) | {bass}


def _class_of(letter: str, accidentals: str) -> int:
    natural = _NATURALS[_LETTERS.index(letter)]
    return (natural + accidentals.count("#") - accidentals.count("b")) % 12
