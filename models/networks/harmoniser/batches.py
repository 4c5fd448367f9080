"""Training batches of songs: crops of their slots, and what the planner of chords loses on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor

from models.networks.common.plan_field import log_partition, path_score
from models.networks.harmoniser.net import HarmonyNet
from models.networks.harmoniser.songs import Song

_TOLD, _GUESSED = 0.5, 0.9  # shares told the true key, and the true or the guessed one
_CHORD_UNKNOWN = 0.5  # share of live judgments that are not told the chord before


@dataclass(frozen=True)
class SongBatch:
    """Slots [N, S] padded at the end; `there` says which are in the song, `drawn` is chance."""

    classes: Tensor
    plain: Tensor
    counts: Tensor
    states: Tensor
    kinds: Tensor
    there: Tensor
    keys: Tensor
    drawn: Tensor  # [N, S] in 0..1, drawn outside of the network: the same in all processes

    def to(self, device: torch.device) -> "SongBatch":
        """Move every tensor."""
        return SongBatch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))

    def part(self, share: slice) -> "SongBatch":
        """Take some of the crops."""
        return SongBatch(*(getattr(self, name)[share] for name in self.__dataclass_fields__))


def collate(crops: Sequence[tuple[Song, int, int]], drawn: Tensor | None = None) -> SongBatch:
    """Stack stretches (song, begin, end) of songs."""
    longest = max(end - begin for _, begin, end in crops)

    def stack(name: str) -> Tensor:
        rows = [getattr(song, name)[begin:end] for song, begin, end in crops]
        return torch.stack([F.pad(r, [0, 0] * (r.dim() - 1) + [0, longest - len(r)]) for r in rows])

    lengths = torch.tensor([end - begin for _, begin, end in crops])
    there = (torch.arange(longest)[None] < lengths[:, None]).float()
    if drawn is None:
        drawn = torch.zeros(len(crops), longest)
    return SongBatch(
        stack("classes"),
        stack("plain"),
        stack("counts"),
        stack("states"),
        stack("kinds"),
        there,
        torch.tensor([song.key for song, _, _ in crops]),
        drawn[:, :longest],
    )


def random_batch(
    songs: Sequence[Song], random: np.random.Generator, size: int, length: int
) -> SongBatch:
    """Draw crops of `length` slots at most, songs weighted by their length, often to their end.

    No crop is transposed: the network reads every melody from each root, so keys are all alike.
    """
    weights = np.array([len(s) for s in songs], float)
    crops = []
    for i in random.choice(len(songs), size, p=weights / weights.sum()):
        last = max(len(songs[i]) - length, 0)
        begin = min(int(random.integers(0, last + length // 2 + 1)), last)
        begin = 0 if random.random() < 0.15 else begin
        crops.append((songs[i], begin, min(begin + length, len(songs[i]))))
    drawn = torch.from_numpy(random.random((size, length)).astype(np.float32))
    return collate(crops, drawn)


def losses(net: HarmonyNet, batch: SongBatch) -> Tensor:
    """Return sums [path, kinds, keys, live] in nats: of slots, of slots, of songs, of judgments.

    In training the key that is told is now and then the guessed one, or none.
    """
    there = batch.there
    emissions, stays, logits, middle = net(batch.classes, batch.plain, batch.counts, there)
    keys = F.one_hot(batch.keys, 24).float()
    guessed = torch.softmax(logits.detach(), 1)
    if net.training:
        drawn = batch.drawn[:, :1]
        keys = torch.where(drawn < _TOLD, keys, torch.where(drawn < _GUESSED, guessed, 0.0))
    else:
        keys = guessed
    scores = emissions + net.keyed(keys).unsqueeze(1)
    table = net.transitions()
    given = path_score(scores, table, stays, batch.states, there)
    path = (log_partition(scores, table, stays, there) - given).sum()
    after = torch.cat([batch.states[:, 1:], torch.full_like(batch.states[:, :1], -1)], 1)
    ends = torch.cat([there[:, 1:], torch.zeros_like(there[:, :1])], 1) == 0
    kinds = net.kind_scores(middle, batch.states, torch.where(ends, -1, after))
    kind = F.cross_entropy(kinds.flatten(0, 1), batch.kinds.flatten(), reduction="none")
    key = F.cross_entropy(logits, batch.keys, reduction="sum")
    return torch.stack([path, (kind * there.flatten()).sum(), key, live_loss(net, batch).sum()])


def live_loss(net: HarmonyNet, batch: SongBatch) -> Tensor:
    """Return sums of nats: of the chords at each distance from what was heard, and of kinds now."""
    logits, kinds = net.live(batch.classes, batch.plain, batch.counts)
    moves = net.live_transitions()
    told = (batch.drawn > _CHORD_UNKNOWN).float()
    out = []
    for i, ahead in enumerate(net.ahead):
        count = logits.size(1) - ahead
        here = logits[:, :count, i]
        states, there = batch.states[:, ahead:], batch.there[:, ahead:]
        before = batch.states.roll(1, 1)[:, ahead:]
        known = told[:, ahead:].clone()
        if ahead == 0:
            known[:, 0] = 0
        here = here + known.unsqueeze(2) * moves[i][before]
        nats = F.cross_entropy(here.flatten(0, 1), states.flatten(), reduction="none")
        out.append((nats * there.flatten()).sum())
    root = torch.div(batch.states, net.modes, rounding_mode="floor")
    own = kinds.gather(2, root[:, :, None, None].expand(-1, -1, 1, net.kinds)).squeeze(2)
    own = own + net.allowed[batch.states % net.modes]
    nats = F.cross_entropy(own.flatten(0, 1), batch.kinds.flatten(), reduction="none")
    out.append((nats * batch.there.flatten()).sum())
    return torch.stack(out)


@torch.inference_mode()
def agreement(net: HarmonyNet, songs: Sequence[Song]) -> dict[str, float]:
    """Measure how often single judgments, without a path, are the real chord, in sung slots."""
    net.eval()
    hits = {f"ahead_{ahead}": 0.0 for ahead in net.ahead}
    slots = found = 0.0
    for song in songs:
        batch = collate([(song, 0, len(song))]).to(net.degrees.device)
        live = net.live(batch.classes, batch.plain, batch.counts)[0][0].argmax(2)
        sung = (song.sung > 0.2).float()
        for i, ahead in enumerate(net.ahead):
            right = live[: len(song) - ahead, i].cpu() == song.states[ahead:]
            hits[f"ahead_{ahead}"] += float((right * sung[ahead:]).sum())
        slots += float(sung.sum())
        logits = net(batch.classes, batch.plain, batch.counts, batch.there)[2]
        found += float(logits.argmax() == song.key)
    return {n: h / max(slots, 1) for n, h in hits.items()} | {"key_found": found / len(songs)}
