"""The table of architectures and their options by name."""

import subprocess
import sys
from dataclasses import dataclass, field

import pytest
from toy_learner import CORPUS

from models.training.architectures import (
    ARCHITECTURES,
    find_architecture,
    make_learner,
    preferred_architecture,
)
from models.training.compute import Compute
from models.training.errors import TrainingError
from models.training.options import check_options, declared, parse_options, read_options


@dataclass(frozen=True)
class Plan:
    rate: float = 0.5
    size: int = 3
    shift: float = -1.0
    other: str = "x"
    many: list[int] = field(default_factory=list)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_can_be_made_and_has_a_rate_and_a_batch_size(name):
    architecture = find_architecture(name)
    assert callable(architecture.maker())
    assert {"learning_rate", "batch_size"} <= set(architecture.options())
    assert architecture.description.endswith(".")


def test_an_unknown_architecture_or_technique_is_answered_with_what_there_is():
    with pytest.raises(TrainingError, match="mean unet-gan"):
        find_architecture("unet")
    with pytest.raises(TrainingError, match="chorale cannot extend: it can accompany"):
        find_architecture("chorale", "extend")


def test_a_batch_too_small_for_its_processes_is_refused_in_a_sentence():
    with pytest.raises(TrainingError, match=r"batch of 1 .* 2 processes: use --batch-size 2"):
        make_learner("chorale", CORPUS, Compute(rank=1, count=2), {"batch_size": 1.0}, 0)


def test_the_number_fields_of_a_plan_are_its_options():
    assert declared([Plan]) == {"rate": 0.5, "size": 3, "shift": -1.0}
    plan = read_options(Plan, {"size": 7.0, "shift": 2.0, "unknown": 1.0})
    assert plan == Plan(size=7, shift=2.0)
    assert isinstance(plan.size, int)


@pytest.mark.parametrize("text", ["rate", "rate=", "rate=fast", "rate=nan", "rate=1e999"])
def test_an_option_that_is_no_number_is_answered_with_those_there_are(text):
    with pytest.raises(TrainingError, match=r"name=0.5.*rate=0.5, size=3"):
        parse_options([text], {"rate": 0.5, "size": 3})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("rat", 1.0, "mean rate"),
        ("size", 2.5, "whole number"),
        ("rate", -1.0, "at least 0"),
    ],
)
def test_an_option_that_cannot_be_is_said(name, value, said):
    with pytest.raises(TrainingError, match=said):
        check_options({name: value}, declared([Plan]), "toy")


def test_options_may_be_written_with_dashes_and_may_be_below_zero_where_the_default_is():
    given = parse_options(["shift=-3", "size=4"], {})
    check_options(given, declared([Plan]), "toy")
    assert parse_options(["melody-width=8"], {}) == {"melody_width": 8.0}


def test_every_technique_that_can_be_learnt_has_one_architecture_that_is_taken_when_none_is_named():
    for technique in {a.technique for a in ARCHITECTURES.values()}:
        preferred = [a for a in ARCHITECTURES.values() if a.technique == technique and a.preferred]
        assert [a.name for a in preferred] == [preferred_architecture(technique)]
    with pytest.raises(TrainingError, match=r"learns to yodel: there is .*chorale \(accompany\)"):
        preferred_architecture("yodel")


def test_the_architectures_are_listed_without_loading_torch():
    code = "import models.training.architectures, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
