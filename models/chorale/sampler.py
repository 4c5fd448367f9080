"""Writes alto, tenor and bass frame by frame with a trained ChoraleNet, in the TorchScript subset.

Several settings are drawn side by side; at each bar line the one with the fewest faults of voice
leading in that bar goes on and the others are forgotten. Sampling is by Gumbel noise computed from
the seed and the frame's number, so the same seed gives the same notes, whatever came before.
"""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.chorale.net import LOWEST, PITCHES, ChoraleNet, opening

_FORBIDDEN = -1.0e4


def uniforms(seed: int, frames: Tensor, each: int) -> Tensor:
    """Hash (seed, frame, cell) to numbers in (0, 1), [frames, each]: a counter-based generator."""
    mask = 0xFFFFFFFF
    salt = (seed * 0x9E3779B1) & mask
    x = (frames[:, None] + 0x100000) * 0x2C9277B5 + torch.arange(each)[None] * 0x5F356495
    x = (x ^ salt) & mask
    for _ in range(3):
        x = ((x >> 16) ^ x) * 0x45D9F3B & mask
    x = (x >> 16) ^ x
    return (x.double() + 0.5).div(4294967296.0).float()


class FaultCounter(nn.Module):
    """Count what a teacher of counterpoint would mark, per setting."""

    upper: Tensor
    lower: Tensor

    def __init__(self, parallel: float, crossing: float, spacing: float, clash: float) -> None:
        super().__init__()
        self.parallel, self.crossing, self.spacing = parallel, crossing, spacing
        self.clash = clash
        self.register_buffer("upper", torch.tensor([0, 0, 0, 1, 1, 2]))
        self.register_buffer("lower", torch.tensor([1, 2, 3, 2, 3, 3]))

    def forward(self, frames: Tensor, beats: Tensor) -> Tensor:
        """Weigh the faults of frames [N, T, 4] and of the beats [N, B, 4] among them: [N]."""
        crossed = (frames[:, :, :3] < frames[:, :, 1:]).any(2).sum(1)
        wide = (frames[:, :, :2] - frames[:, :, 1:3] > 12).any(2).sum(1)
        moves = beats[:, 1:] - beats[:, :-1]
        up, low = moves[:, :, self.upper], moves[:, :, self.lower]
        apart = (beats[:, :, self.upper] - beats[:, :, self.lower]).abs() % 12
        kept = (apart[:, 1:] == apart[:, :-1]) & ((apart[:, 1:] == 0) | (apart[:, 1:] == 7))
        parallels = (kept & (up * low > 0)).sum(2).sum(1)
        # on the beat, the soprano a second, seventh or tritone away from a lower voice
        against = (beats[:, -4:, :1] - beats[:, -4:, 1:]).abs() % 12
        clashes = ((against == 1) | (against == 2) | (against == 6) | (against > 9)).sum(2).sum(1)
        return (
            self.parallel * parallels
            + self.crossing * crossed
            + self.spacing * wide
            + self.clash * clashes
        )


class Tonality(nn.Module):
    """Favour the scale in force and the pitch classes heard lately: the network's sense of key.

    By itself it is weak: 7.5 pitch classes a bar where Bach has 6.8, more under other tunes.
    """

    reach: Final[int] = 32  # frames of melody before and after that tell the key
    memory: Final[float] = 0.97  # of a frame ago, in what was heard of all voices
    certainty: Final[float] = 0.3  # nats for a scale by each frame that fits it
    heard_weight: float
    scale_weight: float
    classes: Tensor
    scales: Tensor

    def __init__(self, heard_weight: float, scale_weight: float) -> None:
        super().__init__()
        self.heard_weight, self.scale_weight = heard_weight, scale_weight
        self.register_buffer("classes", (torch.arange(PITCHES) + LOWEST) % 12)
        major = torch.tensor([1.0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1])
        self.register_buffer("scales", torch.stack([major.roll(i) for i in range(12)]))

    def of_melody(self, soprano: Tensor) -> Tensor:
        """Count the pitch classes around each frame of a melody [1, T]: [T, 12]."""
        heard = F.one_hot(self.classes[soprano[0]], 12).float().cumsum(0)
        heard = torch.cat([torch.zeros(1, 12), heard])
        time = torch.arange(soprano.size(1))
        until = (time + self.reach).clamp(max=soprano.size(1))
        return heard[until] - heard[(time - self.reach).clamp(min=0)]

    def forward(self, heard: Tensor, melody: Tensor) -> Tensor:
        """Score the candidates [N, 64] by what was heard [N, 12] and the melody around [12]."""
        known = heard + melody
        fits = torch.softmax(known @ self.scales.t() * self.certainty, 1) @ self.scales
        known = torch.log1p(known)
        known = known - known.amax(1, keepdim=True)
        score = self.heard_weight * known + self.scale_weight * torch.log(fits + 0.02)
        return score[:, self.classes]

    def listen(self, heard: Tensor, frame: Tensor) -> Tensor:
        """Remember a frame [N, 4]."""
        ones = torch.ones(frame.size(0), frame.size(1))
        return (self.memory * heard).scatter_add(1, self.classes[frame], ones)


class ChoraleSampler(nn.Module):
    """Draw the three lower voices under a soprano."""

    forbidden: Final[float] = _FORBIDDEN
    pitches: Final[int] = PITCHES
    limits: Tensor
    candidates: Tensor

    def __init__(self, net: ChoraleNet, ranges: list[tuple[int, int]], tries: int) -> None:
        super().__init__()
        self.net = net
        self.tries = tries
        self.sharpness = 2.0
        # Favouring what was heard makes voices hold; this gives them their movement back.
        self.liveliness = 0.15
        self.tonality = Tonality(heard_weight=0.3, scale_weight=0.2)
        self.faults = FaultCounter(parallel=1.0, crossing=0.1, spacing=0.1, clash=0.1)
        candidates = torch.arange(PITCHES) + LOWEST
        allowed = torch.stack([(candidates >= low) & (candidates <= high) for low, high in ranges])
        self.register_buffer("limits", (~allowed).float()[:, None] * _FORBIDDEN)
        self.register_buffer("candidates", torch.arange(PITCHES)[None, :])

    def forward(
        self,
        soprano: Tensor,
        encoded: Tensor,
        place: list[int],
        known: Tensor,
        noise: Tensor,
        rules: list[float],
    ) -> Tensor:
        """Write pitch indices [T, 3]; the first frames are those of `known` [n, 3].

        `soprano` [1, T] and `encoded` [1, T, width] are the melody as read, `noise` [T, 3, tries,
        64] is added to the logits, `rules` are (strict, stay): see `pick`.
        """
        count = self.tries
        melodic = self.tonality.of_melody(soprano)
        soprano, encoded = soprano.expand(count, -1), encoded.expand(count, -1, -1)
        last, heard = opening(soprano[:, 0]), torch.zeros(count, 12)
        ages, first = torch.zeros(count, 3, dtype=torch.long), torch.ones(count, 1)
        state = self.net.start(count)
        done: list[Tensor] = []
        bar: list[Tensor] = []  # the frames of this bar
        beats: list[Tensor] = []  # its beats, after the last one of the bar before
        for t in range(len(place)):
            note, here = soprano[:, t : t + 1], encoded[:, t : t + 1]
            x = self.net.inputs(note, here, last[:, None, 1:], ages[:, None], first)
            context, state = self.net.contexts(x, here, state)
            if t < known.size(0):
                voices = known[t : t + 1].expand(count, -1)
            else:
                limits = self.limits + self.tonality(heard, melodic[t])
                voices = self.frame((context[:, 0], limits), note, last, noise[t], rules)
            ages = torch.where(voices == last[:, 1:], ages + 1, 1) if t > 0 else ages + 1
            last, first = torch.cat([note, voices], 1), torch.zeros(count, 1)
            heard = self.tonality.listen(heard, last)
            bar.append(last)
            beats.extend([last] if place[t] % 4 == 0 else [])
            if t + 1 == len(place) or place[t + 1] == 0:
                best = self.best(bar, beats)
                done.append(torch.stack(bar, 1)[best, :, 1:])
                bar.clear()
                beats = [b[best].expand(count, -1) for b in beats[-1:]]
                last, heard, ages = (
                    self.only(best, last),
                    self.only(best, heard),
                    self.only(best, ages),
                )
                state = state[:, best : best + 1].expand(-1, count, -1).contiguous()
        return torch.cat(done)

    def only(self, best: int, of_each: Tensor) -> Tensor:
        """Let every setting go on from the best one's row."""
        return of_each[best].expand(self.tries, -1)

    def best(self, bar: list[Tensor], beats: list[Tensor]) -> int:
        """Number the setting with the fewest faults in this bar."""
        if self.tries == 1 or len(beats) == 0:
            return 0
        return int(self.faults(torch.stack(bar, 1), torch.stack(beats, 1)).argmin())

    def frame(
        self,
        state: tuple[Tensor, Tensor],
        soprano: Tensor,
        last: Tensor,
        noise: Tensor,
        rules: list[float],
    ) -> Tensor:
        """Choose one frame's alto, tenor and bass, [N, 3]; `state` is (context, limits)."""
        net = self.net
        context, limits = state
        now, before = soprano, last[:, :1]
        own = last[:, 3]
        logits = net.bass(context, own, now, before) + limits[2]
        bass = self.pick(logits, own, (now, before), noise[2], rules)
        now, before = torch.cat([now, bass], 1), torch.cat([before, last[:, 3:]], 1)
        own = last[:, 1]
        logits = net.alto(context, own, now, before) + limits[0]
        alto = self.pick(logits, own, (now, before), noise[0], rules)
        now, before = torch.cat([now, alto], 1), torch.cat([before, last[:, 1:2]], 1)
        own = last[:, 2]
        logits = net.tenor(context, own, now, before) + limits[1]
        tenor = self.pick(logits, own, (now, before), noise[1], rules)
        return torch.cat([alto, tenor, bass], 1)

    def pick(
        self,
        logits: Tensor,
        own: Tensor,
        others: tuple[Tensor, Tensor],
        noise: Tensor,
        rules: list[float],
    ) -> Tensor:
        """Draw a pitch, [N, 1]; `rules` are (strict, stay).

        Whether the voice moves is drawn as the network says, where it moves to from a sharpened
        distribution: that cleans the harmony and leaves the rhythm alive. With `strict` at least
        0.5, parallels with the `others` (now, before) are forbidden; `stay` favours the held pitch.
        """
        holds = self.candidates == own[:, None]
        moves = logits.masked_fill(holds, self.forbidden)
        weight = moves.logsumexp(1, keepdim=True)
        moves = moves * self.sharpness
        if rules[0] >= 0.5:
            moves = moves + self.parallels(own, others[0], others[1]) * self.forbidden
        moves = moves - moves.logsumexp(1, keepdim=True) + weight - rules[1]
        return (torch.where(holds, logits, moves) + noise).argmax(1, keepdim=True)

    def parallels(self, own: Tensor, now: Tensor, before: Tensor) -> Tensor:
        """Say which candidates make parallel fifths, octaves or unisons, [N, 64]."""
        apart = (own[:, None] - before).abs() % 12
        moved = now - before
        risky = ((apart == 0) | (apart == 7)) & (moved != 0)
        step = (self.candidates - own[:, None])[:, None]
        moved = moved[:, :, None]
        return (((step - moved) % 12 == 0) & (step * moved > 0) & risky[:, :, None]).any(1)
