"""What the artifact of a ChoraleNet offers: the controls of its plan and of its voices."""

from models.artifact.manifest import ControlSpec
from models.networks.common.controls import VOICE_LEADING

CONTROLS = (
    ControlSpec(
        "temperature", "Temperature", 0.0, 2.0, 1.0, "",
        "0 takes what most settings agree on, always the same; higher surprises more",
    ),
    ControlSpec(
        "movement", "Movement", -3.0, 3.0, 0.0, "nats",
        "-1 changes the chord on half bars, -2 on bars; above 0 the voices move more often",
    ),
    ControlSpec(
        "colour", "Colour", -2.0, 2.0, 0.0, "nats",
        "above 0 more sevenths and chords from outside the key, below 0 plainer ones",
    ),
    ControlSpec(
        "cadence", "Cadence", 0.0, 2.0, 1.0, "",
        "how surely a piece comes home at its end; 0 leaves it open",
    ),
    ControlSpec(
        "key", "Key", 0.0, 24.0, 0.0, "",
        "0 finds it from the melody; 1 to 12 are C to B major, 13 to 24 C to B minor",
    ),
    VOICE_LEADING,
)  # fmt: skip
