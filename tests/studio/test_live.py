"""The page's WebSocket: what it asks is done, what happens is told, and nothing breaks it."""

import json
import os
import random
import signal
import sys
from contextlib import suppress
from time import perf_counter

import pytest
from mido import Message
from patience import PATIENCE_SECONDS
from studio_rig import Page, studio, until
from websockets.exceptions import ConnectionClosed

from bridge.api.addresses import INCOMING

pytestmark = pytest.mark.ports
NONSENSE = int(os.environ.get("STUDIO_NONSENSE", "2000"))
KILLS = int(os.environ.get("STUDIO_KILLS", "3"))
TABS = int(os.environ.get("STUDIO_TABS", "1"))
ON, OFF = 0x90, 0x80


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("takes")) as opened:
        yield opened


@pytest.fixture
def page(here):
    page = Page(here)
    yield page
    page.close()
    here.ask("transport/stop")


def key(status, pitch, ago_ms=0.0):
    return ["/continuo/midi", ago_ms, status, pitch, 90 if status == ON else 0]


def test_a_page_is_told_all_that_there_is_to_know_before_anything_else(page):
    (hello,) = page.wait("hello")
    assert hello["protocol"] == 1
    assert abs(hello["seconds"] - perf_counter()) < 90  # Continuo's own clock
    picture = page.picture()
    for name in ("status", "line", "meter", "click", "seed", "program", "model/item", "phrase"):
        assert picture[name], name
    assert picture["control/item"][0][:2] == ["temperature", "Surprise"]


def test_the_clocks_can_be_compared(page):
    page.picture()
    before = perf_counter()
    page.say(["sync", 17.5])
    came_back, seconds = page.wait("sync")
    assert came_back == 17.5
    assert before <= seconds <= perf_counter()


def test_keys_are_heard_recorded_and_answered_with_a_take_that_sounds(page):
    page.picture()
    page.ask("sounds", 1)
    assert page.wait("sounds") == [1]
    page.say(key(ON, 64), at=perf_counter())
    assert page.wait("played")[0::2] == [1, 64]
    page.say(key(OFF, 64), at=perf_counter())
    page.wait("phrase/notes")
    take_id, tracks, length, *_ = page.wait("clip/begin")
    assert (tracks, length) == (1, 4.0)
    assert page.wait("clip/melody")[0] == take_id
    assert page.wait("clip/sounds")[0] == take_id
    strike = page.wait("sound", lambda v: v[1] & 0xF0 == ON and v[4] > 0)
    assert strike[0] <= 100.1
    saved = page.wait("saved")
    assert saved[0] == take_id


def test_of_two_pages_the_last_that_asked_sounds_and_hears_the_others_keys(here, page):
    page.picture()
    page.ask("sounds", 1)
    page.wait("sounds")
    other = Page(here)
    other.picture()
    other.ask("sounds", 1)
    assert page.wait("sounds") == [0]
    page.say(key(ON, 70), key(OFF, 70))
    struck = other.wait("sound", lambda v: v[1:3] == [ON, 70])
    assert struck[4] == -1
    other.close()


def test_a_setting_of_one_page_is_told_to_the_other(here, page):
    page.picture()
    other = Page(here)
    other.picture()
    other.ask("click", 1)
    assert page.wait("click") == [1]
    other.ask("click", 0)
    other.close()


def test_a_keyboard_is_chosen_on_the_page_and_nothing_hangs_when_it_is_left(here, page):
    here.ports.keyboards = ["Keystation", "Oxygen"]
    page.picture()
    page.ask("input", "Oxygen")
    page.wait("input", lambda values: values == ["Oxygen"])
    assert page.wait("input/list") == ["Keystation", "Oxygen"]
    here.ports.play(Message("note_on", note=77, velocity=80))
    until(lambda: 77 in {p for _, p in here.sounding()}, "the keyboard is not heard")
    page.ask("input", "")
    page.wait("input", lambda values: values == [""])
    until(lambda: 77 not in {p for _, p in here.sounding()}, "the key hangs")
    page.ask("input", "Nord")
    assert "Nord" in page.wait("error")[1]


@pytest.mark.parametrize("leave", ["close", "vanish"])
def test_the_keys_and_pedals_of_a_page_that_goes_are_let_go(here, leave):
    for number in range(TABS):
        page, keys = Page(here), {50 + number % 40, 55 + number % 40}
        page.picture()
        page.say(*(key(ON, pitch) for pitch in keys), ["/continuo/midi", 0, 0xB0, 64, 127])
        until(lambda held=keys: {p for _, p in here.sounding()} >= held, "the keys sound")
        getattr(page, leave)()
        until(lambda held=keys: not {p for _, p in here.sounding()} & held, "they are let go")
        pedals = [m.value for _, m in here.ports.sent if m.is_cc(64)]
        assert pedals[-1] == 0
        here.ask("transport/stop")


def frames(count, seed=5):
    """Nonsense of all kinds: no JSON, no array, no address, wrong arguments, too many."""
    rng = random.Random(seed)
    paths = [a.path for a in INCOMING if a.name not in ("quit", "midi", "sounds")]
    odd = [None, True, -1, 2**40, 1e308, float("nan"), "", "x" * 300, "\ud800", [], {}, [[1]], "\n"]
    for number in range(count):
        kind = number % 5
        if kind == 0:
            yield rng.choice(["", "{", "[", "null", "[1,2", '"x"', "{}", "[" * 5000, "[[]]"])
        elif kind == 1:
            yield json.dumps([[rng.choice(["/continuo/nothing", "x", 3, None]), 1]])
        elif kind == 2:
            yield json.dumps([["at", rng.choice(odd)], ["/continuo/ping", 1, 2]])
        else:
            arguments = [rng.choice(odd) for _ in range(rng.randrange(6))]
            yield json.dumps([[rng.choice(paths), *arguments, [0]]])


def test_nonsense_is_answered_with_sentences_and_the_music_goes_on(here, page):
    page.picture()
    page.ask("mode", "loop")
    page.say(key(ON, 60), key(OFF, 60))
    page.wait("clip/sounds")
    nonsense = Page(here)
    nonsense.picture()
    for number, frame in enumerate(frames(NONSENSE), 1):
        nonsense.socket.send(frame)
        if number % 500 == 0 or number == NONSENSE:
            nonsense.ask("ping", number)
            nonsense.wait("pong", lambda values, last=number: values == [last])
    errors = [m for _, m in nonsense.seen if m[0] == "/continuo/error"]
    assert len(errors) >= 50  # of so many only some are answered
    assert all(len(m) == 3 and m[2] for m in errors)
    beat = page.wait("beat")
    assert page.wait("beat", lambda values: values != beat)
    page.ask("status")
    assert page.wait("status")[9] >= NONSENSE * 0.9  # all are counted
    assert here.runner.failure is None
    nonsense.close()


def test_a_frame_that_is_too_large_closes_the_socket(here):
    page = Page(here)
    page.picture()
    with suppress(ConnectionClosed):
        page.socket.send("[" + " " * (5 << 20) + "]")
    assert page.closed.wait(PATIENCE_SECONDS)
    # The rest of the frame may be refused by the system before the reason has come through.
    assert page.code in (1009, None)
    assert here.get("/")[0] == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_server_that_is_killed_comes_back_and_leaves_no_key_down(here):
    for number in range(KILLS):
        page = Page(here)
        page.picture()
        page.say(key(ON, 50 + number % 40))
        until(lambda n=number: 50 + n % 40 in {p for _, p in here.sounding()}, "the key sounds")
        old = here.server.pid
        os.kill(old, signal.SIGKILL)
        until(lambda n=number: 50 + n % 40 not in {p for _, p in here.sounding()}, "it is let go")
        assert page.closed.wait(PATIENCE_SECONDS)
        until(lambda before=old: here.server.pid != before and answers(here), "the page is back")
    here.ask("transport/stop")
    assert here.server.deaths >= KILLS


def answers(here):
    try:
        return here.get("/")[0] == 200
    except OSError:
        return False
