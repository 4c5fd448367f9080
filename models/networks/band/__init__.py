"""A band from a melody or from chords: a plan of chords, and bars that real bands played on it."""

from models.artifact.manifest import ACCOMPANY
from models.training.architecture import Architecture

ARCHITECTURES = (
    Architecture(
        name="band",
        technique=ACCOMPANY,
        make="models.networks.band.learner:make",
        plans=(
            "models.networks.band.learner:BandPlan",
            "models.networks.harmoniser.net:HarmonyConfig",
        ),
        description="Plans chords and plays them as a band: bars that were learnt, moved to them.",
        style="band",
    ),
)
