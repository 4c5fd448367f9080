"""The studio's page in a browser: played on letters, answered, drawn, heard, compared, kept."""

import re

import mido
import pytest
from studio_browser import Command, chromium, loudest_hz, loudness, open_page, seen, until

pytestmark = pytest.mark.ports

EIGHT = ("A", "S", "D", "F", "G", "H", "J", "K")
PITCHES = [60, 62, 64, 65, 67, 69, 71, 72]
GAP_MS = 230
VOICES = ("Alto", "Tenor", "Bass")
AUDIBLE = 0.003
GIVEN = ("--bars", "2", "--tempo", "120")
ROWS = """() => Object.fromEntries(
  [...document.querySelectorAll("[role=grid] [role=row]")].map((row) => [
    row.getAttribute("aria-label"),
    [...row.querySelectorAll("[data-note]")].map((note) => note.textContent),
  ]),
)"""
ORGAN = "Church organ"  # it sounds for as long as its key is held


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def command(browser, folder):
    started = Command(folder, *GIVEN)
    yield started
    started.close()


@pytest.fixture
def page(browser, command):
    opened = open_page(browser, command.address)
    yield opened
    assert opened.logs == []
    assert opened.foreign == []
    opened.context.close()


def play_eight(page):
    for letter in EIGHT:
        page.keyboard.down(letter)
        page.wait_for_timeout(GAP_MS - 60)
        page.keyboard.up(letter)
        page.wait_for_timeout(60)


def rows(page):
    """The notes of each voice, as a screen reader hears them."""
    return page.evaluate(ROWS)


def takes(page):
    return page.locator(".takes .take:not(.coming)")


def status(page):
    return page.locator(".status").inner_text()


def sounds(page):
    return page.get_by_role("button", name=re.compile("^Sound: This page"))


def wake(page):
    """A first key lets the page sound; wait until its instruments are there."""

    def heard() -> bool:
        page.keyboard.press("ArrowLeft")  # again where the page was not yet listening
        return sounds(page).count() > 0

    until(heard, "the page does not sound")


def struck_anew(page):
    """Strike A4 again, and say how loud it is: a new instrument is there for new notes alone."""
    page.keyboard.up("H")
    page.keyboard.down("H")
    page.wait_for_timeout(300)
    return loudness(page)


def test_a_letter_sounds_at_its_pitch(page):
    wake(page)
    page.get_by_label("Instrument of You").select_option(label=ORGAN)
    until(lambda: struck_anew(page) > AUDIBLE, "the key is not heard")
    until(
        lambda: struck_anew(page) > AUDIBLE and abs(loudest_hz(page) - 440) < 3,
        lambda: f"heard {loudest_hz(page):.1f} Hz",
    )
    page.keyboard.up("H")
    until(lambda: loudness(page) < AUDIBLE / 3, "the key goes on sounding")
    page.keyboard.press("Space")


def test_eight_notes_on_letters_are_answered_drawn_compared_and_kept(page, folder):
    wake(page)
    until(lambda: status(page).startswith("Ready"), lambda: status(page))
    page.keyboard.press("r")
    until(lambda: status(page).startswith("Recording"), lambda: status(page))
    seen(page, anew=True)
    play_eight(page)
    until(lambda: takes(page).count() >= 1, lambda: f"no take: {status(page)}")
    until(lambda: any("Playing" in said for said in seen(page)["status"]), lambda: seen(page))
    until(lambda: seen(page)["voices"] >= 3, lambda: f"no voices light keys: {seen(page)}")
    assert any("Listening" in said for said in seen(page)["status"])
    assert seen(page)["loudest"] > AUDIBLE
    if not status(page).startswith("Ready"):
        page.keyboard.press("Space")
    until(lambda: status(page).startswith("Ready"), lambda: status(page))
    drawn = rows(page)
    assert all(drawn.get(voice) for voice in ("You", *VOICES)), drawn
    compare_and_keep(page)
    until(lambda: list(folder.glob("takes/*.mid")), "no take lies on disk")


def compare_and_keep(page):
    before = takes(page).count()
    page.keyboard.press("n")
    until(lambda: takes(page).count() == before + 1, "no other take came")
    seen(page, anew=True)
    page.keyboard.press("1")
    until(lambda: any("Playing" in said for said in seen(page)["status"]), lambda: seen(page))
    first = takes(page).nth(0).get_by_role("button", name=re.compile("^Hear take"))
    second = takes(page).nth(1).get_by_role("button", name=re.compile("^Hear take"))
    assert first.get_attribute("aria-pressed") == "true"
    page.keyboard.press("2")
    until(lambda: second.get_attribute("aria-pressed") == "true", "take B is not chosen")
    assert first.get_attribute("aria-pressed") == "false"
    page.keyboard.press("b")
    kept = takes(page).nth(1).get_by_role("button", name=re.compile("^Keep take"))
    until(lambda: kept.get_attribute("aria-pressed") == "true", "take B is not kept")
    until(lambda: seen(page)["loudest"] > AUDIBLE, "no take was heard")


def test_an_edit_is_undone(page):
    until(lambda: rows(page).get("You"), "no melody")
    before = rows(page)["You"]
    page.locator("[data-note][tabindex='0']").focus()
    page.keyboard.press("Alt+ArrowUp")
    moved = until(lambda: rows(page)["You"] != before and rows(page)["You"], "nothing moved")
    assert len(moved) == len(before)
    page.keyboard.press("Delete")
    until(lambda: len(rows(page)["You"]) == len(before) - 1, "nothing was deleted")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    until(lambda: rows(page)["You"] == before, lambda: f"{rows(page)['You']} is not {before}")


def test_a_take_is_downloaded_and_parsed(page):
    until(lambda: takes(page).count(), "no take")
    takes(page).nth(0).get_by_role("button", name=re.compile("more$")).click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download MIDI").click()
    file = mido.MidiFile(coming.value.path())
    struck = [m for track in file.tracks for m in track if m.type == "note_on" and m.velocity]
    assert len({m.channel for m in struck}) == 4
    assert {m.note for m in struck if m.channel == 0} <= set(PITCHES)


def test_the_library_has_it_after_the_bridge_was_started_anew(browser, command, folder):
    command.close()
    again = Command(folder, *GIVEN)
    page = open_page(browser, again.address)
    try:
        page.get_by_role("link", name="Library").click()
        title = page.locator(".shelf .title").first
        title.wait_for()
        title.click()
        page.get_by_role("button", name="Open in Play").click()
        until(lambda: all(rows(page).get(v) for v in ("You", *VOICES)), "not reopened")
        wake(page)
        page.keyboard.press("Space")
        until(lambda: seen(page)["loudest"] > AUDIBLE, "the reopened take is not heard")
    finally:
        page.context.close()
        again.close()
