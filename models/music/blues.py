"""Tells a blues, which is in a major key although its melody has the tones of a minor one.

Its third, fifth and seventh are bent down ("blue notes"; van der Merwe, Origins of the Popular
Style, 1989): the fifth is reached through the tone below it, or both thirds follow each other.
"""

from collections.abc import Sequence
from itertools import pairwise

from models.music.clip import Note

THIRDS = ((3, 4), (4, 3))
BENT_FIFTH = ((5, 6, 7), (7, 6, 5))
LEAST = 2  # turns of this kind: one alone may be chromatic
SEVENTH, LEADING_TONE = 10, 11
SEVENTHS = 0.05  # of the notes


def is_blues(notes: Sequence[Note], tonic: int) -> bool:
    """Tell whether a single line around this tonic is a blues; notes in order of start."""
    degrees = [(note.pitch - tonic) % 12 for note in notes]
    thirds = sum(pair in THIRDS for pair in pairwise(degrees))
    turns = zip(degrees, degrees[1:], degrees[2:], strict=False)
    bent = thirds + sum(turn in BENT_FIFTH for turn in turns)
    sevenths = degrees.count(SEVENTH)
    if bent < LEAST or sevenths < SEVENTHS * len(degrees):
        return False
    return sevenths > degrees.count(LEADING_TONE)
