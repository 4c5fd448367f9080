"""Names for people: `F#4` for a pitch, `D7/F#` for pitches that sound together."""

from collections.abc import Iterable

PITCH_CLASSES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

# Intervals above the root; full chords before the ones with a tone left out.
_QUALITIES: tuple[tuple[frozenset[int], str], ...] = tuple(
    (frozenset(intervals), name)
    for intervals, name in (
        ((0, 4, 7), ""),
        ((0, 3, 7), "m"),
        ((0, 4, 7, 10), "7"),
        ((0, 3, 7, 10), "m7"),
        ((0, 4, 7, 11), "maj7"),
        ((0, 3, 6), "dim"),
        ((0, 3, 6, 9), "dim7"),
        ((0, 3, 6, 10), "m7b5"),
        ((0, 5, 7), "sus4"),
        ((0, 4, 8), "aug"),
        ((0, 4, 10), "7"),
        ((0, 3, 10), "m7"),
        ((0, 4), ""),
        ((0, 3), "m"),
        ((0, 7), "5"),
    )
)


def pitch_name(pitch: int) -> str:
    """Name a MIDI pitch with its octave; middle C (60) is C4."""
    return f"{PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"


def chord_name(pitches: Iterable[int]) -> str:
    """Name the chord that `pitches` make, the bass after a stroke; empty where it has no name."""
    sounding = sorted(set(pitches))
    classes = {p % 12 for p in sounding}
    if len(classes) < 2:
        return ""
    bass = sounding[0] % 12
    # The bass is tried first as the root: Am7 and C6 are the same four tones.
    roots = [bass, *sorted(classes - {bass})]
    for quality, name in _QUALITIES:
        for root in roots:
            if {(c - root) % 12 for c in classes} == quality:
                below = "" if root == bass else f"/{PITCH_CLASSES[bass]}"
                return f"{PITCH_CLASSES[root]}{name}{below}"
    return ""
