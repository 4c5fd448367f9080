"""Voices under a soprano: the network, its data, and the generator that it becomes."""

from models.artifact.manifest import ACCOMPANY
from models.training.architecture import Architecture

ARCHITECTURES = (
    Architecture(
        name="chorale",
        technique=ACCOMPANY,
        make="models.networks.chorale.learner:make",
        plans=(
            "models.networks.chorale.learner:ChoralePlan",
            "models.networks.chorale.layout:ChoraleConfig",
        ),
        description="Adds alto, tenor and bass to a melody, as in a four-part chorale.",
        style="chorale",
        preferred=True,
    ),
)
