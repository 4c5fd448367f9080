"""Songs as the planner of chords learns from them: slots of a melody, and the chords there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.data.piece import Piece
from models.evaluation.four_part.harmony import HOME_BONUS, key_scores
from models.music.clip import Clip, Composition
from models.music.sixteenths import STEPS_PER_BEAT, places, voice_frames
from models.networks.harmoniser.features import MelodyFeatures
from models.networks.harmoniser.slots import SlotChords, Slots
from models.networks.harmoniser.vocabulary import KINDS, MODE_OF, MODES
from models.techniques.compound import is_compound, moved, simple_meter, straight

LABELS = "chords"  # the role of a track that only names the harmony
LEAST_SLOTS = 8


@dataclass(frozen=True)
class Song:
    """The slots of one song: what is told of them, and their chords.

    `classes` [S, groups, 12], `plain` [S, n] and `counts` [S, 3] are those of MelodyFeatures,
    `states` and `kinds` [S] the path of chords, `sung` [S] where something sounds in the melody,
    `key` the tonic, 12 more in minor.
    """

    name: str
    classes: Tensor
    plain: Tensor
    counts: Tensor
    states: Tensor
    kinds: Tensor
    sung: Tensor
    key: int

    def __len__(self) -> int:
        return len(self.states)


def simple(composition: Composition) -> tuple[Clip, tuple[Clip, ...], Composition]:
    """Give melody and accompaniment as networks hear them: compound meters as simple ones."""
    clips = (composition.melody.clip, *(t.clip for t in composition.accompaniment))
    meters = [meter for _, _, meter in composition.meter.segments(composition.length)]
    if all(is_compound(m) for m in meters) and len(meters) == 1:
        return moved(clips[0], straight), tuple(moved(c, straight) for c in clips[1:]), composition
    return clips[0], clips[1:], composition


def frames_of(composition: Composition, melody: Clip) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Put a melody on the sixteenth grid: pitch (-1 a rest), onset, place and bar, [T] each."""
    meters = [meter for _, _, meter in composition.meter.segments(composition.length)]
    steps = round(composition.length * STEPS_PER_BEAT)
    place, bar = places(composition.meter, steps)
    if len(meters) == 1 and is_compound(meters[0]):
        steps = round(straight(composition.length) * STEPS_PER_BEAT)
        size = round(simple_meter(meters[0]).beats_per_bar * STEPS_PER_BEAT)
        place, bar = np.arange(steps) % size, np.full(steps, size)
    pitch, onset = voice_frames(melody, steps)
    return (
        torch.from_numpy(pitch),
        torch.from_numpy(onset).float(),
        torch.from_numpy(place),
        torch.from_numpy(bar),
    )


def rows_of(clips: Sequence[Clip]) -> Tensor:
    """Put notes into rows (start, end, pitch), [R, 3]."""
    rows = [(n.start, n.end, float(n.pitch)) for clip in clips for n in clip.notes]
    return torch.tensor(rows).reshape(-1, 3)


def song(piece: Piece, fine: bool = False) -> Song | None:
    """Read a piece; None where it has too few slots or no chords. `fine`: a slot a beat."""
    whole = piece.composition
    melody, others, _ = simple(whole)
    told = [
        clip
        for clip, track in zip(others, whole.accompaniment, strict=True)
        if track.role == LABELS and clip.notes
    ]
    heard = told or [c for c, t in zip(others, whole.accompaniment, strict=True) if not t.is_drum]
    pitch, onset, place, bar = frames_of(whole, melody)
    slot = Slots()(place, bar, fine)
    begins = torch.nonzero(torch.diff(slot, prepend=torch.tensor([-1])))[:, 0]
    bounds = torch.cat([begins, torch.tensor([len(slot)])]) / STEPS_PER_BEAT
    rows = rows_of(heard)
    chords = SlotChords()(rows, bounds)
    if len(chords) < LEAST_SLOTS or (chords >= 0).sum() < LEAST_SLOTS or (pitch >= 0).sum() == 0:
        return None
    classes, plain, counts = MelodyFeatures()(pitch, onset, slot, place, bar)
    filled = _filled(chords.numpy())
    full = torch.from_numpy(filled)
    kinds = full % KINDS
    states = full // KINDS * MODES + torch.tensor(MODE_OF)[kinds]
    key = song_key(rows, rows_of([melody]), int(full[-1]))
    return Song(piece.name, classes, plain, counts, states, kinds, classes[:, :2].sum((1, 2)), key)


def _filled(chords: NDArray[np.int64]) -> NDArray[np.int64]:
    """Let chords sound on where none is told."""
    known = np.flatnonzero(chords >= 0)
    at = np.searchsorted(known, np.arange(len(chords)), side="right") - 1
    return chords[known[np.maximum(at, 0)]]


def song_key(chords: Tensor, melody: Tensor, final: int) -> int:
    """Find the key of rows of chords and melody: the tonic, 12 more in minor."""
    heard = np.zeros(12)
    for rows in (chords, melody):
        time = (rows[:, 1] - rows[:, 0]).numpy()
        weights = np.bincount(rows[:, 2].long().numpy() % 12, time, 12)
        heard += weights / max(weights.sum(), 1e-6)
    scores = key_scores(heard)
    root, kind = divmod(final, KINDS)
    scores[root + 12 * MODE_OF[kind]] += HOME_BONUS
    return int(scores.argmax())
