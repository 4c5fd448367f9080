"""What a page sends by HTTP: as many bytes as are good, and JSON objects."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bridge.studio.page_json import PageError

_LARGEST_OBJECT = 20_000_000
_TOO_LARGE = 413


async def read_body(request: Request, most: int, what: str) -> bytes:
    """Read a body of at most so many bytes; `what` begins the sentence that refuses more."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise HTTPException(_TOO_LARGE, f"{what} larger than {most // 1_000_000} MB")
        parts.append(part)
    return b"".join(parts)


async def read_object(request: Request) -> dict[str, Any]:
    """Read a JSON object; PageError if the body is none."""
    body = await read_body(request, _LARGEST_OBJECT, "this is")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise PageError("the body must be a JSON object")
    return found
