"""What is played to the page's click is recorded on the grid, whatever the way to the ear takes."""

import re
from statistics import median

import pytest
from studio_browser import Command, chromium, open_page, until
from studio_probe import PRESSED, PROBE, ROBOT

pytestmark = pytest.mark.ports

BPM, CLICKS = 120.0, 24
NEAR_MS = 10.0
ROUNDS = 4  # a browser that has no processor hears nothing in time


@pytest.fixture
def page(tmp_path):
    with chromium() as browser:
        # So long a phrase that no answer sounds into the click.
        command = Command(tmp_path, "--bars", "64", "--tempo", str(BPM))
        yield open_page(browser, command.address, scripts=(PROBE,))
        command.close()


def off_the_grid_ms(page):
    """How late each key was recorded, but for what the robot itself was late."""
    own_ms, beats = page.evaluate(PRESSED)
    off = [(beat - round(beat)) * 60_000 / BPM for beat in beats]
    return [late - own for late, own in zip(off, own_ms, strict=False)]


def test_a_robot_that_hears_the_click_and_presses_at_once_is_recorded_on_the_grid(page):
    page.get_by_role("button", name="Mute You").click()
    page.get_by_role("button", name=re.compile("^Sound: This page")).wait_for()
    page.keyboard.press("m")
    page.evaluate(ROBOT)
    page.keyboard.press("r")
    for rounds in range(1, ROUNDS + 1):
        until(lambda n=rounds: len(page.evaluate(PRESSED)[1]) >= n * CLICKS, "nothing is heard")
        off = off_the_grid_ms(page)[-CLICKS:]
        if abs(median(off)) <= NEAR_MS:
            break
    assert abs(median(off)) <= NEAR_MS, off
