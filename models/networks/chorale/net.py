"""Four-part network: a soprano read whole, then bass, alto and tenor written frame by frame.

A bidirectional GRU reads the melody; a causal GRU walks over sixteenth frames; at each frame three
heads choose bass, alto and tenor in turn, each seeing what was chosen before it. Nothing knows an
absolute key: pitches are given as intervals, and tonality by degrees of the keys it may be in.
Rests are not modelled (0.2 % of the chorales' cells).
"""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

from models.networks.chorale.articulation import Articulation
from models.networks.chorale.chord_states import KINDS
from models.networks.chorale.key_sense import CLASSES, KEYS, KeySense, rolled, shares
from models.networks.chorale.layout import (
    FEATURE_SCALE,
    HEARD,
    LOWEST,
    PITCHES,
    ChoraleConfig,
)
from models.networks.chorale.melody_encoder import MelodyEncoder
from models.networks.chorale.plan_net import PlanNet
from models.networks.chorale.voice_head import VoiceHead

_INTERVALS = 2 * PITCHES - 1
_AGES = 17
# of a frame ago, in what was heard of all voices: the last two bars, the last beat
MEMORIES = (0.97, 0.75)


class ChoraleNet(nn.Module):
    """The whole network; `forward` scores given chorales, the sampler writes with its parts."""

    offsets: Tensor
    memories: Tensor

    def __init__(self, config: ChoraleConfig | None = None) -> None:
        super().__init__()
        config = config or ChoraleConfig()
        self.width, self.layers, self.lowest = config.width, config.layers, LOWEST
        self.feature_scale, self.kinds = FEATURE_SCALE, KINDS
        self.encoder = MelodyEncoder(config)
        # the last voices' intervals to the soprano of now, and how long they were held
        self.around = nn.Embedding(3 * _INTERVALS + 3 * _AGES, config.width)
        nn.init.normal_(self.around.weight, std=0.3)
        each = torch.arange(3)
        offsets = [each * _INTERVALS + PITCHES - 1, 3 * _INTERVALS + each * _AGES]
        self.register_buffer("offsets", torch.cat(offsets))
        self.register_buffer("memories", torch.tensor(MEMORIES)[:, None])
        self.first = nn.Parameter(torch.zeros(config.width))
        self.key = KeySense(HEARD)
        self.melodic = nn.Linear(2 * config.melody_width, config.width)
        self.tonal = nn.Linear(KEYS + 2 * CLASSES + 3, config.width)
        between = config.dropout if config.layers > 1 else 0.0
        self.rnn = nn.GRU(
            config.width, config.width, config.layers, batch_first=True, dropout=between
        )
        self.drop = nn.Dropout(config.dropout)
        self.input_drop = nn.Dropout(config.input_dropout)
        self.bass = VoiceHead(config, 1)
        self.alto = VoiceHead(config, 2)
        self.tenor = VoiceHead(config, 3)
        self.articulation = Articulation()
        self.planner = PlanNet(config.plan_width, config.plan_dropout)

    def remembered(self, pitches: Tensor) -> Tensor:
        """Share out the pitch classes heard before each frame, [N, T, 2, 12], from [N, T, 4]."""
        ones = F.one_hot((pitches + self.lowest) % 12, 12).float().sum(2)
        time = torch.arange(pitches.size(1), device=pitches.device)
        apart = (time[:, None] - time[None, :] - 1).float()
        fading = self.memories[:, :, None] ** apart.clamp(min=0)
        weights = torch.where(apart >= 0, fading, 0.0)
        return shares(torch.einsum("mts,nsc->ntmc", weights, ones))

    def roots(self, chords: Tensor) -> Tensor:
        """Mark the roots of the chords of now and next, [..., 24], from states [..., 2]."""
        ones = F.one_hot(chords // self.kinds, 13)[..., :12]  # NO_CHORD marks none
        return ones.flatten(-2).float()

    def inputs(
        self, melody: Tensor, melodic: Tensor, last: Tensor, ages: Tensor, tonal: Tensor
    ) -> Tensor:
        """Describe the frame before as seen from this one, [..., width].

        `melody` [...] is the soprano now, `melodic` [..., width] the melody as read, `last` and
        `ages` [..., 3] the voices' last pitches and how long they were held, `tonal` [..., 48] keys
        and pitch classes heard.
        """
        away = (melody.unsqueeze(-1) - last).clamp(-63, 63)
        voices = self.around(torch.cat([away, ages.clamp(max=16)], -1) + self.offsets).sum(-2)
        tonal = rolled(tonal, (melody + self.lowest) % 12) * self.feature_scale
        high = (last.float() - 25) / 12
        x: Tensor = melodic + voices + self.tonal(torch.cat([tonal, high], -1))
        return x

    def start(self, count: int) -> Tensor:
        """Return the state before the first frame."""
        return torch.zeros(self.layers, count, self.width, device=self.first.device)

    def forward(
        self,
        pitches: Tensor,
        flags: Tensor,
        place: Tensor,
        bar: Tensor,
        first: Tensor,
        chords: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Score whole chorales given as pitch indices [N, T, 4].

        Returns logits [N, T, 3, 64] in the order alto, tenor, bass, and re-strike logits [N, T, 3].
        """
        melody, before = pitches[:, :, 0], previous(pitches)
        encoded, sung = self.encoder(melody, flags, place, bar, chords)
        heard = self.remembered(pitches)
        known = torch.cat([heard, sung], 2)
        keys = self.key(known, self.key.table())
        tonal = torch.cat([keys, heard.flatten(2)], 2)
        ages = ages_of(pitches[:, :, 1:])
        x = self.inputs(melody, self.melodic(encoded), before[:, :, 1:], ages, tonal)
        x = self.input_drop(F.relu(x + first[:, :, None] * self.first))
        context = self.drop(self.rnn(x, self.start(len(pitches)))[0]).flatten(0, 1)
        keys = torch.cat([keys, self.roots(chords)], 2)
        encoded, keys = encoded.flatten(0, 1), keys.flatten(0, 1)
        known = torch.log(known + 0.01).flatten(0, 1)
        now, last = pitches.flatten(0, 1), before.flatten(0, 1)
        voices = (last[:, 3:], now[:, :1], last[:, :1])
        bass = self.bass(context, self.bass.melodic(encoded), voices, keys, known)
        voices = (last[:, 1:2], now[:, [0, 3]], last[:, [0, 3]])
        alto = self.alto(context, self.alto.melodic(encoded), voices, keys, known)
        voices = (last[:, 2:3], now[:, [0, 3, 1]], last[:, [0, 3, 1]])
        tenor = self.tenor(context, self.tenor.melodic(encoded), voices, keys, known)
        logits = torch.stack([alto, tenor, bass], 1)
        logits = logits.view(pitches.size(0), pitches.size(1), 3, -1)
        return logits, self.articulation(pitches, flags[:, :, :2], place)


def opening(melody: Tensor) -> Tensor:
    """Guess the voices 'before' the first frame, [N, 4], from its melody [N]."""
    return torch.stack([melody, melody - 5, melody - 10, melody - 19], 1).clamp(min=0)


def previous(pitches: Tensor) -> Tensor:
    """Shift pitches [N, T, 4] one frame on; the opening guess stands before the first."""
    return torch.cat([opening(pitches[:, 0, 0])[:, None], pitches[:, :-1]], 1)


def ages_of(pitches: Tensor) -> Tensor:
    """Count, for each frame and voice, how many frames the last pitch had been held before it."""
    time = torch.arange(pitches.size(1), device=pitches.device)[None, :, None]
    changed = torch.zeros_like(pitches)
    changed[:, 1:] = time[:, 1:] * (pitches[:, 1:] != pitches[:, :-1])
    since = torch.cummax(changed, 1)[0]
    out = torch.zeros_like(pitches)
    out[:, 1:] = time[:, 1:] - since[:, :-1]
    return out.clamp(max=16)
