"""A training of some seconds, started and ended on the page: its charts, and its model plays."""

import json
import os
import re
import signal
from contextlib import suppress

import pytest
from patience import PATIENCE_SECONDS
from studio_browser import Command, chromium, open_page, until
from training_folders import tracks

from bridge.studio.training_process import LOWEST
from models.formats.midi_write import write_composition
from models.music.clip import Composition

pytestmark = [pytest.mark.ports, pytest.mark.slow]

# The smallest network that is one.
SMALLEST = {"batch size": "2", "melody width": "8", "width": "16", "head width": "16"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "music").mkdir()
    for i in range(3):
        soprano, *others = tracks(i)
        path = tmp_path / "music" / f"{i}.mid"
        write_composition(path, Composition(soprano, tuple(others)))
    return tmp_path


@pytest.fixture
def page(folder):
    with chromium() as browser:
        command = Command(folder, "--bars", "1", "--tempo", "240")
        opened = open_page(browser, command.address)
        yield opened
        assert opened.logs == []
        opened.context.close()
        command.close()


@pytest.fixture
def run(folder):
    """The folder of the run; what trains there ends with the test."""
    there = folder / "DATA" / "continuo" / "training" / "mine"
    yield there
    if pid := number(there):
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def number(run):
    """The number of the process that trains; None: none was begun."""
    file = run / "studio.json"
    return json.loads(file.read_text()).get("pid") if file.exists() else None


def hasten(run):
    """Let it train as if nothing else ran: at the lowest priority a busy machine never would."""
    pid = until(lambda: number(run), "no training was begun")
    with suppress(PermissionError, ProcessLookupError):
        until(lambda: os.getpriority(os.PRIO_PROCESS, pid) == LOWEST, "it is not at the lowest")
        os.setpriority(os.PRIO_PROCESS, pid, 0)


def press(page, name):
    page.get_by_role("button", name=name).click()


def test_a_short_training_shows_its_charts_and_its_model_plays(page, folder, run):
    page.get_by_role("link", name="Train").click()
    press(page, "Choose a folder")
    press(page, "music")
    press(page, "Learn from this folder")
    page.get_by_text("3 pieces").wait_for()
    page.get_by_role("radio", name=re.compile("^chorale")).check()
    page.get_by_text("Options", exact=True).click()
    for option, value in SMALLEST.items():
        page.get_by_label(option, exact=True).fill(value)
    press(page, "Start the training")
    hasten(run)
    page.locator(".chart .value b").first.wait_for(timeout=8000 * PATIENCE_SECONDS)
    page.locator(".chart canvas").first.wait_for()
    press(page, "Stop and keep the best")
    press(page, "Play with it")
    model = page.locator(".picker.model select")
    until(lambda: model.input_value() == "mine", "its model is not chosen")
    page.keyboard.press("n")
    take = page.locator(".takes .take:not(.coming)")
    take.first.wait_for()
    assert "mine" in take.first.inner_text().lower()
    until(lambda: list((folder / "takes").glob("*-mine.mid")), "its take is not on disk")
