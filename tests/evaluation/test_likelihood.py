import json
import math

import numpy as np
import pytest
import torch
import toy_generators

from models.artifact.generator import GeneratorError
from models.artifact.torchscript import load, save
from models.evaluation.four_part.likelihood import (
    FramesError,
    cost,
    hold_or_uniform,
    likelihood_figures,
    read_frames,
    trimmed,
)
from models.evaluation.four_part.ngram import NGram


def chorale(length=16):
    return np.tile([72, 67, 64, 48], (length, 1))


def uniform(size):
    return lambda frames: np.full((len(frames), 3), -math.log(size))


@pytest.mark.parametrize("size", [46, 64])
def test_a_uniform_model_costs_the_logarithm_of_its_choices(size):
    found = likelihood_figures(uniform(size), [chorale(), chorale(40)])
    for name in ("nll", "nll_alto", "nll_tenor", "nll_bass", "nll_pieces"):
        assert found[name] == pytest.approx(math.log(size))


def test_a_rest_costs_nothing_and_is_counted():
    piece = chorale(4)
    piece[0, 1:] = -1
    assert cost(uniform(46)(piece), piece).sum() == pytest.approx(9 * math.log(46))
    assert likelihood_figures(uniform(46), [piece])["nll"] == pytest.approx(0.75 * math.log(46))


def test_every_cell_weighs_the_same_and_every_piece_in_the_mean_of_pieces():
    def score(frames):
        return np.full((len(frames), 3), -1.0 if len(frames) == 8 else -3.0)

    found = likelihood_figures(score, [chorale(8), chorale(24)], seen=[True, False])
    assert found["nll"] == pytest.approx(2.5)
    assert found["nll_pieces"] == pytest.approx(2)
    assert (found["nll_seen"], found["nll_unseen"]) == (1, 3)


def test_scores_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="shaped"):
        cost(np.zeros((3, 3)), chorale(4))


def test_holding_is_cheap_where_the_training_holds():
    score = hold_or_uniform([chorale(100)])
    scores = score(chorale(4))
    assert scores[0] == pytest.approx(-math.log(46))
    assert (scores[1:] > -0.02).all()
    moved = chorale(4)
    moved[2:, 1] += 1
    assert score(moved)[2, 0] < -4


def test_an_n_gram_learns_what_follows_and_stays_a_probability():
    piece = np.repeat([[72, 67, 64, 48], [74, 67, 65, 47], [72, 67, 64, 48]], 4, axis=0)
    score = NGram([piece] * 20)
    scores = score(piece + 2)
    assert scores[0] == pytest.approx(-math.log(46))
    assert likelihood_figures(score, [piece + 2])["nll"] < 0.6
    for t in (1, 4, 8):
        chances = []
        for pitch in range(36, 82):
            other = piece.copy()
            other[t, 1] = pitch
            chances.append(math.exp(score(other)[t, 0]))
        assert sum(chances) == pytest.approx(1)


def test_an_n_gram_that_learnt_nothing_finds_every_pitch_as_likely():
    assert NGram([])(chorale(4)) == pytest.approx(-math.log(46))


def test_silence_around_a_piece_is_cut_in_whole_beats():
    silence = np.full((7, 4), -1)
    found = trimmed(np.concatenate([silence, chorale(8), silence]))
    assert len(found) == 3 + 8
    assert len(trimmed(silence)) == 0


def test_frames_are_read_from_json_with_rests_as_minus_one_or_nothing(tmp_path):
    path = tmp_path / "frames.json"
    path.write_text("[[[72, 67, 64, 48], [72, -1, NaN, 48]]]")
    assert [p.tolist() for p in read_frames(path)] == [[[72, 67, 64, 48], [72, -1, -1, 48]]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "list of pieces"),
        ("[[[1, 2, 3]]]", "piece 1 must be"),
        ("[[[72, 67, 64, 48]], [[1, 2, 3, 200]]]", "piece 2 has a pitch"),
        ('[["a"]]', "piece 1 must be"),
    ],
)
def test_a_file_that_holds_no_frames_is_refused_in_a_sentence(tmp_path, text, said):
    path = tmp_path / "frames.json"
    path.write_text(text)
    with pytest.raises(FramesError, match=said):
        read_frames(path)
    with pytest.raises(FramesError, match="cannot read"):
        read_frames(tmp_path / "absent.json")


class Scoring(toy_generators.Toy):
    """A toy that finds every pitch as likely."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    @torch.jit.export
    def log_likelihood(self, frames: torch.Tensor) -> torch.Tensor:
        out = torch.zeros(frames.size(0), 3)
        return out - torch.log(torch.tensor(float(self.size)))


def test_an_artifact_that_can_say_how_likely_notes_are_is_asked(tmp_path):
    save(Scoring(64), toy_generators.MANIFEST, tmp_path / "scoring.ts")
    generator = load(tmp_path / "scoring.ts")
    assert generator.has_likelihood
    found = likelihood_figures(generator.log_likelihood, [chorale()])
    assert found["nll"] == pytest.approx(math.log(64))
    with pytest.raises(GeneratorError, match="must score"):
        generator.log_likelihood(np.zeros((4, 3), np.int64))


def test_an_artifact_that_cannot_says_so(tmp_path):
    save(toy_generators.Toy(), toy_generators.MANIFEST, tmp_path / "toy.ts")
    generator = load(tmp_path / "toy.ts")
    assert not generator.has_likelihood
    with pytest.raises(GeneratorError, match="failed while scoring"):
        generator.log_likelihood(chorale())


def test_figures_are_numbers_that_json_can_hold():
    json.dumps(likelihood_figures(uniform(46), [chorale()]), allow_nan=False)
