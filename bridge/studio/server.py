"""The page's server, a process of its own: `python -P -m bridge.studio.server`.

Standard input and output are the bridge, as lines of JSON; the first line in says where to listen.
In a thread of the bridge it would make notes late: Python runs one thread at a time.
"""

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from bridge.studio.app import make_app
from bridge.studio.guard import Guard
from bridge.studio.jobs import Jobs
from bridge.studio.live import Live
from bridge.studio.training_api import Training
from bridge.studio.training_runs import TrainingRuns
from models.user_folders import NoHomeError, data_folder

HOST = "127.0.0.1"
LARGEST_FRAME = 4 << 20
_BACKLOG = 128
_SWITCH_SECONDS = 0.0005  # whatever reads files gives way to what plays
_SIGN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Start:
    """What the bridge says first: the port (0: any), the key, where takes lie, which start it is.

    `first` is the number of the first page, `has_seen_pages` whether one was open before.
    """

    port: int
    key: str
    takes: Path
    first: int = 1
    has_seen_pages: bool = False

    @classmethod
    def read(cls, line: bytes) -> "Start":
        """Read the first line."""
        data = json.loads(line)
        return cls(
            int(data["port"]),
            str(data["key"]),
            Path(data["takes"]),
            int(data.get("first", 1)),
            bool(data.get("has_seen_pages", False)),
        )


def tell(message: Mapping[str, Any]) -> None:
    """Write a message to the bridge; with the bridge gone there is nothing left to do."""
    line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except OSError:
        os._exit(0)


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


async def _give_signs(reader: Reader) -> None:
    """Tell the bridge how much was taken: a server that takes nothing any more is ended."""
    while True:
        await asyncio.sleep(_SIGN_SECONDS)
        tell({"read": reader.count})


def _listen(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there it would let two servers have the same port
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((HOST, port))
    found.listen(_BACKLOG)
    return found


async def serve(start: Start, listening: socket.socket) -> None:
    """Serve until the bridge ends."""
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
    server = uvicorn.Server(config)
    loop = asyncio.get_running_loop()
    reader = Reader(live, server, loop)
    threading.Thread(target=reader.run, name="bridge", daemon=True).start()
    tell({"listening": port})
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


def main() -> int:
    """Serve the page for the bridge at standard input."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    line = sys.stdin.buffer.readline()
    if not line:  # a spare one, that was not needed
        return 0
    start = Start.read(line)
    try:
        listening = _listen(start.port)
    except OSError as error:
        tell({"refused": (error.strerror or str(error)).lower()})
        return 1
    asyncio.run(serve(start, listening))
    return 0


if __name__ == "__main__":
    sys.exit(main())
