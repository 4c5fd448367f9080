"""Many pages, and pages that read nothing: the music and the others go on."""

import socket
import threading
from contextlib import ExitStack, contextmanager

import pytest
from patience import PATIENCE_SECONDS
from studio_rig import Page, studio, until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bridge.reports import NoticeReport
from bridge.studio.live import FULL, MOST_PAGES, MOST_WAITING, SLOW

pytestmark = pytest.mark.ports
ON, OFF = 0x90, 0x80
AT_ONCE = 256  # after so many the page that reads says that it has them
SENTENCE = "x" * 4_000
# What the system and the page's own buffers hold before the server has to wait.
FRAMES_UNDERWAY = 4_096


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    with studio(tmp_path_factory.mktemp("takes")) as opened:
        yield opened


@contextmanager
def page_of(here):
    page = Page(here)
    try:
        page.picture()
        yield page
    finally:
        page.close()


class Unread:
    """A page whose socket is open, and that reads nothing until it is asked to."""

    def __init__(self, studio):
        own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        own.connect(("127.0.0.1", studio.port))
        self._open = ExitStack()
        opening = connect(
            f"ws://127.0.0.1:{studio.port}/live",
            sock=own,
            origin=f"http://127.0.0.1:{studio.port}",
            additional_headers={"Cookie": studio.cookie},
            compression=None,
            open_timeout=PATIENCE_SECONDS,
            max_size=None,
            max_queue=1,
        )
        self.socket = self._open.enter_context(opening)

    def say(self, text):
        self.socket.send(text)

    def read_to_the_end(self):
        """Read all that waits; return the code with which the server closed."""
        ended = threading.Event()

        def read():
            try:
                for _ in self.socket:
                    pass
            except ConnectionClosed:
                pass
            ended.set()

        threading.Thread(target=read, daemon=True).start()
        assert ended.wait(PATIENCE_SECONDS), "the server never let the slow page go"
        received = self.socket.protocol.close_rcvd
        self._open.close()
        return received.code if received else None


def strike(page, pitch):
    page.say(["/continuo/midi", 0, ON, pitch, 90], ["/continuo/midi", 0, OFF, pitch, 0])


def is_sounding(here, pitch):
    return pitch in {sounding for _, sounding in here.sounding()}


def flood(here, page, frames):
    """Tell all pages more than one that reads nothing can take; `page` keeps up."""
    for number in range(frames):
        here.tell(NoticeReport("info", SENTENCE))
        if number % AT_ONCE == 0:
            page.ask("ping", number)
            page.wait("pong", lambda values, last=number: values == [last])
    page.ask("ping", -1)
    page.wait("pong", lambda values: values == [-1])


def test_as_many_pages_as_are_let_in_are_all_told_and_one_more_is_told_why_not(here):
    pages = [Page(here) for _ in range(MOST_PAGES)]
    for page in pages:
        page.picture()
    one_more = Page(here)
    assert one_more.closed.wait(PATIENCE_SECONDS)
    assert one_more.code == FULL
    strike(pages[0], 61)
    for page in pages:
        page.wait("played", lambda values: values[2] == 61)
    for page in pages:
        page.close()
    here.ask("transport/stop")
    with page_of(here) as again:  # there is room again
        strike(again, 62)
        again.wait("played", lambda values: values[2] == 62)
    here.ask("transport/stop")


def test_a_page_that_reads_nothing_is_let_go_with_its_keys_and_gets_all_when_it_is_back(here):
    slow = Unread(here)
    with page_of(here) as page:
        slow.say(f'[["/continuo/midi",0,{ON},66,90]]')
        until(lambda: is_sounding(here, 66), "the slow page's key sounds")
        flood(here, page, MOST_WAITING + FRAMES_UNDERWAY)
        until(lambda: not is_sounding(here, 66), "its key is let go")
        strike(page, 67)  # the others and the music go on
        page.wait("played", lambda values: values[2] == 67)
        assert slow.read_to_the_end() in (SLOW, None)
    with page_of(here) as back:
        strike(back, 68)
        back.wait("played", lambda values: values[2] == 68)
    here.ask("transport/stop")
    assert here.server.deaths == 0
    assert here.runner.failure is None
