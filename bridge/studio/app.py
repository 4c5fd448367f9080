"""What the server serves: the page, its WebSocket, and what is asked for by HTTP."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bridge.storage.library import Library, NoTakeError
from bridge.studio.jobs import Jobs
from bridge.studio.live import Live
from bridge.studio.models_api import models_routes
from bridge.studio.takes_api import takes_routes
from bridge.studio.training_api import Training
from models.errors import ContinuoError
from models.sound.bank_path import BANK

STATIC = Path(__file__).parent / "static"
UNUSABLE, MISSING = 400, 404


def make_app(live: Live, takes: Path, training: Training, jobs: Jobs) -> Starlette:
    """Put everything together; `takes` is the folder of the library."""
    api = [
        *models_routes(jobs),
        *takes_routes(Library(takes), jobs, live.tell_library),
        *training.routes(),
    ]
    routes: list[BaseRoute] = [
        Route("/", _page),
        WebSocketRoute("/live", live.serve),
        Mount("/api", routes=api),
        Route("/bank.sf3", _bank),
        Mount("/", StaticFiles(directory=STATIC)),
    ]
    handlers = {HTTPException: _http_error, ContinuoError: _mistake, Exception: _fault}
    return Starlette(routes=routes, exception_handlers=handlers)  # type: ignore[arg-type]


async def _page(_request: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers={"cache-control": "no-cache"})


async def _bank(_request: Request) -> Response:
    """Serve the sound bank by which `continuo render` plays too."""
    return FileResponse(BANK, headers={"cache-control": "no-cache"})


async def _http_error(_request: Request, error: HTTPException) -> Response:
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


async def _mistake(_request: Request, error: ContinuoError) -> Response:
    """Say what can be mended, in its own sentence."""
    status = MISSING if isinstance(error, NoTakeError) else UNUSABLE
    return JSONResponse({"error": str(error)}, status)


async def _fault(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"Continuo failed ({type(error).__name__})"}, 500)
