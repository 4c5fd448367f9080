"""Writes alto, tenor and bass frame by frame with a trained ChoraleNet, in the TorchScript subset.

Whether a voice moves is drawn as the network says, where it moves to from a sharpened distribution:
that cleans the harmony and leaves the rhythm alive. Noise comes from the seed and the frame's
number, so the same seed gives the same notes, whatever came before.
"""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.chord_states import KINDS
from models.networks.chorale.key_sense import shares
from models.networks.chorale.layout import LOWEST, PITCHES
from models.networks.chorale.net import ChoraleNet, ages_of, opening, previous
from models.networks.chorale.voice_leading import VoiceLeading


class Reading(nn.Module):
    """What the melody gives to every frame, computed at once before any is written."""

    def __init__(self, net: ChoraleNet) -> None:
        super().__init__()
        self.encoder = net.encoder
        self.melodic = net.melodic
        self.bass, self.alto, self.tenor = net.bass.melodic, net.alto.melodic, net.tenor.melodic
        self.kinds = KINDS

    def forward(
        self, melody: Tensor, flags: Tensor, place: Tensor, bar: Tensor, chords: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Read a melody [1, T] and the chords planned for it [1, T, 2].

        Returns what they mean for the walk [T, width] and for the heads of alto, tenor and bass
        [T, 3, head_width], the pitch classes sung [T, 2, 12], and the planned roots [T, 24].
        """
        walk, heads, sung, roots = self.several(melody, flags, place, bar, chords)
        return walk[:, 0], heads[:, :, 0], sung, roots[:, 0]

    def several(
        self, melody: Tensor, flags: Tensor, place: Tensor, bar: Tensor, chords: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Read one melody with several plans [N, T, 2], for as many settings side by side.

        As `forward`, but for the walk [T, N, width], the heads [T, 3, N, head_width] and the
        roots [T, N, 24].
        """
        count = chords.size(0)
        encoded, sung = self.encoder(
            melody.expand(count, -1),
            flags.expand(count, -1, -1),
            place.expand(count, -1),
            bar.expand(count, -1),
            chords,
        )
        read = encoded.transpose(0, 1)
        heads = torch.stack([self.alto(read), self.tenor(read), self.bass(read)], 1)
        roots = F.one_hot(chords // self.kinds, 13).narrow(3, 0, 12).flatten(2).float()
        return self.melodic(read), heads, sung[0], roots.transpose(0, 1)


class ChoraleSampler(nn.Module):
    """Draw the three lower voices under a soprano, several settings side by side."""

    lowest: Final[int] = LOWEST
    pitches: Final[int] = PITCHES
    nothing: Final[float] = -1.0e4
    step: Final[int] = 2  # semitones
    farthest: Final[int] = 10  # semitones beyond a step: wider leaps cost no more
    candidates: Tensor

    def __init__(self, net: ChoraleNet, ranges: list[tuple[int, int]]) -> None:
        super().__init__()
        self.net = net
        self.leading = VoiceLeading(ranges, LOWEST)
        self.sharpness = 1.35
        # A sharpened voice holds a little too often; this gives it its movement back, in nats.
        self.movement_bias = 0.2
        # Under a drawn plan the voices leap more than Bach's: nats for each semitone beyond a step.
        self.leap_prices = (0.15, 0.15, 0.1)
        self.register_buffer("candidates", torch.arange(PITCHES)[None, :])

    def forward(
        self,
        soprano: Tensor,
        reading: tuple[Tensor, Tensor, Tensor, Tensor],
        place: list[int],
        known: Tensor,
        noise: Tensor,
        rules: list[float],
    ) -> Tensor:
        """Write pitch indices [N, T, 3]; the first frames are those of `known` [n, 3].

        `soprano` [T] and `reading` are the melody and what Reading makes of it (of several plans
        only without `known`), `noise` [T - n, 3, N or 1, 64] is added to the logits, `rules` are
        (strict, stay, sharpness): see `pick`.
        """
        net = self.net
        count, first = noise.size(2), known.size(0)
        table = net.key.table()
        out = [voices.expand(count, -1) for voices in known]
        last, beat, ages, heard, state = self.begun(soprano, reading, place, known, count)
        for t in range(first, len(place)):
            note = soprano[t].expand(count)
            lately = shares(heard)
            sources = torch.cat([lately, reading[2][t].expand(count, -1, -1)], 1)
            keys = net.key(sources, table)
            tonal = torch.cat([keys, lately.flatten(1)], 1)
            x = net.inputs(note, reading[0][t], last.narrow(1, 1, 3), ages, tonal)
            x = x + net.first if t == 0 else x
            context, state = net.rnn(F.relu(x).unsqueeze(1), state)
            degrees = torch.cat([keys, reading[3][t].expand(count, -1)], 1)
            heads = (context.select(1, 0), reading[1][t], degrees, torch.log(sources + 0.01))
            before = (last, beat, place[t] % 4 == 0)
            voices = self.frame(heads, note.unsqueeze(1), before, (noise[t - first], rules))
            held = voices == last.narrow(1, 1, 3)
            ages = torch.where(held, ages + 1, 1) if t > 0 else ages + 1
            last = torch.cat([note.unsqueeze(1), voices], 1)
            beat = last if place[t] % 4 == 0 else beat
            heard = heard * net.memories + self.classes(last)
            out.append(voices)
        return torch.stack(out, 1)

    def begun(
        self,
        soprano: Tensor,
        reading: tuple[Tensor, Tensor, Tensor, Tensor],
        place: list[int],
        known: Tensor,
        count: int,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return what `walked` does; without `known` frames, what stands before the first one."""
        if known.size(0) > 0:
            return self.walked(soprano, reading, place, known, count)
        last = opening(soprano[:1]).expand(count, -1)
        ages = torch.zeros(count, 3, dtype=torch.long)
        return last, last, ages, torch.zeros(count, 2, 12), self.net.start(count)

    def walked(
        self,
        soprano: Tensor,
        reading: tuple[Tensor, Tensor, Tensor, Tensor],
        place: list[int],
        known: Tensor,
        count: int,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Go over the `known` frames at once, as in training: far quicker than one by one.

        Returns the last frame, the one on the last beat, how long the voices have been held, the
        pitch classes heard and the network's state.
        """
        net = self.net  # in a tuple TorchScript would not take it for a module
        size = known.size(0)
        frames = torch.cat([soprano[:size, None], known], 1)[None]
        # one frame more: what there is to remember after the last
        more = torch.cat([frames, frames[:, -1:]], 1)
        ages = ages_of(more[:, :, 1:])
        lately = net.remembered(frames)
        sources = torch.cat([lately, reading[2][None, :size]], 2)
        keys = net.key(sources, net.key.table())
        tonal = torch.cat([keys, lately.flatten(2)], 2)
        before = previous(frames)[:, :, 1:]
        x = net.inputs(frames[:, :, 0], reading[0][None, :size], before, ages[:, :-1], tonal)
        first = (torch.arange(size) == 0).float().unsqueeze(1)
        state = net.rnn(F.relu(x + first * net.first), net.start(1))[1]
        fading = net.memories ** torch.arange(size - 1, -1, -1)
        heard = torch.matmul(fading, self.classes(frames[0])[:, 0])[None]
        beat = opening(soprano[:1])
        for t in range(size):
            if place[t] % 4 == 0:
                beat = frames[:, t]
        return (
            frames[:, -1].expand(count, -1),
            beat.expand(count, -1),
            ages[:, -1].expand(count, -1),
            heard.expand(count, -1, -1),
            state.expand(-1, count, -1).contiguous(),
        )

    def classes(self, frame: Tensor) -> Tensor:
        """Count the pitch classes of a frame [N, 4]: [N, 1, 12]."""
        ones = torch.zeros(frame.size(0), 12)
        ones.scatter_add_(1, (frame + self.lowest) % 12, torch.ones(frame.size(0), 4))
        return ones.unsqueeze(1)

    def frame(
        self,
        heads: tuple[Tensor, Tensor, Tensor, Tensor],
        now: Tensor,
        before: tuple[Tensor, Tensor, bool],
        chance: tuple[Tensor, list[float]],
    ) -> Tensor:
        """Choose one frame's alto, tenor and bass, [N, 3], under the soprano `now` [N, 1].

        `heads` is what they read: context, melody, keys and pitch classes heard; `before` are
        the frame and the beat before, [N, 4], and whether this is a beat; `chance` is (noise [3, N,
        64], rules).
        """
        net = self.net
        context, melodic, keys, heard = heads
        last, beat, on_beat = before
        was, then = last.narrow(1, 0, 1), beat.narrow(1, 0, 1)
        own = (last.narrow(1, 3, 1), beat.narrow(1, 3, 1))
        logits = net.bass(context, melodic[2], (own[0], now, was), keys, heard)
        bass = self.pick(logits, 2, own, (now, was, then), on_beat, chance)
        now = torch.cat([now, bass], 1)
        was, then = torch.cat([was, own[0]], 1), torch.cat([then, own[1]], 1)
        own = (last.narrow(1, 1, 1), beat.narrow(1, 1, 1))
        logits = net.alto(context, melodic[0], (own[0], now, was), keys, heard)
        alto = self.pick(logits, 0, own, (now, was, then), on_beat, chance)
        now = torch.cat([now, alto], 1)
        was, then = torch.cat([was, own[0]], 1), torch.cat([then, own[1]], 1)
        own = (last.narrow(1, 2, 1), beat.narrow(1, 2, 1))
        logits = net.tenor(context, melodic[1], (own[0], now, was), keys, heard)
        tenor = self.pick(logits, 1, own, (now, was, then), on_beat, chance)
        return torch.cat([alto, tenor, bass], 1)

    def pick(
        self,
        logits: Tensor,
        voice: int,
        own: tuple[Tensor, Tensor],
        others: tuple[Tensor, Tensor, Tensor],
        on_beat: bool,
        chance: tuple[Tensor, list[float]],
    ) -> Tensor:
        """Draw a pitch, [N, 1]; the rules are (strict, stay, sharpness).

        With `strict` at least 0.5, parallels with the `others` are forbidden; `stay` favours the
        held pitch, in nats.
        """
        noise, rules = chance
        if rules[0] >= 0.5:
            led = self.leading(voice, own, others, on_beat)
        else:
            led = self.leading.limits[voice]
        holds = self.candidates == own[0]
        far = (self.candidates - own[0]).abs()
        led = led - self.leap_prices[voice] * (far - self.step).clamp(min=0, max=self.farthest)
        moves = logits.masked_fill(holds, self.nothing)
        # In TorchScript `logsumexp` is dear.
        likeliest = moves.amax(1, keepdim=True)
        weight = (moves - likeliest).exp().sum(1, keepdim=True).log() + likeliest
        moves = torch.log_softmax(moves * rules[2] + led, 1) + (weight - rules[1])
        return (torch.where(holds, logits + led, moves) + noise[voice]).argmax(1, keepdim=True)
