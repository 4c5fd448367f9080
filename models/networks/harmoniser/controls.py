"""What can be asked of the plan of a song's chords."""

from models.artifact.manifest import ControlSpec
from models.networks.common.controls import KEY

CONTROLS = (
    ControlSpec(
        "temperature", "Temperature", 0.0, 2.0, 1.0, "",
        "0 takes what most plans agree on, always the same; higher surprises more",
    ),
    ControlSpec(
        "movement", "Movement", -2.0, 2.0, 0.0, "",
        "how often the chord may change: -1 on bars, 0 on half bars, 1 on beats",
    ),
    ControlSpec(
        "colour", "Colour", -2.0, 2.0, 0.0, "nats",
        "above 0 more sevenths, suspensions and other basses, below 0 plain triads",
    ),
    ControlSpec(
        "cadence", "Cadence", 0.0, 2.0, 1.0, "",
        "how surely a song comes home at its end; 0 leaves it open",
    ),
    KEY,
)  # fmt: skip
