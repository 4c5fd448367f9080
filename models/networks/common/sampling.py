"""What the networks play of validation pieces while they learn."""

from collections.abc import Iterable

from models.artifact.torchscript import LoadedGenerator
from models.music.clip import Composition
from models.techniques.dispatch import technique_of
from models.training.export import manifest_of
from models.training.learner import Learner


def performed(learner: Learner, pieces: Iterable[Composition]) -> list[Composition]:
    """Do with each piece what the learner is taught to, with its weights of now and seed 0."""
    generator = LoadedGenerator(manifest_of(learner), learner.instrument().eval())
    perform = technique_of(generator)
    return [perform(generator, piece, 0) for piece in pieces]
