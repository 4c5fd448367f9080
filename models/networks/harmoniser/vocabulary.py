"""The chords that songs are harmonised with: a root and a kind, which is a quality and its bass.

A full state is `root * KINDS + kind`. Paths are planned over `root * MODES + mode`, where the mode
only says whether the third is major (or none) or minor; the kind within the mode comes second.
"""

from models.networks.common.chord_templates import Kind, Quality

_MAJOR, _SEVENTH, _SUS = (0, 4, 7), (0, 4, 7, 10), (0, 5, 7)
_MINOR, _MINOR_SEVENTH, _HALF = (0, 3, 7), (0, 3, 7, 10), (0, 3, 6, 10)
CHORD_KINDS = (
    Kind(_MAJOR, 0, ""),
    Kind(_MAJOR, 4, ""),
    Kind(_MAJOR, 7, ""),
    Kind(_SEVENTH, 0, "7"),
    Kind(_SEVENTH, 4, "7"),
    Kind(_SEVENTH, 7, "7"),
    Kind(_SEVENTH, 10, "7"),
    Kind((0, 4, 7, 11), 0, "maj7"),
    Kind(_SUS, 0, "sus4"),
    Kind(_SUS, 5, "sus4"),  # over its fourth it is that one's sus2
    Kind((0, 4, 8), 0, "aug"),
    Kind(_MINOR, 0, "m"),
    Kind(_MINOR, 3, "m"),
    Kind(_MINOR, 7, "m"),
    Kind(_MINOR_SEVENTH, 0, "m7"),
    Kind(_MINOR_SEVENTH, 3, "m7"),
    Kind(_MINOR_SEVENTH, 10, "m7"),
    Kind((0, 3, 6), 0, "dim"),
    Kind(_HALF, 0, "m7b5"),
    Kind(_HALF, 3, "m7b5"),
    Kind((0, 3, 6, 9), 0, "dim7"),
)
KINDS = len(CHORD_KINDS)
MODES = 2  # major, minor
MODE_OF = tuple(int(3 in kind.tones) for kind in CHORD_KINDS)
STATES = 12 * MODES
PLAIN = (0, 11)  # the triad of each mode in root position
QUALITIES = (
    Quality(_MAJOR, {0: 0, 4: 1, 7: 2}, 0),
    Quality(_MINOR, {0: 11, 3: 12, 7: 13}, 11),
    Quality((0, 3, 6), {}, 17, 0.02),
    Quality(_SUS, {5: 9}, 8, 0.02),
    Quality((0, 4, 8), {}, 10, 0.05),
    Quality(_SEVENTH, {4: 4, 7: 5, 10: 6}, 3, 0.02),
    Quality((0, 4, 7, 11), {}, 7, 0.05),
    Quality(_MINOR_SEVENTH, {3: 15, 10: 16}, 14, 0.04),
    Quality(_HALF, {3: 19}, 18, 0.04),
    Quality((0, 3, 6, 9), {}, 20, 0.04),
)
