"""Pieces as arrays: melody and tracks on the grid, and what brings them into the white keys."""

from dataclasses import dataclass

import numpy as np
import torch

from models.data.piece import Piece
from models.music.clip import Clip
from models.music.sixteenths import (
    STEPS_PER_BEAT,
    STRUCK,
    Bools,
    Bytes,
    Ints,
    bridge_gaps,
    one_voice,
    places,
    roll_of,
)
from models.networks.gan.layout import PLACES, REACH, Layout
from models.networks.gan.white_keys import WhiteKeys


@dataclass(frozen=True)
class PieceRolls:
    """A piece on the grid: melody [T] (gaps bridged), its flags, places, and rolls [V, T, span]."""

    name: str
    pitch: Ints
    sounding: Bools
    onset: Bools
    place: Ints
    bar: Ints
    rolls: Bytes
    shift: int

    def __len__(self) -> int:
        return len(self.pitch)


def rolls_of(piece: Piece, layout: Layout) -> PieceRolls | None:
    """Put a piece on the grid; None if its melody is silent."""
    music = piece.composition
    steps = round(music.length * STEPS_PER_BEAT)
    tune = one_voice(roll_of(music.melody.clip, steps))
    sounding: Bools = tune > 0
    sounding = sounding.max(1, initial=False)
    if not sounding.any():
        return None
    begin = int(np.argmax(sounding)) // STEPS_PER_BEAT * STEPS_PER_BEAT
    end = steps - int(np.argmax(sounding[::-1]))
    pitch = np.where(sounding, tune.argmax(1), -1)
    counts = np.bincount(pitch[sounding] % 12, minlength=12)
    shift = WhiteKeys()(torch.from_numpy(counts).float())
    place, bar = places(music.meter, steps)
    place, bar = np.minimum(place, PLACES - 1), np.minimum(bar, PLACES)
    cut = slice(begin, end)
    clips = [t.clip for t in music.accompaniment]
    rolls = [_track_roll(clips[i], i, steps, layout) for i in range(layout.tracks)]
    return PieceRolls(
        piece.name, bridge_gaps(pitch)[cut], sounding[cut], (tune == STRUCK).max(1)[cut],
        place[cut], bar[cut], np.stack(rolls)[:, cut], shift,
    )  # fmt: skip


def _track_roll(clip: Clip, track: int, steps: int, layout: Layout) -> Bytes:
    low = layout.lows[track]
    roll = roll_of(clip, steps)
    span = layout.rows - 2 * REACH
    cells = np.zeros((steps, span), np.uint8)
    # a validation piece may leave the training pieces' range
    part = roll[:, low : low + span]
    cells[:, : part.shape[1]] = part
    return cells if layout.chords[track] else one_voice(cells)
