"""Chords for a song from its melody alone: the network that plans them, and what plays the plan."""

from models.artifact.manifest import ACCOMPANY
from models.training.architecture import Architecture

ARCHITECTURES = (
    Architecture(
        name="harmoniser",
        technique=ACCOMPANY,
        make="models.networks.harmoniser.learner:make",
        plans=(
            "models.networks.harmoniser.learner:HarmoniserPlan",
            "models.networks.harmoniser.net:HarmonyConfig",
        ),
        description="Plans the chords of a song and plays them in close position over a bass.",
        style="song",
    ),
)
