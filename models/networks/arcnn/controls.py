"""What the artifact of an ArCnn offers."""

from models.artifact.manifest import ControlSpec

MOST_ITERATIONS = 16
CONTROLS = (
    ControlSpec(
        "remove", "May remove", 0.0, 100.0, 100.0, "%",
        "how many of the notes it may take out or replace at most",
    ),
    ControlSpec("add", "May add", 0.0, 500.0, 500.0, "notes", "how many it may add at most"),
    ControlSpec(
        "iterations", "Iterations", 1.0, MOST_ITERATIONS, 1.0, "",
        "how often it listens: what is surest is settled first, then it listens again",
    ),
    ControlSpec(
        "temperature", "Creative risk", 0.0, 3.0, 0.0, "",
        "0 takes what fits best, always the same; higher surprises more",
    ),
    ControlSpec(
        "keep", "Keep", 0.0, 2.0, 0.0, "",
        "1 keeps the rhythm, 2 the rhythm and which way the melody moves",
    ),
    ControlSpec(
        "trust", "Trust", 0.0, 1.0, 1.0, "",
        "1 leaves alone what comes again in the melody, 0 doubts every note alike",
    ),
    ControlSpec(
        "embellish", "Embellish", -4.0, 4.0, 0.0, "nats",
        "above 0 it adds notes of its own, below 0 it only mends what is there",
    ),
    ControlSpec(
        "extent", "Extent", 0.0, 100.0, 100.0, "%",
        "how many of its edits it makes, the surest first",
    ),
)  # fmt: skip
