"""An evaluation ends with a verdict that a person can read."""

import pytest

from models.evaluation.report import EvaluationReport
from models.evaluation.reported import FIGURES

NAMES = list(FIGURES)[:4]


def report(*values):
    figures = {name: {"model": v, "real": 0.5} for name, v in zip(NAMES, values, strict=True)}
    return EvaluationReport("m", "d", 40, figures, intervals={name: (0.0, 1.0) for name in NAMES})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0.1, 0.2, 0.3, 1.0), "Near to real music: 4 of 4 figures lie where real music's do."),
        ((0.1, 0.2, 9.0, 3.0), "Halfway to real music: 2 of 4 figures"),
        ((5.0, 2.0, 9.0, 3.0), "Far from real music: 0 of 4 figures"),
    ],
)
def test_the_verdict_says_how_near_to_real_music_it_is(values, said):
    assert report(*values).verdict().startswith(said)
    assert next(report(*values).remarks()).startswith(said)


def test_the_figures_that_are_farthest_off_are_named():
    farthest = FIGURES[NAMES[2]].title
    assert f"farthest off: {farthest}" in report(0.1, 0.2, 9.0, 3.0).verdict()


def test_without_real_music_there_is_no_verdict():
    assert EvaluationReport("m", "d", 1, {NAMES[0]: {"model": 1.0}}).verdict() == ""
