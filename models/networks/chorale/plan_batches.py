"""Training batches for the planner of chords: whole melodies, transposed; and their loss."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor

from models.music.sixteenths import Ints
from models.networks.chorale.batches import DETACHED, GUESSED, crop, guess_ahead
from models.networks.chorale.chord_states import NO_CHORD, transposed
from models.networks.chorale.data import Chorale
from models.networks.chorale.layout import LOWEST, PITCHES
from models.networks.chorale.plan_net import PlanNet
from models.networks.common.plan_field import log_partition, path_score

_CUT = 0.3  # share of melodies that begin later than the piece


@dataclass(frozen=True)
class PlanBatch:
    """Melodies [N, T] padded at the end, with their flags and places, and their chords [N, S]."""

    pitch: Tensor
    flags: Tensor
    place: Tensor
    bar: Tensor
    slot: Tensor
    states: Tensor
    there: Tensor
    keys: Tensor
    drawn: Tensor  # [N, 1] in 0..1: which key each gets in training; the same in all processes

    @property
    def melody(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What PlanNet reads."""
        return self.pitch, self.flags, self.place, self.bar

    def to(self, device: torch.device) -> "PlanBatch":
        """Move every tensor."""
        return PlanBatch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def plan_collate(
    pieces: Sequence[Chorale], moves: Sequence[int], detached: Sequence[bool]
) -> PlanBatch:
    """Stack melodies of any lengths, each transposed by its move."""
    count, size = len(pieces), max(len(p) for p in pieces)
    pitch, place, bar = (np.zeros((count, size), np.int64) for _ in range(3))
    slot = np.full((count, size), -1)
    flags = np.zeros((count, size, 3), np.float32)
    beats = max(int(p.slot[-1]) + 1 for p in pieces)
    states, there = np.zeros((count, beats), np.int64), np.zeros((count, beats), np.float32)
    for i, (piece, move) in enumerate(zip(pieces, moves, strict=True)):
        n = len(piece)
        pitch[i, :n] = np.clip(piece.pitches[:, 0] + move - LOWEST, 0, PITCHES - 1)
        place[i, :n], bar[i, :n], slot[i, :n] = piece.place, piece.bar, piece.slot
        flags[i, :n] = _flags(piece, detached[i])
        plan = transposed(chords_of(piece), move)
        states[i, : len(plan)], there[i, : len(plan)] = plan, 1
    keys = np.array(
        [(p.key + m) % 12 + p.key // 12 * 12 for p, m in zip(pieces, moves, strict=True)]
    )
    drawn = np.zeros((count, 1), np.float32)
    arrays = (pitch, flags, place, bar, slot, states, there, keys, drawn)
    return PlanBatch(*(torch.from_numpy(a) for a in arrays))


def _flags(piece: Chorale, detached: bool) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    heard, onset = piece.sounding[:, 0].copy(), piece.onset[:, 0]
    if detached:
        last_frame = np.append(onset[1:], True)
        heard &= ~(last_frame & ~onset)
    return np.stack([heard, onset, np.ones_like(onset)], 1).astype(np.float32)


def chords_of(piece: Chorale) -> Ints:
    """Give the chord of each beat, [S]; where nothing sounds, the one before it."""
    chords = piece.chord[np.flatnonzero(np.diff(piece.slot, prepend=-1))]
    known = np.flatnonzero(chords != NO_CHORD)
    if not len(known):
        return np.zeros_like(chords)
    at = np.searchsorted(known, np.arange(len(chords)), side="right") - 1
    return chords[known[np.maximum(at, 0)]]


def random_plan_batch(
    pieces: Sequence[Chorale],
    random: np.random.Generator,
    size: int,
    moves: Sequence[Sequence[int]],
) -> PlanBatch:
    """Draw pieces, each with one of its `moves`; some begin later, some are partly guessed."""
    chosen = random.choice(len(pieces), min(size, len(pieces)), replace=False)
    cuts = [_late(pieces[i], random) for i in chosen]
    batch = plan_collate(
        cuts,
        [int(random.choice(moves[i])) for i in chosen],
        (random.random(len(chosen)) < DETACHED).tolist(),
    )
    batch.drawn.copy_(torch.from_numpy(random.random((len(chosen), 1))))
    for i in np.flatnonzero(random.random(len(chosen)) < GUESSED):
        n = len(cuts[i])
        guess_ahead(batch.pitch[i, :n, None], batch.flags[i, :n], random)
    return batch


def _late(piece: Chorale, random: np.random.Generator) -> Chorale:
    if random.random() >= _CUT or len(piece) < 96:
        return piece
    begins = np.flatnonzero(np.diff(piece.slot, prepend=-1))
    begin = int(random.choice(begins[begins < len(piece) // 2]))
    return crop(piece, begin, len(piece) - begin)


def plan_losses(net: PlanNet, batch: PlanBatch) -> tuple[Tensor, Tensor]:
    """Return (nats a beat of the real chords, nats of the key).

    In training the key that is given is now and then the guessed one, or none.
    """
    count = batch.states.size(1)
    emissions, logits, places = net(batch.melody, batch.slot, count)
    keys = F.one_hot(batch.keys, 24).float()
    if net.training:
        guessed = torch.softmax(logits.detach(), 1)
        other = torch.where(batch.drawn < 0.9, guessed, 0.0)
        keys = torch.where(batch.drawn < 0.5, keys, other)
    else:
        keys = torch.softmax(logits, 1)
    scores = (emissions + net.keyed(keys).unsqueeze(1)).flatten(2)
    table, stays = net.transitions(), net.stays[places]
    given = path_score(scores, table, stays, batch.states, batch.there)
    nats = log_partition(scores, table, stays, batch.there) - given
    return nats.sum() / batch.there.sum(), F.cross_entropy(logits, batch.keys)
