"""Serves the page until the bridge ends."""

import asyncio
import json
import signal
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from bridge.studio.app import make_app
from bridge.studio.guard import Guard
from bridge.studio.jobs import Jobs
from bridge.studio.live import Live
from bridge.studio.server_start import Start, tell
from bridge.studio.training_api import Training
from bridge.studio.training_runs import TrainingRuns
from models.user_folders import NoHomeError, data_folder

LARGEST_FRAME = 4 << 20
_SIGN_SECONDS = 1.0


class Reader:
    """Reads what the bridge writes, in a thread, and hands it to the server's own."""

    def __init__(self, live: Live, server: uvicorn.Server, loop: asyncio.AbstractEventLoop) -> None:
        self._live, self._server, self._loop = live, server, loop
        self.count = 0

    def run(self) -> None:
        """Read to the end, which is the server's end as well."""
        with suppress(RuntimeError):  # the loop has ended before
            for line in sys.stdin.buffer:
                self._loop.call_soon_threadsafe(self._take, json.loads(line))
            self._loop.call_soon_threadsafe(self._end)

    def _take(self, told: dict[str, Any]) -> None:
        self.count += 1
        self._live.spread(told)

    def _end(self) -> None:
        self._live.close()
        self._server.should_exit = True


class _Server(uvicorn.Server):
    """Goes on at Ctrl-C, which reaches the whole group: the bridge ends it."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at any other signal."""
        if sig != signal.SIGINT:
            super().handle_exit(sig, frame)


async def _give_signs(reader: Reader) -> None:
    """Tell the bridge how much was taken: a server that takes nothing any more is ended."""
    while True:
        await asyncio.sleep(_SIGN_SECONDS)
        tell({"read": reader.count})


def run(start: Start, listening: socket.socket) -> None:
    """Serve until the bridge ends."""
    asyncio.run(_serve(start, listening))


async def _serve(start: Start, listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    live = Live(tell, start.first)
    jobs = Jobs()
    training = Training(TrainingRuns(_trainings(start)), jobs, live)
    guarded = Guard(make_app(live, start.takes, training, jobs), port, start.key)
    config = uvicorn.Config(
        guarded,
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,  # compressing for one's own machine only takes time
        ws_ping_interval=5.0,
        ws_ping_timeout=20.0,  # on a busy machine a browser can be as late as that
        http="h11",
        loop="asyncio",
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=1,
        limit_concurrency=256,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    reader = Reader(live, server, loop)
    threading.Thread(target=reader.run, name="bridge", daemon=True).start()
    if start.has_seen_pages:
        live.wait_for_pages()
    watching = [loop.create_task(work) for work in (_give_signs(reader), training.follow())]
    await server.serve(sockets=[listening])
    for task in watching:
        task.cancel()


def _trainings(start: Start) -> Path:
    """Where `continuo train` keeps its own; without a home, where takes lie nothing is trained."""
    try:
        return data_folder("training")
    except NoHomeError:
        return start.takes / "training"
