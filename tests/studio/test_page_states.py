"""The studio's page on days that go wrong, in all sizes and both lights, and for everybody."""

import os
import signal
from pathlib import Path

import pytest
from studio_browser import Command, chromium, need_axe, open_page, seen, until

pytestmark = pytest.mark.ports

SIZES = ((1280, 800), (1024, 768), (768, 1024), (390, 844))
ROOMS = ("play", "library", "train", "learn")
# A folder to look at what the page looks like: it gets a picture of each size, light and room.
PICTURES = os.environ.get("CONTINUO_SCREENSHOTS")
AXE_RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  const html = (one) => one.nodes.map((node) => node.html).join(" ");
  return found.violations.map((one) => `${one.id}: ${html(one)}`);
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def command(browser, tmp_path_factory):
    started = Command(tmp_path_factory.mktemp("studio"), "--bars", "2")
    yield started
    started.close()


@pytest.fixture
def page(browser, command):
    opened = open_page(browser, command.address)
    yield opened
    opened.context.close()


def status(page):
    return page.locator(".status").inner_text()


def lit(page, letter):
    """Whether the key that this letter plays is shown as sounding."""
    return page.locator(f".keys .lit:has(b:text-is('{letter}'))").count() > 0


def test_who_has_no_key_is_told_how_to_come_in(browser, command):
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"http://127.0.0.1:{command.port}/", timeout=90_000)
    assert answer.status == 403
    assert "continuo studio" in page.locator("body").inner_text()
    context.close()


def test_a_dead_server_is_said_and_comes_back_and_the_tune_is_still_there(page, command):
    grid = page.get_by_role("grid", name="Notes")
    grid.locator("[data-note]").first.wait_for(state="attached")
    notes = grid.locator("[data-note]").count()
    seen(page, anew=True)
    os.kill(command.server, signal.SIGKILL)
    until(
        lambda: any("Looking for Continuo" in said for said in seen(page)["status"]),
        lambda: seen(page),
    )
    until(lambda: seen(page)["alerts"], lambda: seen(page))
    until(lambda: "Looking" not in status(page), lambda: status(page))
    assert grid.locator("[data-note]").count() == notes


def test_a_tab_that_closes_with_a_key_down_leaves_no_note_behind(browser, command):
    closing = open_page(browser, command.address)
    watching = open_page(browser, command.address)  # the last one that came is told what sounds
    closing.keyboard.down("J")
    until(lambda: lit(watching, "J"), "the other page's key is not shown")
    closing.context.close()
    until(lambda: not lit(watching, "J"), "the key still sounds")
    watching.keyboard.press("Space")
    watching.context.close()


def test_a_file_that_is_no_music_is_refused_in_a_sentence(page, tmp_path):
    page.locator(".takes").wait_for()
    file = tmp_path / "letter.mid"
    file.write_text("Dear Johann, this is no MIDI file.", encoding="utf-8")
    page.get_by_label("MIDI file").set_input_files(file)
    said = page.locator(".notice.warning p").first
    said.wait_for()
    assert len(said.inner_text()) > 10


def test_letters_in_a_text_field_play_nothing(page):
    page.get_by_role("link", name="Library").click()
    page.get_by_label("Search the library").fill("")
    page.get_by_label("Search the library").press_sequentially("asdf n")
    assert page.locator(".keys .down").count() == 0
    assert page.get_by_label("Search the library").input_value() == "asdf n"
    page.get_by_text("Nothing is found").wait_for()


def test_nothing_is_lost_on_those_who_do_not_see_or_point(page):
    axe = need_axe()
    page.locator(".takes").wait_for()
    page.evaluate(axe)
    for room in ROOMS:
        page.evaluate(f"location.hash = '{room}'")
        page.locator("h2:visible" if room != "play" else ".takes").first.wait_for()
        assert page.evaluate(AXE_RUN) == [], room
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert page.evaluate(AXE_RUN) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(browser, command, scheme):
    page = open_page(browser, command.address, scheme=scheme)
    page.locator(".takes").wait_for()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for room in ROOMS:
            page.evaluate(f"location.hash = '{room}'")
            page.locator("h2").first.wait_for(state="attached")
            assert page.evaluate(OVERFLOW) <= 0, f"{room} at {width} pixels"
            if PICTURES:
                page.wait_for_timeout(300)
                page.screenshot(path=Path(PICTURES) / f"{width}-{scheme}-{room}.png")
    assert page.logs == []
    page.context.close()
