"""Musical figures of what a learner plays, beside those of the pieces that it learns from."""

from collections.abc import Sequence

from models.clip import Composition
from models.data.piece import Piece

_MOST_PIECES = 200  # of the training set, spread over it, are measured


def sample_figures(compositions: Sequence[Composition]) -> dict[str, float]:
    """Measure accompaniments by name; NaN where a figure has no value."""
    from models.evaluation.texture import Texture, texture_figures

    return texture_figures([Texture(c) for c in compositions])


class Yardstick:
    """The training set's own figures, and how near samples are to its bars."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        from models.evaluation.texture import Texture, TrainingBars

        chosen = [p.composition for p in _spread(pieces)]
        self.figures = sample_figures(chosen)
        self._bars = TrainingBars([Texture(c) for c in chosen])

    def measure(self, compositions: Sequence[Composition]) -> dict[str, float]:
        """Measure samples: texture, and the similarity to the training set."""
        from models.evaluation.texture import Texture

        near = self._bars.nearest([Texture(c) for c in compositions])
        return {**sample_figures(compositions), "training_similarity": near}


def _spread(pieces: Sequence[Piece]) -> list[Piece]:
    if len(pieces) <= _MOST_PIECES:
        return list(pieces)
    return [pieces[i * len(pieces) // _MOST_PIECES] for i in range(_MOST_PIECES)]
