"""What can be asked of a band, and the sections of a song that it knows."""

from models.artifact.manifest import ControlSpec, SectionSpec
from models.networks.harmoniser.controls import CONTROLS as OF_THE_PLAN

SECTIONS = (
    SectionSpec("intro", "Intro"),
    SectionSpec("a", "A"),
    SectionSpec("b", "B"),
    SectionSpec("c", "C"),
    SectionSpec("d", "D"),
    SectionSpec("fill", "Fill"),
    SectionSpec("break", "Break"),
    SectionSpec("ending", "Ending"),
)
INTRO, FILL, BREAK, ENDING = 1, 6, 7, 8  # as the control `section` numbers them
CONTROLS = (
    *OF_THE_PLAN,
    ControlSpec(
        "density", "Density", -1.0, 1.0, 0.0, "", "above 0 fuller bars, below 0 sparser ones"
    ),
    ControlSpec(
        "complexity", "Complexity", -1.0, 1.0, 0.0, "",
        "above 0 bars with more passing tones and colours, below 0 plainer ones",
    ),
    ControlSpec(
        "syncopation", "Syncopation", -1.0, 1.0, 0.0, "",
        "above 0 bars with more notes between the beats, below 0 straighter ones",
    ),
    ControlSpec(
        "swing", "Swing", 0.0, 1.0, 0.0, "",
        "0 plays eighths straight, 1 as the first and third of a triplet",
    ),
    ControlSpec(
        "humanise", "Humanise", 0.0, 1.0, 0.5, "",
        "how much loudness and timing wander, as players' do",
    ),
)  # fmt: skip
