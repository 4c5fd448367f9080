"""The models, the sample melodies, and MIDI files that are dropped on the page."""

import tempfile
from pathlib import Path, PurePath
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.demo.samples import sample, sample_names
from bridge.studio.jobs import Jobs
from bridge.studio.page_json import LONGEST_TITLE, notes_to_page
from bridge.studio.request_body import read_body
from models.artifact.catalogue import CatalogueEntry, list_models
from models.formats.midi_read import read_score

MOST_MELODIES = 16
LARGEST_FILE = 10_000_000


def models_routes(jobs: Jobs) -> list[Route]:
    """Give the routes below /api."""

    async def upload(request: Request) -> Response:
        title = _title(request.query_params.get("name", ""))
        body = await read_body(request, LARGEST_FILE, f"{title} is")
        with tempfile.NamedTemporaryFile(suffix=".mid") as file:
            file.write(body)
            file.flush()
            return JSONResponse(await jobs.read_file(file.name, title))

    return [
        Route("/models", _models),
        Route("/melodies", _melodies),
        Route("/upload", upload, methods=["POST"]),
    ]


def _title(name: str) -> str:
    """The name of a file that somebody chose: no path, nothing that cannot be printed."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable())[-LONGEST_TITLE:] or "a file"


# Plain functions: Starlette runs them in a thread, so that they may read files.
def _models(_request: Request) -> Response:
    entries = list_models()
    return JSONResponse(
        {
            "models": [_model(entry) for entry in entries if entry.manifest],
            "broken": [{"name": e.name, "error": e.error} for e in entries if not e.manifest],
        }
    )


def _model(entry: CatalogueEntry) -> dict[str, Any]:
    return {**entry.require().to_dict(), "name": entry.name, "shipped": entry.shipped}


def _melodies(_request: Request) -> Response:
    names = sample_names()[:MOST_MELODIES]
    return JSONResponse({"melodies": [_melody(name, sample(name)) for name in names]})


def _melody(name: str, path: Path) -> dict[str, Any]:
    score = read_score(path)
    meter, clip = score.meter.meter_at(0.0), score.tracks[0].clip
    first = clip.notes[0].start if clip.notes else 0.0
    bar = meter.beats_per_bar
    return {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "meter": str(meter),
        "bpm": round(score.tempo.bpm_at(0.0), 3),
        "bars": score.meter.bars(clip.length),
        "length": clip.length,
        "pickup": bar - first if 0 < first < bar else 0.0,
        "notes": notes_to_page(clip),
    }
