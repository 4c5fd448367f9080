"""The network that edits melodies, after DeepComposer's AR-CNN."""

from models.artifact.manifest import EDIT
from models.training.architecture import Architecture

ARCHITECTURES = (
    Architecture(
        name="ar-cnn",
        technique=EDIT,
        make="models.networks.arcnn.learner:make",
        plans=(
            "models.networks.arcnn.learner:ArCnnPlan",
            "models.networks.arcnn.net:ArCnnConfig",
        ),
        description="Mends a melody: finds what is missing or out of place, edits it note by note.",
        preferred=True,
    ),
)
