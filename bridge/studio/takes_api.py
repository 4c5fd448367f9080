"""The library: all takes ever, as the page lists, reads, names, deletes and downloads them."""

import re
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.storage.library import Library, LibraryTake
from bridge.storage.take_store import take_from_json
from bridge.studio.jobs import Jobs
from bridge.studio.page_json import (
    PageError,
    composition_from_page,
    edited_from_page,
    rows_to_page,
    title_from_page,
    track_to_page,
)
from bridge.studio.request_body import read_object
from models.formats.midi_write import to_bytes
from models.formats.musicxml_write import to_musicxml

USUAL_LIMIT, MOST_LISTED = 50, 500
AUDIO = {"wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "mp3": "audio/mpeg"}
_MIDI, _MUSICXML = "mid", "musicxml"
_KINDS = {
    _MIDI: "audio/midi",
    _MUSICXML: "application/vnd.recordare.musicxml+xml",
    **AUDIO,
}
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def takes_routes(library: Library, jobs: Jobs, tell: Callable[[str], None]) -> list[Route]:
    """Give the routes below /api; `tell` is given the file of a take that has changed."""
    shelf = _Shelf(library, jobs, tell)
    take = "/takes/{file}"
    return [
        Route("/takes", shelf.list, methods=["GET"]),
        Route("/takes", shelf.keep, methods=["POST"]),
        Route(take, shelf.read),
        Route(take, shelf.change, methods=["PATCH"]),
        Route(take, shelf.delete, methods=["DELETE"]),
        Route(f"{take}/restore", shelf.restore, methods=["POST"]),
        Route(f"{take}/download", shelf.download),
        Route("/render", shelf.render, methods=["POST"]),
    ]


class _Shelf:
    """The answers. Those that are no coroutines run in a thread, so that they may read files."""

    def __init__(self, library: Library, jobs: Jobs, tell: Callable[[str], None]) -> None:
        self._library, self._jobs, self._tell = library, jobs, tell

    def list(self, request: Request) -> Response:
        """List takes, the newest first, from after `before` on."""
        asked = request.query_params
        before, words = asked.get("before", ""), asked.get("search", "")
        found = self._library.takes(deleted=asked.get("deleted") == "1")
        fitting = [
            take
            for take in found
            if take.fits(words) and (take.starred or asked.get("starred") != "1")
        ]
        rest = (take for take in fitting if not before or take.file < before)
        limit = _limit(asked.get("limit", ""))
        shown = list(islice(rest, limit + 1))
        listed = [asdict(take) for take in shown[:limit]]
        return JSONResponse({"takes": listed, "count": len(fitting), "more": len(shown) > limit})

    def read(self, request: Request) -> Response:
        """Give all of a take."""
        return self._whole(_file(request))

    def _whole(self, file: str) -> Response:
        take, data = self._library.find(file), self._library.read(file)
        return JSONResponse(asdict(take) | _music(data))

    async def keep(self, request: Request) -> Response:
        """Keep music as it was edited on the page, as a take of its own."""
        given = await read_object(request)
        take = await run_in_threadpool(edited_from_page, given)
        title = title_from_page(given.get("title") or "Edited")
        kept = await run_in_threadpool(self._library.add, take, title, datetime.now())
        self._tell(kept.file)
        return await run_in_threadpool(self._whole, kept.file)

    async def change(self, request: Request) -> Response:
        """Change its title, or whether it is starred."""
        given = await read_object(request)
        changes: dict[str, Any] = {}
        if "title" in given:
            changes["title"] = title_from_page(given["title"])
        if "starred" in given:
            changes["starred"] = given["starred"] is True
        if not changes:
            raise PageError("a take has a title and a star to be changed")
        take = await run_in_threadpool(self._library.change, _file(request), changes)
        return self._changed(take, asdict(take))

    async def delete(self, request: Request) -> Response:
        """Set it aside."""
        take = await run_in_threadpool(self._library.set_aside, _file(request))
        return self._changed(take, {"deleted": take.file})

    async def restore(self, request: Request) -> Response:
        """Bring it back."""
        take = await run_in_threadpool(self._library.bring_back, _file(request))
        return self._changed(take, asdict(take))

    def _changed(self, take: LibraryTake, answer: Mapping[str, Any]) -> Response:
        self._tell(take.file)
        return JSONResponse(answer)

    async def download(self, request: Request) -> Response:
        """Give it as a file."""
        file, kind = _file(request), _kind(request)
        take = await run_in_threadpool(self._library.find, file)
        path = await run_in_threadpool(self._library.path, file)
        if kind == _MIDI:
            body = await run_in_threadpool(path.read_bytes)
        elif kind == _MUSICXML:
            data = await run_in_threadpool(self._library.read, file)
            body = await run_in_threadpool(to_musicxml, take_from_json(data), _title(take))
        else:
            body = await self._audio(path, kind)
        return _attachment(body, _title(take), kind)

    async def render(self, request: Request) -> Response:
        """Give music as it was edited on the page as a file."""
        kind, given = _kind(request), await read_object(request)
        music = await run_in_threadpool(composition_from_page, given)
        title = title_from_page(given.get("title") or "Continuo")
        if kind == _MUSICXML:
            body = await run_in_threadpool(to_musicxml, music, title)
        else:
            body = await run_in_threadpool(to_bytes, music)
        if kind in AUDIO:
            async with _folder() as folder:
                path = folder / "music.mid"
                path.write_bytes(body)
                body = await self._audio(path, kind)
        return _attachment(body, title, kind)

    async def _audio(self, path: Path, kind: str) -> bytes:
        async with _folder() as folder:
            out = folder / f"sound.{kind}"
            await self._jobs.continuo("render", str(path), "--out", str(out))
            return out.read_bytes()


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="continuo-") as folder:
        yield Path(folder)


def _file(request: Request) -> str:
    return str(request.path_params["file"])


def _kind(request: Request) -> str:
    kind = request.query_params.get("kind", _MIDI)
    if kind not in _KINDS:
        raise PageError(f"kind must be one of {', '.join(_KINDS)}, got {kind[:20]!r}")
    return kind


def _limit(text: str) -> int:
    if not text:
        return USUAL_LIMIT
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_LISTED:
        raise PageError(f"limit must be in range 1..{MOST_LISTED}, got {text[:20]!r}")
    return int(text)


def _title(take: LibraryTake) -> str:
    return take.title or take.file


def _music(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the page is told of a take beyond the list."""
    music, about = take_from_json(data), data.get("provenance", {})
    played = about.get("played")
    return {
        "controls": data.get("controls", {}),
        "tracks": [track_to_page(track) for track in music.tracks],
        "length": max((track.clip.length for track in music.tracks), default=0.0),
        "lead_in": float(about.get("lead_in") or 0.0),
        "played": None if played is None else rows_to_page(played),
        "key": keys[0][1] if (keys := about.get("keys")) else "",
        "chords": about.get("chords", []),
    }


def _attachment(body: bytes, title: str, kind: str) -> Response:
    name = f"{_NO_NAME.sub('-', title).strip('. ') or 'take'}.{kind}"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    given = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, media_type=_KINDS[kind], headers={"content-disposition": given})
