"""Sizes that the parts of the four-part network share."""

from dataclasses import asdict, dataclass

LOWEST, PITCHES = 30, 64  # candidates are MIDI pitches 30..93
MAX_BAR_STEPS = 32
# what was heard of the voices lately and at the moment; of the melody near by and as a whole
HEARD = 4
FEATURE_SCALE = 3.0  # shares are small numbers beside the other inputs
DEGREES = 48  # of 24 keys, and above the roots of the chords of now and next


@dataclass(frozen=True)
class ChoraleConfig:
    """Sizes of the network."""

    melody_width: int = 96
    width: int = 192
    layers: int = 1
    head_width: int = 160
    plan_width: int = 64
    dropout: float = 0.35  # 236 chorales are soon learnt by heart
    input_dropout: float = 0.15
    plan_dropout: float = 0.3

    def to_dict(self) -> dict[str, int | float]:
        """Plain values for a checkpoint."""
        return asdict(self)
