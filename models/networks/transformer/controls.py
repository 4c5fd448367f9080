"""What the artifact of a Melodist offers."""

from models.artifact.manifest import ControlSpec

CONTROLS = (
    ControlSpec(
        "temperature", "Temperature", 0.0, 2.0, 1.0, "",
        "0 goes on as is likeliest, always the same; higher surprises more",
    ),
    ControlSpec(
        "nucleus", "Nucleus", 0.05, 1.0, 0.95, "",
        "only the likeliest choices that together have this probability are drawn from",
    ),
    ControlSpec(
        "memory", "Memory", 1.0, 64.0, 16.0, "bars", "how much of what was played counts",
    ),
    ControlSpec(
        "rests", "Rests", -4.0, 4.0, 0.0, "nats", "above 0 it rests more often, below 0 less",
    ),
    ControlSpec(
        "longest", "Longest note", 0.25, 16.0, 8.0, "beats", "no new note is longer",
    ),
    ControlSpec(
        "repeats", "Repeats", 0.0, 100.0, 100.0, "%",
        "how many of the new bars may be bars that were played, note for note",
    ),
    ControlSpec(
        "tries", "Tries", 1.0, 16.0, 1.0, "",
        "so many continuations are drawn, and the likeliest is played; of fillings always several",
    ),
)  # fmt: skip
