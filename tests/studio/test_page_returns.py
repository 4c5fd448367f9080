"""A page that was closed for being slow, or stood still for a while, comes back by itself."""

import os
import signal
import sys
from contextlib import contextmanager
from threading import Event

import pytest
from studio_browser import Command, chromium, open_page, seen, until

pytestmark = pytest.mark.ports

SLOW = 4408
# Above 20 s the server has given the page up meanwhile.
STOPPED_SECONDS = float(os.environ.get("STUDIO_STOP", "2"))


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def command(browser, tmp_path_factory):
    started = Command(tmp_path_factory.mktemp("studio"), "--bars", "2")
    yield started
    started.close()


def status(page):
    return page.locator(".status").inner_text()


def notes(page):
    return page.locator("[role=grid] [data-note]").count()


def lit(page, letter):
    return page.locator(f".keys .lit:has(b:text-is('{letter}'))").count() > 0


@contextmanager
def standing_still(browser):
    """Stop whatever runs pages."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    numbers = [one["id"] for one in told if one["type"] == "renderer"]
    for number in numbers:
        os.kill(number, signal.SIGSTOP)
    yield
    for number in numbers:
        os.kill(number, signal.SIGCONT)


def test_a_page_that_was_too_slow_connects_again_and_has_all_it_had(browser, command):
    lines = []

    def carry(line):
        line.connect_to_server()
        lines.append(line)

    page = open_page(browser, command.address, socket=carry)
    until(lambda: notes(page), "no tune lies in the roll")
    before = notes(page)
    seen(page, anew=True)
    lines[-1].close(code=SLOW, reason="the page is too slow: it connects again")
    until(
        lambda: any("Looking" in said for said in seen(page)["status"]),
        lambda: seen(page),
    )
    until(lambda: status(page).startswith("Ready"), lambda: status(page))
    assert len(lines) == 2
    assert notes(page) == before
    page.context.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGSTOP")
def test_a_page_that_stood_still_with_a_key_down_plays_on_and_nothing_hangs(browser, command):
    page = open_page(browser, command.address)
    page.keyboard.down("J")
    page.wait_for_timeout(200)
    with standing_still(browser):
        Event().wait(STOPPED_SECONDS)
    page.keyboard.up("J")
    until(lambda: "Looking" not in status(page), lambda: status(page))
    other = open_page(browser, command.address)  # the last one that came is told what sounds
    until(lambda: not lit(other, "J"), "the key hangs")
    page.keyboard.down("G")
    until(lambda: lit(other, "G"), "the page's keys are heard no more")
    page.keyboard.up("G")
    until(lambda: not lit(other, "G"), "the key hangs")
    page.keyboard.press("Space")
    for one in (page, other):
        one.context.close()
