"""What bridge and worker write to each other: one JSON object a line."""

import json
from collections.abc import Mapping
from typing import Any

from bridge.events import Generated, StepMade
from bridge.interfaces import GenerateRequest, ModelStep
from models.formats.harmony_json import harmony_from_json, harmony_to_json
from models.formats.track_json import (
    clip_from_rows,
    clip_to_rows,
    tracks_from_json,
    tracks_to_json,
)
from models.music.clip import Clip
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
        "notes": clip_to_rows(request.melody),
        "melody_length": request.melody.length,
        "length": request.length,
        "meter": str(request.meter),
        "bpm": request.bpm,
        "seed": request.seed,
        "controls": dict(request.controls),
        "begin": request.begin,
        "context": tracks_to_json(request.context),
        "technique": request.technique,
        "then": [[step.model, step.technique, dict(step.controls)] for step in request.then],
        "extension": request.extension,
        "is_whole": request.is_whole,
        "chords": None if request.chords is None else clip_to_rows(request.chords),
        "swing": request.swing,
    }


def load_to_json(model: str) -> dict[str, Any]:
    """The wish to have a model in memory, as plain values."""
    return {"load": model}


def request_from_json(data: Mapping[str, Any]) -> GenerateRequest:
    """A request from plain values; ValueError, TypeError or KeyError if they do not fit."""
    return GenerateRequest(
        request_id=str(data["id"]),
        model=str(data["model"]),
        melody=clip_from_rows(data["notes"], data["melody_length"]),
        length=float(data["length"]),
        meter=Meter.parse(data["meter"]),
        bpm=float(data["bpm"]),
        seed=int(data["seed"]),
        controls=_controls(data["controls"]),
        begin=float(data["begin"]),
        context=tracks_from_json(data["context"]),
        technique=str(data["technique"]),
        then=tuple(ModelStep(str(m), str(t), _controls(c)) for m, t, c in data["then"]),
        extension=None if data["extension"] is None else int(data["extension"]),
        is_whole=bool(data["is_whole"]),
        chords=None if data["chords"] is None else clip_from_rows(data["chords"], 0.0),
        swing=float(data["swing"]),
    )


def generated_to_json(answer: Generated) -> dict[str, Any]:
    """An answer as plain values."""
    melody = answer.melody
    return {
        "event": "generated",
        "id": answer.request_id,
        "tracks": tracks_to_json(answer.tracks),
        "seconds": answer.seconds,
        "melody": None if melody is None else [melody.length, clip_to_rows(melody)],
        "steps": [step_to_json(step) for step in answer.steps],
        "harmony": answer.harmony and harmony_to_json(answer.harmony),
    }


def generated_from_json(data: Mapping[str, Any], at_seconds: float) -> Generated:
    """An answer from plain values; ValueError, TypeError or KeyError if they do not fit.

    A worker that only accompanies may leave out melody, steps and harmony.
    """
    harmony = data.get("harmony")
    return Generated(
        at_seconds,
        str(data["id"]),
        tracks_from_json(data["tracks"]),
        float(data["seconds"]),
        _melody(data.get("melody")),
        tuple(_step(step) for step in data.get("steps", ())),
        harmony_from_json(harmony) if harmony else None,
    )


def step_to_json(step: StepMade) -> dict[str, Any]:
    """What one model left, as plain values."""
    return {
        "model": step.model,
        "technique": step.technique,
        "seed": step.seed,
        "controls": dict(step.controls),
        "tracks": tracks_to_json(step.tracks),
    }


def _step(data: Mapping[str, Any]) -> StepMade:
    return StepMade(
        str(data["model"]),
        str(data["technique"]),
        int(data["seed"]),
        _controls(data["controls"]),
        tracks_from_json(data["tracks"]),
    )


def _melody(data: Any) -> Clip | None:  # noqa: ANN401 - whatever was written
    if data is None:
        return None
    length, rows = data
    return clip_from_rows(rows, length)


def _controls(data: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(value) for name, value in data.items()}
