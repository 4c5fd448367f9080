"""The WebSocket of the page: what it says goes to the bridge, what the bridge tells goes to it."""

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import PurePath
from time import perf_counter
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bridge.studio.admission import BridgeMessage, Page
from bridge.version import release

PROTOCOL = 1
MOST_PAGES = 64
MOST_WAITING = 4_096  # frames that a page has not taken yet
ALONE_SECONDS = 30.0
SLOW, FULL, OVER = 4408, 4429, 1001
_SAVED, _LINE = "/continuo/saved", "/continuo/line"

Message = Sequence[object]


class _Open:
    """A page that is connected, and the frames that wait for it."""

    def __init__(self, number: int, socket: WebSocket) -> None:
        self.page, self.socket = Page(number), socket
        self.waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self.is_slow = False

    async def write(self) -> None:
        """Send what waits, until the page is gone."""
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self.socket.send_text(await self.waiting.get())


class Live:
    """All pages. `tell` gives a message to the bridge. Called from: the server's one thread."""

    def __init__(self, tell: Callable[[BridgeMessage], None], first: int = 1) -> None:
        self._tell = tell
        self._numbers = count(first)
        self._pages: dict[int, _Open] = {}
        self._alone: asyncio.TimerHandle | None = None
        self.is_playing = False  # the song
        self._goodbyes: set[asyncio.Task[None]] = set()

    @property
    def has_pages(self) -> bool:
        """Whether anybody is there."""
        return bool(self._pages)

    def wait_for_pages(self) -> None:
        """Tell the bridge if nobody comes for a while: the last page may be gone for good."""
        if not self._pages and self._alone is None:
            loop = asyncio.get_running_loop()
            self._alone = loop.call_later(ALONE_SECONDS, self._tell, {"alone": True})

    async def serve(self, socket: WebSocket) -> None:
        """Serve one page from its first word to its last."""
        await socket.accept()
        if len(self._pages) >= MOST_PAGES:
            await socket.close(FULL, "too many pages are open: close some")
            return
        page = _Open(next(self._numbers), socket)
        number = page.page.number
        await socket.send_text(_frame([["hello", _hello(number)]]))
        self._pages[number] = page
        if self._alone is not None:
            self._alone.cancel()
            self._alone = None
        self._tell({"who": number, "came": True})
        writing = asyncio.create_task(page.write())
        try:
            await self._listen(page)
        finally:
            writing.cancel()
            self._leave(number)

    async def _listen(self, page: _Open) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while page.socket.client_state is WebSocketState.CONNECTED and not page.is_slow:
                text = await page.socket.receive_text()
                admitted = page.page.take(text, perf_counter())
                for message in admitted.messages:
                    self._tell(message)
                if admitted.faults:
                    self._tell({"faults": admitted.faults})
                if admitted.answers:
                    self._put(page, _frame(admitted.answers))

    def _leave(self, number: int) -> None:
        if self._pages.pop(number, None) is not None:
            self._tell({"who": number, "gone": True})
            self.wait_for_pages()

    # -- to the pages ------------------------------------------------------------------------
    def spread(self, told: BridgeMessage) -> None:
        """Pass on what the bridge tells: to the pages named, or to all."""
        for message in told["m"]:
            if message[0] == _LINE:
                self.is_playing = bool(message[1])
            elif message[0] == _SAVED:
                self.tell_library(PurePath(str(message[2])).stem)
        messages = [["now", told["now"]], *told["m"]] if "now" in told else told["m"]
        self.send(messages, told.get("to"))

    def tell_library(self, file: str) -> None:
        """Tell all pages that a take on disk is new or has changed."""
        self.send([["library", file]])

    def send(self, messages: Iterable[Message], to: Sequence[int] | None = None) -> None:
        """Send messages as one frame."""
        frame = _frame(messages)
        numbers = list(self._pages) if to is None else to
        for number in numbers:
            page = self._pages.get(number)
            if page is not None:
                self._put(page, frame)

    def _put(self, page: _Open, frame: str) -> None:
        try:
            page.waiting.put_nowait(frame)
        except asyncio.QueueFull:
            # Nothing single is dropped: a lost release would sound for ever.
            page.is_slow = True
            self._leave(page.page.number)
            self._end(page, SLOW, "the page is too slow: it connects again")

    def _end(self, page: _Open, code: int, reason: str) -> None:
        async def close() -> None:
            with suppress(RuntimeError, WebSocketDisconnect):
                await page.socket.close(code, reason)

        task = asyncio.get_running_loop().create_task(close())
        self._goodbyes.add(task)
        task.add_done_callback(self._goodbyes.discard)

    def close(self) -> None:
        """Say goodbye to all."""
        for page in list(self._pages.values()):
            self._end(page, OVER, "Continuo has ended")


def _hello(number: int) -> dict[str, Any]:
    seconds = perf_counter()
    return {"client": number, "protocol": PROTOCOL, "version": release(), "seconds": seconds}


def _frame(messages: Iterable[Message]) -> str:
    return json.dumps(list(messages), separators=(",", ":"), allow_nan=False)
