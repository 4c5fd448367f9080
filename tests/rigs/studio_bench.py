"""The studio's figures in a real browser: `python tests/rigs/studio_bench.py [ROW...] [--tries N]`.

Prints them as JSON, each row beside what it must reach. The browser is open already where the time
to the first screen is taken; all else is heard and seen in the page itself.
"""

import argparse
import json
import os
import re
import signal
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import mido
from studio_browser import Command, chromium, open_page, until
from studio_load import lateness
from studio_probe import DRAWN, FIRST_SAMPLE, PRESSED, PROBE, ROBOT, VOICES

from bridge.bench.figures import percentile

MUST = {
    "first_screen_s": "3",
    "key_to_sample_ms": "p50 4, p95 12",
    "first_key_ms": "150, none lost",
    "voices_drawn_ms": "p50 250 from the last note",
    "frames_per_s": "55 with 2,000 notes",
    "underruns": "0 in 60 s",
    "late_notes": "0 beyond the witness",
    "robot_key_ms": "10 off the grid",
    "page_back_ms": "2,000",
}
LETTERS = "ASDFGHJ"
SOUNDS = re.compile("^Sound: This page")
NOTES = 2_000
PICTURE = "() => probe.told.find((one) => one[1] === 'picture')?.[0]"
GAPS = "() => heard.context.playbackStats?.underrunEvents ?? null"
ROBOT_BPM = 120.0
PICTURED = ".status.ready, .status.on, .status.busy"
TUNE = "[role=grid] [data-note]"


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst, to a tenth."""
    return {
        "p50": round(percentile(values, 50), 1),
        "p95": round(percentile(values, 95), 1),
        "worst": round(max(values), 1),
        "of": len(values),
    }


def first_screen(browser, folder: Path, tries: int) -> dict[str, object]:
    """Seconds from the command to its address, to the tune in the roll, to the whole picture."""
    found: dict[str, list[float]] = {"address": [], "tune": [], "picture": []}
    for number in range(tries):
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.wait_for_timeout(3000)  # a new window of the browser's is not ours
        began = perf_counter()
        command = Command(folder / str(number))
        found["address"].append(perf_counter() - began)
        page.goto(command.address, wait_until="commit")
        page.locator(TUNE).first.wait_for(state="attached")
        found["tune"].append(perf_counter() - began)
        page.locator(PICTURED).wait_for()
        found["picture"].append(perf_counter() - began)
        page.context.close()
        command.close()
    return {name: [round(s, 2) for s in seconds] for name, seconds in found.items()}


def awake(page) -> None:
    """Strike a key, so that the page may sound, and let it fade with its instruments there."""
    page.keyboard.press("A")
    page.get_by_role("button", name=SOUNDS).wait_for()
    page.wait_for_timeout(3000)


def key_to_sample(browser, command, tries: int) -> dict[str, object]:
    """Milliseconds from a key's handler to its first sample, by the audio clock."""
    page = open_page(browser, command.address, scripts=(PROBE,))
    awake(page)
    heard = [struck(page, LETTERS[i % len(LETTERS)]) for i in range(tries)]
    page.context.close()
    lost = heard.count(None)
    return spread([ms for ms in heard if ms is not None]) | {"lost": lost}


def struck(page, letter: str) -> float | None:
    """Strike a key and say when it sounded; wait until it is quiet again."""
    page.keyboard.down(letter)
    page.wait_for_timeout(250)
    found = page.evaluate(FIRST_SAMPLE)
    page.keyboard.up(letter)
    page.wait_for_timeout(900)
    return found


def first_key(browser, command, tries: int) -> dict[str, object]:
    """The first key of a page, as soon as its keyboard is there."""
    heard, asleep = [], 0
    for number in range(tries):
        page = open_page(browser, command.address, scripts=(PROBE,))
        asleep += page.evaluate("() => window.heard?.context.state") != "running"
        page.keyboard.down(LETTERS[number % len(LETTERS)])
        page.wait_for_timeout(250)
        heard.append(page.evaluate(FIRST_SAMPLE))
        page.context.close()
    sounded = [ms for ms in heard if ms is not None]
    return spread(sounded) | {"lost": heard.count(None), "asleep_before": asleep}


def voices_drawn(browser, command, tries: int) -> dict[str, object]:
    """From the last of sixteen notes, just before the bar line, to its voices in the roll."""
    page = open_page(browser, command.address, scripts=(PROBE,))
    awake(page)
    page.keyboard.press("Space")
    page.evaluate(VOICES)
    from_note, from_phrase = [], []
    for _ in range(tries):
        page.locator(".status.ready").wait_for()
        page.evaluate("() => probe.forget()")
        begin = perf_counter()
        for number in range(16):
            page.wait_for_timeout(max(0, (begin + number * GAP_SECONDS - perf_counter()) * 1000))
            page.keyboard.press(LETTERS[number % len(LETTERS)], delay=120)
        drawn = until(lambda: page.evaluate(DRAWN), "no voices are drawn")
        from_note.append(drawn[0])
        from_phrase.append(drawn[1])
        page.keyboard.press("Space")
    page.context.close()
    return {"from_last_note": spread(from_note), "from_end_of_phrase": spread(from_phrase)}


def frames(browser, command, seconds: int) -> dict[str, object]:
    """Frames a second while a melody of 2,000 notes plays, and the longest wait for one."""
    page = open_page(browser, command.address, scripts=(PROBE,))
    awake(page)
    with tempfile.TemporaryDirectory() as folder:
        page.get_by_label("MIDI file").set_input_files(long_tune(Path(folder)))
        page.get_by_text("“long” lies in the roll").wait_for()
    page.keyboard.press("0")
    page.wait_for_timeout(2000)
    page.evaluate("() => probe.count()")
    page.wait_for_timeout(seconds * 1000)
    at = page.evaluate("() => probe.frames")
    page.context.close()
    waits = [after - before for before, after in pairwise(at)]
    rate = 1000 * len(waits) / (at[-1] - at[0])
    return {"frames": round(rate, 1), "longest_ms": round(max(waits), 1), "notes": NOTES}


def long_tune(folder: Path) -> Path:
    """A melody of 2,000 eighths."""
    track = mido.MidiTrack()
    for i in range(NOTES):
        pitch = 60 + (i * 7) % 24
        track.append(mido.Message("note_on", note=pitch, velocity=80))
        track.append(mido.Message("note_off", note=pitch, time=240))
    file = mido.MidiFile(tracks=[track])
    file.save(folder / "long.mid")
    return folder / "long.mid"


def underruns(browser, command, seconds: int) -> dict[str, object]:
    """Gaps in the page's sound while a loop of four voices plays."""
    page = open_page(browser, command.address, scripts=(PROBE,))
    awake(page)
    page.keyboard.press("Space")
    page.locator(".status.ready").wait_for()
    page.get_by_role("button", name="Loop", exact=True).click()
    for letter in "ASDFGHJK":
        page.keyboard.press(letter, delay=200)
    page.locator(".takes .take:not(.coming)").first.wait_for()
    page.wait_for_timeout(5000)
    page.evaluate("() => probe.forget()")
    before = page.evaluate(GAPS)
    page.wait_for_timeout(seconds * 1000)
    gaps = None if before is None else page.evaluate(GAPS) - before
    sounded = page.evaluate("() => probe.told.filter((one) => one[1] === '/continuo/sound').length")
    page.keyboard.press("Space")
    page.context.close()
    return {"underruns": gaps, "sounds": sounded, "seconds": seconds}


def robot(browser, command, clicks: int) -> dict[str, object]:
    """How far off the grid keys are recorded that a robot strikes when it hears the click."""
    page = open_page(browser, command.address, scripts=(PROBE,))
    page.get_by_role("button", name="Mute You").click()
    page.get_by_role("button", name=SOUNDS).wait_for()
    page.keyboard.press("m")
    page.evaluate(ROBOT)
    page.keyboard.press("r")
    until(lambda: len(page.evaluate(PRESSED)[1]) >= clicks, "the robot hears nothing")
    own, beats = page.evaluate(PRESSED)
    page.context.close()
    off = [(beat - round(beat)) * 60_000 / ROBOT_BPM for beat in beats]
    return spread([abs(late - by) for late, by in zip(off, own, strict=False)])


def page_back(browser, command, tries: int) -> dict[str, object]:
    """From the end of the server by `kill -9` to a page that has all it had, with a key down."""
    page = open_page(browser, command.address, scripts=(PROBE,))
    page.wait_for_timeout(8000)  # the next server stands by
    found = []
    for _ in range(tries):
        page.keyboard.down("A")
        page.evaluate("() => probe.forget()")
        killed = page.evaluate("() => performance.now()")
        os.kill(command.server, signal.SIGKILL)
        found.append(until(lambda: page.evaluate(PICTURE), "the page is not back") - killed)
        page.keyboard.up("A")
        page.wait_for_timeout(6000)
    page.context.close()
    return spread(found)


ROWS: dict[str, Callable[..., object]] = {
    "key_to_sample_ms": key_to_sample,
    "first_key_ms": first_key,
    "voices_drawn_ms": voices_drawn,
    "frames_per_s": frames,
    "underruns": underruns,
    "late_notes": lateness,
    "robot_key_ms": robot,
    "page_back_ms": page_back,
}
TRIES = {
    "first_screen_s": 3,
    "key_to_sample_ms": 60,
    "first_key_ms": 10,
    "voices_drawn_ms": 10,
    "robot_key_ms": 60,
    "page_back_ms": 10,
}
# Two bars of 120 bpm are four seconds: the last of sixteen notes comes a tenth before their end.
GAP_SECONDS = 3.9 / 15
# A phrase so long that no answer sounds into what is measured; one that is answered at once.
LONG, SHORT = ("--bars", "64", "--tempo", "120"), ("--bars", "2", "--tempo", "120")
SECONDS = {"frames_per_s": 10, "underruns": 60, "late_notes": 30}


def main() -> None:
    """Measure the rows asked for, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*", choices=[[], *MUST])
    parser.add_argument("--tries", type=int, help="How often, or how many seconds.")
    given = parser.parse_args()
    wanted = given.rows or list(MUST)
    found: dict[str, object] = {"load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        place = Path(folder)
        if "first_screen_s" in wanted:
            found["first_screen_s"] = first_screen(browser, place, given.tries or 3)
        for name in [row for row in wanted if row in ROWS]:
            command = Command(place / name, *(LONG if "key" in name else SHORT))
            count = given.tries or (TRIES | SECONDS)[name]
            found[name] = ROWS[name](browser, command, count)
            command.close()
    must = {name: MUST[name] for name in wanted}
    print(json.dumps({"must": must, **found}, indent=1))  # noqa: T201 - a program of its own


if __name__ == "__main__":
    main()
