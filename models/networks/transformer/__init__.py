"""The network that goes on from where a melody stopped."""

from models.artifact.manifest import EXTEND
from models.training.architecture import Architecture

ARCHITECTURES = (
    Architecture(
        name="transformer",
        technique=EXTEND,
        make="models.networks.transformer.learner:make",
        plans=(
            "models.networks.transformer.learner:TransformerPlan",
            "models.networks.transformer.net:TransformerConfig",
        ),
        description="Goes on from where a melody stopped, in its meter, its key and its manner.",
        preferred=True,
    ),
)
