"""What the artifact of a ChoraleNet offers: the controls of its plan and of its voices."""

from models.artifact.manifest import ControlSpec
from models.networks.common.controls import KEY, TEMPERATURE, VOICE_LEADING

CONTROLS = (
    TEMPERATURE,
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
    KEY,
    VOICE_LEADING,
)  # fmt: skip
