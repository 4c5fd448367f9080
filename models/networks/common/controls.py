"""The controls and meters that every accompanying network offers."""

from models.artifact.manifest import ControlSpec

TEMPERATURE = ControlSpec(
    "temperature", "Temperature", 0.0, 2.0, 1.0, "",
    "0 takes what most settings agree on, always the same; higher surprises more",
)  # fmt: skip
MOVEMENT = ControlSpec(
    "movement", "Movement", -3.0, 3.0, 0.0, "nats",
    "above 0 the voices move more often, below 0 they hold",
)  # fmt: skip
VOICE_LEADING = ControlSpec(
    "voice_leading", "Strict voice leading", 0.0, 1.0, 1.0, "",
    "from 0.5 on, parallel fifths, octaves and unisons are forbidden",
)  # fmt: skip
KEY = ControlSpec(
    "key", "Key", 0.0, 24.0, 0.0, "",
    "0 finds it from the melody; 1 to 12 are C to B major, 13 to 24 C to B minor",
)  # fmt: skip
CONTROLS = (TEMPERATURE, MOVEMENT, VOICE_LEADING)
METERS = ("4/4", "3/4", "2/4", "6/8", "2/2", "3/2", "12/8", "9/8", "5/4", "7/8")
