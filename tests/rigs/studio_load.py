"""How late the engine is while pages load and storm its studio."""

import json
import threading
import urllib.request
from contextlib import contextmanager
from http.cookiejar import CookieJar

from studio_rig import Page

from bridge.bench.witness import Witness

LATE_MS = 3.0
MESSAGES_A_SECOND = 200
PARTS = (0x90, 0x80)


class Visited:
    """A studio that was started by its command, as the rig's pages know it."""

    def __init__(self, command) -> None:
        self.port = command.port
        cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        with self._opener.open(command.address, timeout=60) as answer:
            answer.read()
        self.cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)

    def get(self, path: str) -> bytes:
        """Fetch something as the page does."""
        with self._opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return answer.read()


@contextmanager
def repeated(act, seconds: float):
    """Do it again and again in a thread of its own, for as long as this lasts."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(seconds):
            act()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


def lateness(_browser, command, seconds: int) -> dict[str, object]:
    """Notes later than 3 ms, and later than the witness was too, while a loop of voices plays.

    One page asks 200 times a second, another fetches the sound bank twice a second.
    """
    here = Visited(command)
    page, asking = Page(here), Page(here)
    page.picture()
    asking.picture()
    page.ask("mode", "loop")
    for i in range(8):
        page.say(["/continuo/midi", 0, PARTS[0], 60 + i, 90])
        threading.Event().wait(0.2)
        page.say(["/continuo/midi", 0, PARTS[1], 60 + i, 0])
    page.wait("clip/sounds")
    before = sent(page)
    witness, pause = Witness(), threading.Event()
    witness.start()
    question = json.dumps([["/continuo/ping", 1]])
    with (
        repeated(lambda: asking.socket.send(question), 1 / MESSAGES_A_SECOND),
        repeated(lambda: here.get("/bank.sf3"), 0.5),
    ):
        pause.wait(seconds)
    seen = witness.stop()
    status = sent(page)
    late = [(now, values[0]) for now, (name, *values) in page.seen if name == "/continuo/late"]
    beyond = [ms for now, ms in late if ms > LATE_MS + 1000 * seen.worst_around(now - ms / 2000)]
    page.close()
    asking.close()
    worst = max((ms for _, ms in late), default=0.0)
    return {"late": status - before, "beyond_witness": len(beyond), "worst_ms": worst}


def sent(page) -> int:
    """How many notes went out late so far."""
    page.ask("status")
    return int(page.wait("status")[10])
