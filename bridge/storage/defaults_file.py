"""The user's own defaults on disk: a TOML file with a table a command, edited by hand too."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from models.errors import ContinuoError
from models.formats.whole_file import FileWriteError, replace_file
from models.user_folders import config_file

Value = bool | int | float | str | list["Value"]
Defaults = dict[str, dict[str, Value]]

_TABLE = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(#.*)?")


class DefaultsFileError(ContinuoError):
    """The file cannot be read or written: a sentence that names it."""


def default_file() -> Path:
    """Say where it is; neither file nor folder may exist yet. NoHomeError."""
    return config_file("config.toml")


def load(path: Path) -> Defaults:
    """Read the defaults of each command; nothing where there is no file. DefaultsFileError."""
    text = _read(path)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefaultsFileError(
            f"{path} is not TOML ({error}): mend it or delete it (each line is like tempo = 96)"
        ) from None
    for name, table in found.items():
        if not isinstance(table, dict):
            raise DefaultsFileError(
                f"{path}: {name} stands under no command: put it below a line such as [play]"
            )
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DefaultsFileError(f"cannot read {path}: {reason}") from None
    except UnicodeDecodeError:
        raise DefaultsFileError(f"{path} is not UTF-8 text: mend it or delete it") from None


def put(path: Path, command: str, key: str, value: Value | None) -> None:
    """Write one entry, or take it out (None); what else stands there stays. DefaultsFileError."""
    wanted = {name: dict(table) for name, table in load(path).items()}
    table = wanted.setdefault(command, {})
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value
    text = _edited(_read(path), command, key, value)
    if not _says(text, wanted):  # an entry over several lines, or the like: comments are lost
        text = _written(wanted)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise DefaultsFileError(
            f"{command}.{key} cannot be written as text: {value!r} has bytes that are no letters"
        ) from None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except FileWriteError as error:
        raise DefaultsFileError(f"cannot write {path}: {error.reason.lower()}") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DefaultsFileError(f"cannot write {path}: {reason}") from None


def _says(text: str, wanted: Mapping[str, Mapping[str, Value]]) -> bool:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    empty_or_not = {name: table for name, table in wanted.items() if table or name in found}
    return found == empty_or_not


def _edited(text: str, command: str, key: str, value: Value | None) -> str:
    """Change one line and leave the others, comments too, as they are."""
    lines = text.splitlines()
    begin = next((i for i, line in enumerate(lines) if _table_of(line) == command), None)
    new = [] if value is None else [f"{key} = {_toml(value)}"]
    if begin is None:
        head = [*([""] if lines else []), f"[{command}]"] if new else []
        return _joined([*lines, *head, *new])
    following = (i for i in range(begin + 1, len(lines)) if _table_of(lines[i]) is not None)
    end = next(following, len(lines))
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1  # a new entry comes before the empty lines between two tables
    entry = re.compile(rf"\s*{re.escape(key)}\s*=")
    at = next((i for i in range(begin + 1, end) if entry.match(lines[i])), end)
    return _joined([*lines[:at], *new, *lines[at + (at < end) :]])


def _table_of(line: str) -> str | None:
    found = _TABLE.fullmatch(line)
    return found["name"] if found else None


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _written(defaults: Mapping[str, Mapping[str, Value]]) -> str:
    tables = [
        _joined([f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())])
        for name, table in defaults.items()
        if table
    ]
    return "\n".join(tables)


def _toml(value: Value) -> str:
    """Write a value as TOML does; its strings are those of JSON but for one character."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
