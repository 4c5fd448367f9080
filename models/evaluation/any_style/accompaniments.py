"""All figures of any accompaniment: the model's takes, the real ones, naive ones."""

from collections.abc import Mapping, Sequence

from models.evaluation.any_style.baselines import other_piece, random_triads
from models.evaluation.any_style.measures import general_figures, window_features
from models.evaluation.any_style.texture import Texture, TrainingBars, texture_figures
from models.evaluation.means import mean_of, mean_rows
from models.evaluation.two_sample_test import STRADDLING, two_sample_accuracy
from models.music.clip import Composition

Values = dict[str, float]
Pieces = Sequence[Composition]


def naive_pieces(real: Pieces) -> dict[str, Pieces]:
    """Accompany the real pieces' melodies in naive ways."""
    return {
        "other-piece": other_piece(real),
        "other-in-key": other_piece(real, same_key=True),
        "random-triad": random_triads(real),
    }


def all_general_figures(
    real: Pieces, takes: Sequence[Pieces], baselines: Mapping[str, Pieces]
) -> dict[str, Values]:
    """Measure the model ("model", the mean of its takes), "real" music and the naive baselines."""
    textures = [Texture(p) for p in real]
    out = {
        "model": mean_rows([_set_figures(textures, _textures(take)) for take in takes]),
        "real": {**_classified(textures[0::2], textures[1::2]), **general_figures(textures)},
    }
    for name, pieces in baselines.items():
        out[name] = _set_figures(textures, _textures(pieces))
    return out


def texture_sets(
    real: Pieces, takes: Sequence[Pieces], baselines: Mapping[str, Pieces], training: Pieces
) -> dict[str, Values]:
    """Give DeepComposer's measures of every set, and its nearness to the training's bars."""
    bars = TrainingBars(_textures(training)) if training else None

    def measured(pieces: Pieces) -> Values:
        textures = _textures(pieces)
        near = {"training_similarity": bars.nearest(textures)} if bars else {}
        return {**texture_figures(textures), **near}

    model = mean_rows([measured(take) for take in takes])
    return {
        "model": model,
        "real": measured(real),
        **{n: measured(p) for n, p in baselines.items()},
    }


def takes_differ(takes: Sequence[Pieces]) -> Values:
    """Compare each two takes: the cells that are the same, and the pieces that are."""
    likenesses, same = [], []
    for number, one in enumerate(takes):
        for other in takes[number + 1 :]:
            for a, b in zip(_textures(one), _textures(other), strict=True):
                either = (a.below | b.below).sum()
                likenesses.append(float((a.below & b.below).sum() / either) if either else 1.0)
                same.append(float(a.piece.accompaniment == b.piece.accompaniment))
    return {"two_seeds_agree": mean_of(likenesses), "two_seeds_identical": mean_of(same)}


def _textures(pieces: Pieces) -> list[Texture]:
    return [Texture(p) for p in pieces]


def _set_figures(real: Sequence[Texture], other: Sequence[Texture]) -> Values:
    return {**_classified(real, other), **general_figures(other)}


def _classified(real: Sequence[Texture], other: Sequence[Texture]) -> Values:
    aligned, straddling = (
        two_sample_accuracy(
            [window_features(p, offset) for p in real], [window_features(p, offset) for p in other]
        )
        for offset in (0, STRADDLING)
    )
    return {
        "c2st": max(aligned, straddling),
        "c2st_aligned": aligned,
        "c2st_straddling": straddling,
    }
