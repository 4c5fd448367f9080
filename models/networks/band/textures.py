"""How bars of an accompaniment look: what the network that chooses bars is told of each."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.artifact.manifest import TrackSpec
from models.networks.band.bars import DURATION, FLAGS, PITCH, START, TIED, TRACK, Ints, SongBars
from models.networks.harmoniser.vocabulary import CHORD_KINDS, KINDS

Floats = NDArray[np.float64]
_CELLS = 16
_EACH = 4  # numbers about each track
_KICK, _SNARE = (35, 36), (37, 38, 39, 40)
MEASURES = 3  # density, syncopation, complexity: what controls ask for


def size(tracks: Sequence[TrackSpec]) -> int:
    """Say how many numbers describe a bar."""
    return _EACH * len(tracks) + 4 * _CELLS + 1


def textures(song: SongBars, tracks: Sequence[TrackSpec]) -> tuple[Tensor, Floats]:
    """Describe each bar, [B, size], and measure it, [B, MEASURES]."""
    count, each = len(song), len(tracks)
    number = np.repeat(np.arange(count), np.diff(song.first))
    notes = song.notes
    struck = notes[:, FLAGS] & TIED == 0
    steps = song.steps.astype(float)
    cell = np.minimum(notes[:, START] * _CELLS // song.steps[number], _CELLS - 1)
    is_drum = np.array([t.role == "drums" for t in tracks])[notes[:, TRACK]]
    own = np.zeros((count, each, _EACH))
    at = (number, notes[:, TRACK])
    np.add.at(own[:, :, 0], at, struck * 4.0)
    np.add.at(own[:, :, 1], at, notes[:, DURATION].astype(float))
    np.add.at(own[:, :, 2], at, (notes[:, PITCH] - 60) / 12)
    np.add.at(own[:, :, 3], at, 1.0)
    own[:, :, 2] /= np.maximum(own[:, :, 3], 1)
    own[:, :, :2] /= steps[:, None, None]
    own[:, :, 3] = own[:, :, 3] > 0
    own[:, :, 0] = np.minimum(own[:, :, 0], 16) / 4
    own[:, :, 1] = np.minimum(own[:, :, 1], 8) / 4
    groups = (
        struck & ~is_drum,
        is_drum & np.isin(notes[:, PITCH], _KICK),
        is_drum & np.isin(notes[:, PITCH], _SNARE),
        is_drum & ~np.isin(notes[:, PITCH], _KICK + _SNARE),
    )
    cells = np.zeros((count, len(groups), _CELLS))
    for i, group in enumerate(groups):
        cells[number[group], i, cell[group]] = 1.0
    doubling = (song.doubling > -99).astype(float)[:, None]
    flat = np.concatenate([own.reshape(count, -1), cells.reshape(count, -1), doubling], 1)
    return torch.from_numpy(flat).float(), _measured(song, number, struck, own)


def _measured(song: SongBars, number: Ints, struck: NDArray[np.bool_], own: Floats) -> Floats:
    """Measure density, syncopation and complexity of each bar."""
    notes, count = song.notes, len(song)
    out = np.zeros((count, MEASURES))
    out[:, 0] = own[:, :, 0].sum(1)
    onsets = np.bincount(number, struck, count)
    off = np.bincount(number, struck & (notes[:, START] % 4 != 0), count)
    out[:, 1] = off / np.maximum(onsets, 1)
    beat = np.minimum(notes[:, START] // 4, song.chords.shape[1] - 1)
    state = song.chords[number, beat]
    tones = np.zeros((KINDS, 12), bool)
    for k, kind in enumerate(CHORD_KINDS):
        tones[k, list(kind.tones)] = True
    strange = ~tones[state % KINDS, (notes[:, PITCH] - state // KINDS) % 12]
    out[:, 2] = np.bincount(number, strange, count) / np.maximum(onsets, 1)
    return out
