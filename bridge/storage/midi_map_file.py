"""The map of control changes on disk: one JSON file in the user's configuration folder."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.engine.midi_map import DEFAULTS, ControlChange, MidiMap
from models.artifact.manifest import NAME_PATTERN
from models.errors import ContinuoError
from models.formats.whole_file import FileWriteError, replace_file
from models.user_folders import NoHomeError, config_file

FORMAT = 1


class MidiMapFileError(ContinuoError):
    """The map cannot be read or written; the message is a sentence for the musician."""


@dataclass(frozen=True, slots=True)
class LoadedMidiMap:
    """The map to start with; `notice` says why it is not the saved one, if it is not."""

    mapping: Mapping[str, ControlChange]
    notice: str = ""


def default_file() -> Path:
    """Say where the map is saved; neither file nor folder may exist yet."""
    return config_file("control-changes.json")


def load(path: Path | None = None) -> LoadedMidiMap:
    """Read the saved map, or else give the usual one; the file stays as it is."""
    try:
        path = default_file() if path is None else path
        return LoadedMidiMap(_read(path))
    except (FileNotFoundError, NoHomeError):
        return LoadedMidiMap(DEFAULTS)
    except MidiMapFileError as error:
        return LoadedMidiMap(DEFAULTS, f"{error}; the usual control changes are in force")


def save(mapping: Mapping[str, ControlChange], path: Path | None = None) -> None:
    """Write the map; one there that cannot be read is kept beside it. MidiMapFileError."""
    try:
        path = default_file() if path is None else path
    except NoHomeError as error:
        raise MidiMapFileError(str(error)) from None
    data = {
        "format": FORMAT,
        # Channels are counted from 1, as people do; null is any.
        "functions": {
            function: {"cc": cc, "channel": None if channel is None else channel + 1}
            for function, (cc, channel) in mapping.items()
        },
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_broken(path)
        replace_file(path, json.dumps(data, indent=1).encode() + b"\n")
    except OSError as error:
        raise MidiMapFileError(f"cannot write {path}: {_reason(error)}") from None
    except FileWriteError as error:
        raise MidiMapFileError(str(error)) from None


def _keep_broken(path: Path) -> None:
    with suppress(FileNotFoundError):
        try:
            _read(path)
        except MidiMapFileError:
            path.replace(path.with_suffix(".broken.json"))


def _read(path: Path) -> dict[str, ControlChange]:
    """Read the map; FileNotFoundError if there is none, MidiMapFileError if it does not fit."""
    try:
        data = json.loads(path.read_bytes())
        return _checked(data)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise MidiMapFileError(f"cannot read {path}: {_reason(error)}") from None
    except (ValueError, RecursionError) as error:
        raise MidiMapFileError(f"{path} cannot be used: {error}") from None


def _checked(data: Any) -> dict[str, ControlChange]:  # noqa: ANN401
    if not isinstance(data, dict) or not isinstance(data.get("functions"), dict):
        raise ValueError("it is no map of control changes")
    if data.get("format") != FORMAT:
        raise ValueError(f"its format is {data.get('format')}, this Continuo reads {FORMAT}")
    written = {name: _control(name, entry) for name, entry in data["functions"].items()}
    mapping = MidiMap(written).mapping
    lost = [name for name in written if name not in mapping]
    if lost:
        raise ValueError(f"the control change of {lost[0]!r} has another function as well")
    return mapping


def _control(name: str, entry: Any) -> ControlChange:  # noqa: ANN401
    if not NAME_PATTERN.fullmatch(name):
        raise ValueError(f"{name!r} is no function's name")
    if not isinstance(entry, dict) or not _is_whole(entry.get("cc")):
        raise ValueError(f"{name!r} has no number of a control change")
    channel = entry.get("channel")
    if channel is not None and not _is_whole(channel):
        raise ValueError(f"the channel of {name!r} must be 1 to 16 or null, got {channel!r}")
    return entry["cc"], None if channel is None else channel - 1


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
