"""Trainings that the page starts outlive it: paused, resumed, stopped, found again."""

import os
import signal
import sys

import pytest
from paths import ROOT
from studio_rig import until

from bridge.studio.page_json import PageError
from bridge.studio.training_api import wanted_from_page
from bridge.studio.training_runs import TrainingRuns, Wanted

PROGRAM = (sys.executable, str(ROOT / "tests" / "rigs" / "fake_training.py"))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")


@pytest.fixture
def runs(tmp_path):
    (tmp_path / "music").mkdir()
    made = TrainingRuns(tmp_path / "training", PROGRAM)
    yield made
    for child in made._children.values():
        child.kill()
        child.wait()


def wanted(tmp_path, name="mine", **more):
    return Wanted(name, str(tmp_path / "music"), "chorale", minutes=60, **more)


def state(runs, name="mine"):
    return runs.look(name)["state"]


def test_it_runs_at_once_in_a_group_of_its_own_and_tells_how_far_it_is(runs, tmp_path):
    assert runs.start(wanted(tmp_path))["state"] == "preparing"
    until(lambda: runs.look("mine")["lines"] >= 3, "it learns")
    run = runs.look("mine")
    assert run["state"] == "running"
    assert run["percent"] == pytest.approx(100 * run["seconds"] / 3600, abs=0.1)
    assert run["said"].startswith("step ")
    child = runs._children["mine"]
    assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
    assert [line["step"] for line in runs.metrics("mine", 1)][:2] == [2, 3]


def test_paused_it_goes_on_where_it_was(runs, tmp_path):
    runs.start(wanted(tmp_path))
    until(lambda: runs.look("mine")["lines"], "it learns")
    assert runs.end("mine", is_pause=True)["state"] in ("pausing", "paused")
    until(lambda: state(runs) == "paused", "it is paused")
    lines = runs.look("mine")["lines"]
    runs.resume("mine")
    until(lambda: runs.look("mine")["lines"] > lines, "it goes on")
    assert "--resume" in (tmp_path / "training/mine/studio.json").read_text() or state(runs)
    runs.end("mine", is_pause=False)
    until(lambda: state(runs) == "finished", "it is stopped")


def test_another_server_finds_it_again(runs, tmp_path):
    runs.start(wanted(tmp_path))
    until(lambda: runs.look("mine")["lines"], "it learns")
    later = TrainingRuns(tmp_path / "training", PROGRAM)
    assert later.look("mine")["state"] == "running"
    later.end("mine", is_pause=True)
    runs._children["mine"].wait()
    assert later.look("mine")["state"] == "paused"


def test_one_that_is_killed_has_failed_and_can_be_resumed(runs, tmp_path):
    runs.start(wanted(tmp_path))
    until(lambda: runs.look("mine")["lines"], "it learns")
    runs._children["mine"].send_signal(signal.SIGKILL)
    until(lambda: state(runs) == "failed", "it is known")
    runs.resume("mine")
    until(lambda: state(runs) == "running", "it goes on")


def test_one_that_cannot_begin_says_why(runs, tmp_path):
    runs.start(wanted(tmp_path, name="broken"))
    until(lambda: state(runs, "broken") == "failed", "it is known")
    assert runs.look("broken")["error"] == "no music in the folder"


@pytest.mark.parametrize(
    ("name", "word"), [("../x", "letters"), ("bach", "came with"), ("", "letters")]
)
def test_a_name_that_cannot_be_is_refused(runs, tmp_path, name, word):
    with pytest.raises(PageError, match=word):
        runs.start(wanted(tmp_path, name=name))


def test_what_is_not_there_is_refused(runs, tmp_path):
    with pytest.raises(PageError, match="no folder"):
        runs.start(Wanted("mine", str(tmp_path / "nothing"), "chorale", minutes=1))
    for ask in (runs.resume, runs.samples, runs.look):
        with pytest.raises(PageError, match="nothing called"):
            ask("nobody")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"data": "x"},
        {"data": 3, "minutes": 1},
        {"data": "x", "minutes": 0},
        {"data": "x", "minutes": float("nan")},
        {"data": "x", "epochs": 1, "options": [1]},
        {"data": "x", "epochs": 1, "options": {"a": "b"}},
        {"data": "x", "epochs": 1, "title": "\x00"},
    ],
)
def test_a_wish_that_is_none_is_refused_in_a_sentence(given):
    with pytest.raises(PageError, match=r"\w+ \w+"):
        wanted_from_page(given)
