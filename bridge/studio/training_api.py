"""Training over HTTP, and its progress pushed to the pages."""

import asyncio
import os
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.studio.jobs import Jobs
from bridge.studio.live import Live
from bridge.studio.page_json import PageError, title_from_page
from bridge.studio.request_body import read_object
from bridge.studio.training_runs import SAMPLES, TrainingRuns, Wanted
from models.user_folders import data_folder

LOOK_SECONDS = 1.0
CHORALES = "chorales"
_MOST_MINUTES, _MOST_EPOCHS, _MOST_OPTIONS = 100_000.0, 1_000_000.0, 64
_MISSING = 404


class Training:
    """The answers, and the look at what runs that is pushed."""

    def __init__(self, runs: TrainingRuns, jobs: Jobs, live: Live) -> None:
        self._runs, self._jobs, self._live = runs, jobs, live
        self._architectures: list[dict[str, Any]] = []
        self._told: dict[str, dict[str, Any]] = {}
        self._rests = True

    def routes(self) -> list[Route]:
        """Give the routes below /api."""
        one = "/training/{name}"
        return [
            Route("/training", self.overview),
            Route("/training", self.start, methods=["POST"]),
            Route("/training/rest", self.rest, methods=["POST"]),
            Route(f"{one}/pause", self.pause, methods=["POST"]),
            Route(f"{one}/stop", self.stop, methods=["POST"]),
            Route(f"{one}/resume", self.resume, methods=["POST"]),
            Route(f"{one}/metrics", self.metrics),
            Route(f"{one}/samples", self.samples),
            Route(f"{one}/samples/{{file}}", self.sample),
            Route("/dataset", self.dataset, methods=["POST"]),
            Route("/folders", self.folders),
        ]

    async def overview(self, _request: Request) -> Response:
        """List the trainings, and what can be trained."""
        if not self._architectures:
            self._architectures = await self._jobs.architectures()
        runs = await run_in_threadpool(self._look_at_all)
        more = {"architectures": self._architectures, "cores": os.cpu_count(), "rests": self._rests}
        return JSONResponse({"runs": runs, **more})

    def _look_at_all(self) -> list[dict[str, Any]]:
        return [self._runs.look(name) for name in self._runs.names()]

    async def start(self, request: Request) -> Response:
        """Start one."""
        wanted = wanted_from_page(await read_object(request))
        return JSONResponse(await run_in_threadpool(self._runs.start, wanted))

    async def rest(self, request: Request) -> Response:
        """Have trainings rest while the song runs, or not."""
        self._rests = bool((await read_object(request)).get("on"))
        await run_in_threadpool(self._rest)
        return JSONResponse({"rests": self._rests})

    def _rest(self) -> None:
        self._runs.rest(self._rests and self._live.is_playing)

    def pause(self, request: Request) -> Response:
        """Let it end with a checkpoint, to be resumed."""
        return JSONResponse(self._runs.end(_name(request), is_pause=True))

    def stop(self, request: Request) -> Response:
        """Let it end, and keep the best."""
        return JSONResponse(self._runs.end(_name(request), is_pause=False))

    def resume(self, request: Request) -> Response:
        """Go on."""
        return JSONResponse(self._runs.resume(_name(request)))

    def metrics(self, request: Request) -> Response:
        """Give the lines from one on."""
        text = request.query_params.get("from", "0")
        first = int(text) if text.isascii() and text.isdecimal() else 0
        lines = self._runs.metrics(_name(request))
        answer = {"from": first, "lines": lines[first:], "count": len(lines)}
        return JSONResponse(answer)

    def samples(self, request: Request) -> Response:
        """List what it sounds like at each step."""
        return JSONResponse({"samples": [_sample(f) for f in self._runs.samples(_name(request))]})

    async def sample(self, request: Request) -> Response:
        """Give the notes of one."""
        name, file = _name(request), str(request.path_params["file"])
        if file not in await run_in_threadpool(self._runs.samples, name):
            raise HTTPException(_MISSING, f"{name[:70]} has no sample {file[:80]!r}")
        path = self._runs.folder(name) / SAMPLES / file
        return JSONResponse(await self._jobs.read_file(str(path), file))

    async def dataset(self, request: Request) -> Response:
        """Say what a folder holds to learn from."""
        data, _ = _data(await read_object(request))
        if not Path(data).is_dir():
            raise PageError(f"there is no folder {data}")
        report = await self._jobs.continuo("dataset", "report", data, "--json")
        return Response(report, media_type="application/json")

    def folders(self, request: Request) -> Response:
        """List the folders in a folder, to choose one."""
        folder = Path(request.query_params.get("path") or Path.home())
        try:
            inside = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
            found = [{"name": p.name, "midi_files": _midi_files(p)} for p in inside if p.is_dir()]
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise PageError(f"cannot read the folder {str(folder)[:200]}: {reason}") from None
        return JSONResponse(
            {
                "path": str(folder),
                "parent": str(folder.parent) if folder.parent != folder else None,
                "folders": found,
                "midi_files": _midi_files(folder),
            }
        )

    # -- what is pushed ------------------------------------------------------------------------
    async def follow(self) -> None:
        """Push what is new in any training, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await run_in_threadpool(self._rest)
            if self._live.has_pages:
                for run in await run_in_threadpool(self._look_at_all):
                    await self._push(run)

    async def _push(self, run: dict[str, Any]) -> None:
        before = self._told.get(run["name"])
        if before == run:
            return
        self._told[run["name"]] = run
        self._live.send([["training", run]])
        known = before["lines"] if before else run["lines"]
        first = known if run["lines"] >= known else 0  # a training that went on from before
        if before and run["lines"] != known:
            lines = await run_in_threadpool(self._runs.metrics, run["name"], first)
            self._live.send([["metrics", run["name"], first, lines]])


def wanted_from_page(given: Mapping[str, Any]) -> Wanted:
    """Check what the page asks for; PageError says in a sentence what is wrong."""
    data, chorales = _data(given)
    minutes = _number(given, "minutes", _MOST_MINUTES)
    epochs = _number(given, "epochs", _MOST_EPOCHS)
    if minutes is None and epochs is None:
        raise PageError("say how long to train: minutes or epochs")
    options = given.get("options") or {}
    if not isinstance(options, dict) or len(options) > _MOST_OPTIONS:
        raise PageError("options must be numbers by their names")
    title = given.get("title")
    return Wanted(
        name=str(given.get("name") or ""),
        data=data,
        architecture=str(given.get("architecture") or CHORALES.removesuffix("s")),
        minutes=minutes,
        epochs=epochs,
        seed=int(_number(given, "seed", 2**31 - 1) or 0),
        title=title_from_page(title) if title else "",
        options=tuple((str(name), _finite(str(name), value)) for name, value in options.items()),
        chorales=chorales,
    )


def _data(given: Mapping[str, Any]) -> tuple[str, bool]:
    data = given.get("data")
    if not isinstance(data, str) or not data or "\x00" in data:
        raise PageError(f"data is a folder, or {CHORALES}")
    if data == CHORALES:
        return str(data_folder(CHORALES)), True
    return str(Path(data).expanduser().absolute()), False


def _number(given: Mapping[str, Any], name: str, most: float) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    number = _finite(name, value)
    if not 0 <= number <= most or (name != "seed" and number == 0):
        raise PageError(f"{name} must be more than 0 and at most {most:g}, got {number:g}")
    return number


def _finite(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise PageError(f"{name[:80]} must be a number, got {str(value)[:40]!r}")
    return float(value)


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _sample(file: str) -> dict[str, Any]:
    _, step, number = Path(file).stem.split("-")
    return {"file": file, "step": int(step), "number": int(number)}


def _midi_files(folder: Path) -> int:
    try:
        return sum(p.suffix.lower() in (".mid", ".midi") for p in folder.iterdir())
    except OSError:
        return 0
