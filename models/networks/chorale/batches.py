"""Training batches of chorales: random crops, transposed and played with gaps; and their loss."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor

from models.music.sixteenths import Ints
from models.networks.chorale.chord_states import NO_CHORD, transposed
from models.networks.chorale.data import Chorale
from models.networks.chorale.layout import LOWEST, PITCHES
from models.networks.chorale.net import ChoraleNet

LEFT_OUT = -100  # cross_entropy's index for cells that do not count
DETACHED = 0.3  # share of crops in which the soprano is played detached
_TIED = 0.2  # share in which it never strikes a note again, as in the classical data set
_UNPLANNED = 0.15  # share in which no chords are given
_AHEAD_UNKNOWN = 0.1  # share in which only the chord of now is given
GUESSED = 0.25  # share in which the soprano is only guessed from some point on


@dataclass(frozen=True)
class Batch:
    """Tensors [N, T, ...] as the network takes them, and the targets of alto, tenor and bass."""

    pitches: Tensor
    flags: Tensor
    place: Tensor
    bar: Tensor
    first: Tensor
    chords: Tensor
    targets: Tensor
    struck: Tensor

    def to(self, device: torch.device) -> "Batch":
        """Move every tensor."""
        return Batch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def shifts(piece: Chorale, reach: int = 6) -> list[int]:
    """List the transpositions that keep a piece where singers can sing it."""
    low, high = int(piece.pitches[:, 3].min()), int(piece.pitches[:, 0].max())
    fits = [s for s in range(-reach, reach + 1) if low + s >= LOWEST + 4 and high + s <= 86]
    return fits or [0]


def collate(
    pieces: Sequence[Chorale],
    moves: Sequence[int],
    detached: Sequence[bool],
    tied: Sequence[bool] | None = None,
    planned: Sequence[int] | None = None,
) -> Batch:
    """Stack pieces of equal length, each transposed by its move.

    `detached` and `tied` say how its soprano is played, `planned` how many chords are given: 2 that
    of each beat and the next one, 1, or 0 (all where it is left out).
    """
    pitch = np.stack([p.pitches + m for p, m in zip(pieces, moves, strict=True)]) - LOWEST
    sounding = np.stack([p.sounding for p in pieces])
    onset = np.stack([p.onset for p in pieces])
    heard = sounding[:, :, 0].copy()
    last_frame = np.concatenate([onset[:, 1:, 0], np.ones_like(onset[:, :1, 0])], 1)
    heard &= ~(last_frame & np.array(detached)[:, None] & ~onset[:, :, 0])
    targets = np.where(sounding[:, :, 1:], pitch[:, :, 1:], LEFT_OUT)
    held = np.zeros_like(onset[:, :, 1:])
    held[:, 1:] = (pitch[:, 1:, 1:] == pitch[:, :-1, 1:]) & sounding[:, 1:, 1:]
    struck = np.where(held, onset[:, :, 1:].astype(np.int64), LEFT_OUT)
    first = np.zeros(pitch.shape[:2], np.float32)
    first[:, 0] = 1
    sung = onset[:, :, 0].copy()
    if tied is not None:
        same = np.zeros_like(sung)
        same[:, 1:] = pitch[:, 1:, 0] == pitch[:, :-1, 0]
        sung &= ~(same & np.array(tied)[:, None])
    flags = np.stack([heard, sung, np.ones_like(sung)], 2).astype(np.float32)
    chords = _chords(pieces, moves, planned or [0] * len(pieces))
    place = np.stack([p.place for p in pieces])
    bar = np.stack([p.bar for p in pieces])
    arrays = (np.clip(pitch, 0, PITCHES - 1), flags, place, bar, first, chords, targets, struck)
    return Batch(*(torch.from_numpy(a) for a in arrays))


def _chords(pieces: Sequence[Chorale], moves: Sequence[int], planned: Sequence[int]) -> Ints:
    """Stack the chords of each frame's beat and of the next one, [N, T, 2], as far as planned."""
    chords = np.stack(
        [
            np.stack([transposed(getattr(p, name), m) for p, m in zip(pieces, moves, strict=True)])
            for name in ("chord", "coming")
        ],
        2,
    )
    count = np.array(planned)
    chords[count < 1] = NO_CHORD
    chords[count < 2, :, 1] = NO_CHORD
    return chords


def crop(piece: Chorale, begin: int, length: int) -> Chorale:
    """Cut `length` frames from `begin` on."""
    cut = slice(begin, begin + length)
    return Chorale(
        piece.name,
        piece.pitches[cut],
        piece.sounding[cut],
        piece.onset[cut],
        piece.place[cut],
        piece.bar[cut],
        piece.slot[cut] - piece.slot[begin],
        piece.chord[cut],
        piece.coming[cut],
        piece.key,
    )


def random_batch(
    pieces: Sequence[Chorale],
    random: np.random.Generator,
    size: int,
    length: int,
    planned: bool = True,
) -> Batch:
    """Draw crops of `length` frames, pieces weighted by length, a quarter from their beginnings.

    Where it is not `planned`, no crop has chords.
    """
    usable = [p for p in pieces if len(p) >= length]
    weights = np.array([len(p) for p in usable], float)
    chosen = random.choice(len(usable), size, p=weights / weights.sum())
    crops, moves = [], []
    for i in chosen:
        piece = usable[i]
        begin = 0 if random.random() < 0.25 else int(random.integers(0, len(piece) - length + 1))
        crops.append(crop(piece, begin, length))
        moves.append(int(random.choice(shifts(piece))))
    detached, tied = random.random(size) < DETACHED, random.random(size) < _TIED
    drawn = random.random(size)
    counts = 2 - (drawn < _UNPLANNED + _AHEAD_UNKNOWN).astype(int) - (drawn < _UNPLANNED)
    known = (counts * planned).tolist()
    batch = collate(crops, moves, detached.tolist(), (tied & ~detached).tolist(), known)
    for i in np.flatnonzero(random.random(size) < GUESSED):
        guess_ahead(batch.pitches[i], batch.flags[i], random)
    return batch


def guess_ahead(pitches: Tensor, flags: Tensor, random: np.random.Generator) -> None:
    """Put a guess in the place of the soprano from a random beat on, as while someone plays.

    The guess goes on as the melody went one, two or four bars ago; `pitches` [T, voices] and
    `flags` [T, 3] are changed.
    """
    size = len(pitches)
    now = 4 * int(random.integers(4, size // 4))
    lag = int(random.choice([lag for lag in (16, 32, 64) if lag <= now]))
    source = now - lag + torch.arange(size - now) % lag
    pitches[now:, 0] = pitches[source, 0]
    flags[now:] = flags[source]
    flags[now:, 2] = 0


def losses(net: ChoraleNet, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return (nats a sounding note of alto, tenor and bass; nats a re-strike decision)."""
    logits, struck = net(
        batch.pitches, batch.flags, batch.place, batch.bar, batch.first, batch.chords
    )
    notes = F.cross_entropy(logits.flatten(0, 2), batch.targets.flatten(), ignore_index=LEFT_OUT)
    counted = batch.struck.flatten() != LEFT_OUT
    again = F.binary_cross_entropy_with_logits(
        struck.flatten()[counted], batch.struck.flatten()[counted].float()
    )
    return notes, again


@torch.inference_mode()
def validation_loss(
    net: ChoraleNet, pieces: Iterable[Chorale], planned: int = 2
) -> tuple[float, float]:
    """Score whole pieces, untransposed: (nats a sounding note, nats a re-strike decision).

    `planned` as for `collate`.
    """
    was_training = net.training
    net.eval()
    sums = np.zeros(4)
    for piece in pieces:
        batch = collate([piece], [0], [False], None, [planned]).to(net.first.device)
        notes, again = losses(net, batch)
        cells = float((batch.targets != LEFT_OUT).sum())
        decisions = float((batch.struck != LEFT_OUT).sum())
        sums += (float(notes) * cells, cells, float(again) * decisions, decisions)
    net.train(was_training)
    return float(sums[0] / sums[1]), float(sums[2] / sums[3])
