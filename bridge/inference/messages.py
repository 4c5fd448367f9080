"""What bridge and worker write to each other: one JSON object a line."""

import json
from collections.abc import Mapping
from typing import Any

from bridge.interfaces import GenerateRequest
from models.formats.track_json import _clip, _rows, tracks_from_json, tracks_to_json
from models.music.tempo import Meter


def to_line(message: Mapping[str, Any]) -> bytes:
    """Write a message as one line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """Read a line; raise ValueError if it is no JSON object."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError(f"a message must be an object, got {message!r}")
    return message


def request_to_json(request: GenerateRequest) -> dict[str, Any]:
    """A request as plain values."""
    return {
        "id": request.request_id,
        "model": request.model,
        "notes": _rows(request.melody),
        "melody_length": request.melody.length,
        "length": request.length,
        "meter": str(request.meter),
        "bpm": request.bpm,
        "seed": request.seed,
        "controls": dict(request.controls),
        "begin": request.begin,
        "context": tracks_to_json(request.context),
    }


def load_to_json(model: str) -> dict[str, Any]:
    """The wish to have a model in memory, as plain values."""
    return {"load": model}


def request_from_json(data: Mapping[str, Any]) -> GenerateRequest:
    """A request from plain values; ValueError, TypeError or KeyError if they do not fit."""
    return GenerateRequest(
        request_id=str(data["id"]),
        model=str(data["model"]),
        melody=_clip(data["notes"], data["melody_length"]),
        length=float(data["length"]),
        meter=Meter.parse(data["meter"]),
        bpm=float(data["bpm"]),
        seed=int(data["seed"]),
        controls={str(name): float(value) for name, value in data["controls"].items()},
        begin=float(data["begin"]),
        context=tracks_from_json(data["context"]),
    )
