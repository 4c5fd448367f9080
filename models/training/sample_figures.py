"""Musical figures of what a learner plays, beside those of the pieces that it learns from."""

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from models.data.piece import Corpus, Piece
from models.music.clip import Composition

SIMILARITY = "training_similarity"
_TELLING = {  # said as the training goes on; the log has all figures
    "empty_bar_rate": "empty bars",
    "pitches_per_bar": "pitches a bar",
    "in_scale_best_key": "in key",
    "polyphonic_2": "over 2 pitches",
    "drums_in_pattern": "drums in pattern",
    SIMILARITY: "nearest training bar",
}
_MOST_PIECES = 200  # of the training set, spread over it, are measured


def sample_figures(compositions: Sequence[Composition]) -> dict[str, float]:
    """Measure accompaniments by name; NaN where a figure has no value."""
    from models.evaluation.any_style.texture import Texture, texture_figures

    return texture_figures([Texture(c) for c in compositions])


class Yardstick:
    """The training set's own figures, and how near samples are to its bars.

    How near real music is that was not learnt from, the validation pieces say.
    """

    def __init__(self, corpus: Corpus) -> None:
        from models.evaluation.any_style.texture import Texture, TrainingBars

        learnt, kept = (
            [Texture(p.composition) for p in _spread(side)] for side in (corpus.train, corpus.valid)
        )
        self._bars = TrainingBars(learnt)
        self.figures = {
            **sample_figures([t.piece for t in learnt]),
            SIMILARITY: self._bars.nearest(kept),
        }

    def measure(self, compositions: Sequence[Composition]) -> dict[str, float]:
        """Measure samples: texture, and the similarity to the training set."""
        from models.evaluation.any_style.texture import Texture

        near = self._bars.nearest([Texture(c) for c in compositions])
        return {**sample_figures(compositions), SIMILARITY: near}

    def words(self, figures: Mapping[str, float]) -> str:
        """Say the telling ones of some figures, each with the training set's own in brackets."""
        said = [
            f"{title} {figures[name]:.2f} ({self.figures[name]:.2f})"
            for name, title in _TELLING.items()
            if isfinite(figures.get(name, nan)) and isfinite(self.figures.get(name, nan))
        ]
        return "samples (real music): " + ", ".join(said)


def _spread(pieces: Sequence[Piece]) -> list[Piece]:
    if len(pieces) <= _MOST_PIECES:
        return list(pieces)
    return [pieces[i * len(pieces) // _MOST_PIECES] for i in range(_MOST_PIECES)]
