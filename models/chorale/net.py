"""Four-part network: a soprano read whole, then bass, alto and tenor written frame by frame.

A bidirectional GRU reads the melody; a causal GRU walks over sixteenth frames; at each frame three
heads choose bass, alto and tenor in turn, each seeing what was chosen before it. Pitches are scored
by what matters in voice leading, not by their absolute number: a head emits tables indexed by the
interval to the voice's own last pitch, to the soprano and to the voices already chosen, and a
candidate's logit is the sum of its entries. So holding, stepping, thirds and fifths are learnt
once for all keys. Rests are not modelled (0.2 % of the chorales' cells).
"""

from dataclasses import asdict, dataclass
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own idiom
from torch import Tensor, nn

LOWEST, PITCHES = 30, 64  # candidates are MIDI pitches 30..93
SOPRANO, ALTO, TENOR, BASS = 0, 1, 2, 3
ORDER = (BASS, ALTO, TENOR)
MAX_BAR_STEPS = 32
_DISTANCES = 2 * PITCHES - 1
_SPAN = 24  # intervals and motions are clipped to two octaves in the heads' inputs


@dataclass(frozen=True)
class ChoraleConfig:
    """Sizes of the network."""

    melody_width: int = 112
    width: int = 288
    layers: int = 2
    head_width: int = 224
    pitch_width: int = 48
    # 236 chorales are soon learnt by heart: much dropout, and most of all on absolute pitch
    dropout: float = 0.45
    input_dropout: float = 0.25

    def to_dict(self) -> dict[str, int | float]:
        """Plain values for a checkpoint."""
        return asdict(self)


class MelodyEncoder(nn.Module):
    """Read the whole soprano: pitch, sounding, onset and place in the bar of every frame."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        width = config.melody_width
        self.pitch = nn.Embedding(PITCHES, 64)
        self.place = nn.Embedding(MAX_BAR_STEPS, 24)
        self.bar = nn.Embedding(MAX_BAR_STEPS + 1, 8)
        self.inward = nn.Linear(64 + 24 + 8 + 2, width)
        self.input_drop = nn.Dropout(config.input_dropout)
        self.rnn = nn.GRU(
            width, width, 2, batch_first=True, bidirectional=True, dropout=config.dropout
        )

    def forward(self, melody: Tensor, flags: Tensor, place: Tensor, bar: Tensor) -> Tensor:
        """Encode [N, T] pitches, [N, T, 2] flags (sounding, onset), [N, T] places and bars."""
        x = torch.cat([self.pitch(melody), self.place(place), self.bar(bar), flags], -1)
        out: Tensor = self.rnn(self.input_drop(F.relu(self.inward(x))))[0]
        return out


class VoiceHead(nn.Module):
    """Score the 64 candidate pitches of one voice.

    `now` and `last` are the pitches [N, 1 + chosen] of the soprano and the voices already chosen in
    this frame and the frame before; `own` [N] is the voice's last pitch.
    """

    pitches: Final[int] = PITCHES
    span: Final[int] = _SPAN
    offsets: Tensor
    starts: Tensor
    candidates: Tensor

    def __init__(self, config: ChoraleConfig, others: int) -> None:
        super().__init__()
        self.others = others
        pairs = others * (others - 1) // 2
        features = 3 * others + pairs + 1
        side = 2 * _SPAN + 1
        self.features = nn.Embedding(features * side, config.head_width)
        self.register_buffer("offsets", torch.arange(features) * side + _SPAN)
        self.inward = nn.Linear(config.width + 2 * config.melody_width, config.head_width)
        self.middle = nn.Linear(config.head_width, config.head_width)
        self.drop = nn.Dropout(config.dropout)
        # one table a relation: the candidate's distance to the own last pitch, to each other voice
        self.tables = 1 + others
        self.out = nn.Linear(config.head_width, self.tables * _DISTANCES + PITCHES)
        starts = torch.arange(self.tables) * _DISTANCES + PITCHES - 1
        self.register_buffer("starts", starts[:, None])
        self.register_buffer("candidates", torch.arange(PITCHES)[None, :])

    def relations(self, own: Tensor, now: Tensor, last: Tensor) -> Tensor:
        """Collect the intervals and motions a voice-leader looks at, [N, features]."""
        kinds = [own[:, None] - now, now - last, own[:, None] - last]
        for i in range(self.others):
            for j in range(i + 1, self.others):
                kinds.append((now[:, i] - now[:, j])[:, None])  # noqa: PERF401 - TorchScript
        kinds.append((now[:, 0] - 40)[:, None])
        return torch.cat(kinds, 1).clamp(-self.span, self.span)

    def forward(self, context: Tensor, own: Tensor, now: Tensor, last: Tensor) -> Tensor:
        """Return logits [N, 64]; `context` [N, width + 2 * melody_width]."""
        related = self.features(self.relations(own, now, last) + self.offsets).sum(1)
        x = F.relu(self.inward(context) + related)
        x = F.relu(self.middle(self.drop(x)))
        tables: Tensor = self.out(self.drop(x))
        anchors = torch.cat([own[:, None], now], 1)[:, :, None]
        index = (self.candidates - anchors + self.starts).flatten(1)
        picked: Tensor = (
            tables.gather(1, index).view(index.size(0), self.tables, self.pitches).sum(1)
        )
        return picked + tables[:, -self.pitches :]


class Articulation(nn.Module):
    """Say how likely a held pitch is struck again, for every frame and voice at once."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        self.place = nn.Embedding(MAX_BAR_STEPS, 16)
        self.rnn = nn.GRU(16 + 2 + 4 * 2 + 4, 64, 1, batch_first=True, bidirectional=True)
        self.out = nn.Linear(128, 3)

    def forward(self, pitches: Tensor, flags: Tensor, place: Tensor) -> Tensor:
        """Return logits [N, T, 3] (alto, tenor, bass) from pitches [N, T, 4]."""
        step = pitches[:, 1:] - pitches[:, :-1]
        step = torch.cat([torch.zeros_like(step[:, :1]), step], 1).float()
        x = torch.cat(
            [self.place(place), flags, step.clamp(-7, 7) / 7, (step != 0).float(),
             (pitches - 35).float() / 12], -1
        )  # fmt: skip
        logits: Tensor = self.out(self.rnn(x)[0])
        return logits


class ChoraleNet(nn.Module):
    """The whole network; `forward` scores given chorales, `step` and the heads write new ones."""

    voice_offsets: Tensor
    interval_offsets: Tensor
    age_offsets: Tensor

    def __init__(self, config: ChoraleConfig | None = None) -> None:
        super().__init__()
        config = config or ChoraleConfig()
        self.width = config.width
        self.layers = config.layers
        self.encoder = MelodyEncoder(config)
        self.voices = nn.Embedding(3 * PITCHES, config.pitch_width)
        self.register_buffer("voice_offsets", torch.arange(3) * PITCHES)
        self.intervals = nn.Embedding(3 * 127, config.pitch_width)
        self.register_buffer("interval_offsets", torch.arange(3) * 127 + 63)
        self.ages = nn.Embedding(3 * 17, 8)
        self.register_buffer("age_offsets", torch.arange(3) * 17)
        self.first = nn.Parameter(torch.zeros(config.width))
        joined = 2 * config.melody_width + 3 * (2 * config.pitch_width + 8)
        self.inward = nn.Linear(joined, config.width)
        self.rnn = nn.GRU(
            config.width, config.width, config.layers, batch_first=True, dropout=config.dropout
        )
        self.drop = nn.Dropout(config.dropout)
        self.input_drop = nn.Dropout(config.input_dropout)
        # whole pitch vectors are dropped, so that intervals must do
        self.forget = nn.Dropout1d(config.input_dropout)
        self.bass = VoiceHead(config, 1)
        self.alto = VoiceHead(config, 2)
        self.tenor = VoiceHead(config, 3)
        self.articulation = Articulation(config)

    def inputs(
        self, melody: Tensor, encoded: Tensor, last: Tensor, ages: Tensor, first: Tensor
    ) -> Tensor:
        """Describe the frame before: its pitches `last` [N, T, 3] and how long they were held."""
        voices = self.forget(self.voices(last + self.voice_offsets).flatten(0, 1))
        voices = voices.view(last.size(0), last.size(1), -1)
        intervals = self.intervals(melody[:, :, None] - last + self.interval_offsets).flatten(2)
        ages = self.ages(ages.clamp(0, 16) + self.age_offsets).flatten(2)
        x = self.inward(torch.cat([encoded, voices, intervals, ages], 2))
        out: Tensor = self.input_drop(F.relu(x + first[:, :, None] * self.first))
        return out

    def contexts(self, x: Tensor, encoded: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Walk the causal GRU over x [N, T, width]: (heads' context, new state)."""
        out, state = self.rnn(x, state)
        return torch.cat([self.drop(out), encoded], 2), state

    def start(self, count: int) -> Tensor:
        """Return the state before the first frame."""
        return torch.zeros(self.layers, count, self.width, device=self.first.device)

    def forward(
        self, pitches: Tensor, flags: Tensor, place: Tensor, bar: Tensor, first: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Score whole chorales given as pitch indices [N, T, 4].

        Returns logits [N, T, 3, 64] in the order alto, tenor, bass, and re-strike logits [N, T, 3].
        """
        melody = pitches[:, :, 0]
        encoded = self.encoder(melody, flags, place, bar)
        before = previous(pitches)
        x = self.inputs(melody, encoded, before[:, :, 1:], ages_of(pitches[:, :, 1:]), first)
        context, _ = self.contexts(x, encoded, self.start(len(pitches)))
        flat, now, last = context.flatten(0, 1), pitches.flatten(0, 1), before.flatten(0, 1)
        bass = self.bass(flat, last[:, 3], now[:, :1], last[:, :1])
        alto = self.alto(flat, last[:, 1], now[:, [0, 3]], last[:, [0, 3]])
        tenor = self.tenor(flat, last[:, 2], now[:, [0, 3, 1]], last[:, [0, 3, 1]])
        logits = torch.stack([alto, tenor, bass], 1)
        logits = logits.view(pitches.size(0), pitches.size(1), 3, -1)
        return logits, self.articulation(pitches, flags, place)


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
    since = torch.cummax(changed, 1).values
    out = torch.zeros_like(pitches)
    out[:, 1:] = time[:, 1:] - since[:, :-1]
    return out.clamp(max=16)
