"""Trainings on the page: what is new is pushed, and they rest while somebody plays."""

import json
import signal
import threading

import pytest
from studio_rig import Page, studio, until

from bridge.studio.training_process import RESTING, is_fresh, rest_while
from models.user_folders import data_folder


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = data_folder("training")
    folder.mkdir(parents=True)
    return folder


def write(run, step):
    run.mkdir(exist_ok=True)
    with (run / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"step": step, "seconds": step, "valid": {"loss": 2 / step}}) + "\n")


@pytest.mark.ports
def test_a_training_of_a_terminal_is_pushed_line_by_line_and_rests_while_the_song_runs(
    runs, tmp_path
):
    write(runs / "mine", 1)
    with studio(tmp_path / "takes") as here:
        page = Page(here)
        page.picture()
        (run,) = page.wait("training")
        assert (run["name"], run["state"], run["lines"]) == ("mine", "elsewhere", 1)
        write(runs / "mine", 2)
        name, first, lines = page.wait("metrics")
        assert (name, first, [line["step"] for line in lines]) == ("mine", 1, [2])
        page.ask("transport/start")
        until(lambda: is_fresh(runs / RESTING), "it does not rest")
        assert here.json("/api/training/rest", "POST", {"on": False})[1] == {"rests": False}
        assert not (runs / RESTING).exists()
        here.json("/api/training/rest", "POST", {"on": True})
        assert (runs / RESTING).exists()
        page.ask("transport/stop")
        until(lambda: not (runs / RESTING).exists(), "it goes on resting")
        page.close()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timers of this kind")
def test_it_stands_still_until_nobody_plays_any_more(tmp_path):
    playing = tmp_path / RESTING
    playing.touch()
    before = signal.getsignal(signal.SIGALRM)
    timer = threading.Timer(0.2, playing.unlink)
    try:
        rest_while(playing)
        timer.start()
        signal.raise_signal(signal.SIGALRM)
        assert not playing.exists()
    finally:
        timer.join()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
