"""Chords that a melody contradicts: B flat is planned where it sings B.

A teacher marks a false relation at once: a tone of a chord from outside the key, beside the key's
own tone of the same letter in the melody of that beat. F sharp under a G contradicts nothing.
"""

import torch
from torch import Tensor

from models.music.key import MAJOR_SCALE, NATURAL_MINOR_SCALE
from models.networks.chorale.chord_states import CHORD_KINDS, KINDS, STATES
from models.networks.chorale.key_sense import CLASSES, KEYS

_SCALES = (MAJOR_SCALE, NATURAL_MINOR_SCALE)
_MAJOR_THIRD, _DIMINISHED, _FIFTH = 4, 6, 7
_FLAT, _SHARP = 1, -1  # where the key's own tone lies from one that was lowered, or raised


def contradicted_tones() -> Tensor:
    """Mark the melody's pitch classes that contradict each state in each key, [24, STATES, 12]."""
    table = torch.zeros(KEYS, STATES, CLASSES, dtype=torch.bool)
    for mode, scale in enumerate(_SCALES):
        for tonic in range(CLASSES):
            inside = {(tonic + step) % CLASSES for step in scale}
            for state in range(STATES):
                for own in _contradicting(state, inside):
                    table[mode * CLASSES + tonic, state, own] = True
    return table


def _contradicting(state: int, inside: set[int]) -> set[int]:
    """Give the tones of a key, `inside`, that those of a state have altered."""
    root, number = divmod(state, KINDS)
    tones = CHORD_KINDS[number].tones
    out = set()
    for tone in tones:
        sung = (root + tone + _altered(tone, tones, root in inside)) % CLASSES
        if (root + tone) % CLASSES not in inside and sung in inside:
            out.add(sung)
    return out


def _altered(tone: int, tones: tuple[int, ...], is_own_root: bool) -> int:
    """Say how a tone outside of the key was made from its own: a third of a dominant was raised."""
    if tone == 0:
        return _SHARP if _DIMINISHED in tones else _FLAT
    if tone == _FIFTH:
        return _SHARP if is_own_root else _FLAT
    return _SHARP if tone == _MAJOR_THIRD else _FLAT
