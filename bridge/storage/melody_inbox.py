"""Melodies that come as files: `inbox` in the takes folder, for programs that have no sockets.

Such a program (the REAPER script) writes `ID.melody` there under another name and renames it, so
that nobody reads half of it. It is text, one thing a line; times are in beats from a bar line:

    continuo melody 1
    id reaper-20261121-093000       what the take will be called
    bpm 120                         the song's tempo, and so the take's
    length 16                       whole bars: what is accompanied, edited or extended
    fill 4 8                        only where a hole is to be filled: its beats
    note 60 0 1.5 100 0             pitch, start, duration, velocity, channel from 0 (9 is drums,
                                    which are no melody); any number of them
    end                             without it the file is not whole, and refused

Continuo deletes the file, takes the melody as its phrase and makes a take of it, which appears in
the takes folder under that id. A file that it refuses it answers with `ID.error`: one sentence.
"""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bridge.events import Command
from bridge.polling import Polling, Wait
from bridge.reports import NoticeReport
from models.errors import ContinuoError
from models.formats.whole_file import FileWriteError, replace_file
from models.music.clip import DRUM_CHANNEL, Clip, Note

FOLDER, SUFFIX, REFUSED = "inbox", ".melody", ".error"
FIRST_LINE = "continuo melody 1"
LOOK_SECONDS = 0.1
MOST_BYTES = 2**20
MOST_NOTES = 20_000
LONGEST_BEATS = 4096.0
_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)
_VALUES = {"id": 1, "bpm": 1, "length": 1, "fill": 2, "note": 5}


class MelodyFileError(ContinuoError):
    """A file in the inbox is no melody; its text is a sentence for whoever wrote it."""


class MelodyFile(NamedTuple):
    """A melody, what its take is to be called, and the tempo of the song that it comes from.

    `fill`: the beats to be filled, if not all of it is the matter.
    """

    id: str
    clip: Clip
    bpm: float
    fill: tuple[float, float] | None = None


def parse_melody_file(text: str) -> MelodyFile:
    """Read the text of a melody's file; MelodyFileError says what is wrong with which line."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != FIRST_LINE:
        raise MelodyFileError(f"its first line must be {FIRST_LINE!r}")
    fields: dict[str, list[str]] = {}
    notes: list[Note] = []
    drums = 0
    for number, key, values in _entries(lines):
        if key == "note":
            note, channel = _note(number, values)
            if channel != DRUM_CHANNEL:  # drums are no melody, as in files
                notes.append(note)
            drums += channel == DRUM_CHANNEL
        elif key in fields:
            raise MelodyFileError(f"line {number}: there is a second {key}")
        else:
            fields[key] = values
    if len(notes) > MOST_NOTES:
        raise MelodyFileError(f"it has {len(notes)} notes, at most {MOST_NOTES} are taken")
    if drums and not notes:
        raise MelodyFileError("it has only drums (channel 10), so there is no melody")
    return _melody(fields, notes)


def _entries(lines: list[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Each line before `end` as (number, key, values)."""
    for number, line in enumerate(lines[1:], start=2):
        key, *values = line.split() or [""]
        if key == "end" and not values:
            return
        if key and key not in _VALUES:
            raise MelodyFileError(f"line {number}: unknown word {key[:40]!r}")
        if key and len(values) != _VALUES[key]:
            raise MelodyFileError(f"line {number}: {key} takes {_VALUES[key]}, got {len(values)}")
        if key:
            yield number, key, values
    raise MelodyFileError("it does not end with the line 'end': it is not whole")


def _note(number: int, values: list[str]) -> tuple[Note, int]:
    try:
        pitch, start, duration, velocity = values[:4]
        note = Note(float(start), float(duration), int(pitch), int(velocity))
        channel = int(values[4])
    except ValueError as error:
        raise MelodyFileError(f"line {number}: {error}") from None
    if not 0 <= note.start <= LONGEST_BEATS:
        raise MelodyFileError(f"line {number}: start must be in range 0..4096, got {note.start:g}")
    return note, channel


def _melody(fields: dict[str, list[str]], notes: list[Note]) -> MelodyFile:
    missing = [name for name in ("id", "bpm", "length") if name not in fields]
    if missing:
        raise MelodyFileError(f"it has no {' and no '.join(missing)}")
    id_ = fields["id"][0]
    if not _ID.fullmatch(id_):
        raise MelodyFileError(f"id must be letters, digits, '.', '_' and '-', got {id_[:40]!r}")
    length = _number("length", fields["length"][0], 0.0, LONGEST_BEATS)
    bpm = _number("bpm", fields["bpm"][0], 1.0, 1000.0)
    if not notes:
        raise MelodyFileError("it has no notes")
    if not length or max(note.start for note in notes) >= length:
        raise MelodyFileError(f"length must be more than every note's start, got {length:g}")
    return MelodyFile(id_, Clip(tuple(notes), length), bpm, _fill(fields.get("fill"), length))


def _fill(values: list[str] | None, length: float) -> tuple[float, float] | None:
    if values is None:
        return None
    begin, end = (_number("fill", text, 0.0, length) for text in values)
    if end <= begin:
        raise MelodyFileError(f"fill must end after its begin, got {begin:g} to {end:g}")
    return begin, end


def _number(name: str, text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise MelodyFileError(f"{name} must be in range {low:g}..{high:g}, got {text[:40]}")
    return value


class MelodyInbox:
    """One look after the other into the folder: what came is taken out, and put as commands."""

    def __init__(
        self,
        takes: Path,
        put: Callable[[Command], None],
        tell: Callable[[NoticeReport], None],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._folder = takes / FOLDER
        self._put, self._tell, self._clock = put, tell, clock

    def clear(self) -> None:
        """Throw away what lies there from before: nobody waits for it any more."""
        for path in self._found(SUFFIX, REFUSED, ".tmp"):
            with suppress(OSError):
                path.unlink()

    def look(self) -> None:
        """Take what has come, oldest name first. Never raises."""
        for path in self._found(SUFFIX):
            try:
                self._take(path)
            except MelodyFileError as error:
                self._refuse(path, str(error))
            except OSError:
                continue  # it is gone again, or cannot be deleted: then it would be taken for ever

    def _found(self, *suffixes: str) -> list[Path]:
        try:
            found = [entry for entry in os.scandir(self._folder) if entry.name.endswith(suffixes)]
            # A pipe would never end, a link lead elsewhere: both are nobody's melody.
            names = sorted(e.name for e in found if e.is_file(follow_symlinks=False))
        except OSError:
            return []
        return [self._folder / name for name in names]

    def _take(self, path: Path) -> None:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        path.unlink()
        if len(data) > MOST_BYTES:
            raise MelodyFileError("it is larger than 1 MB")
        melody = parse_melody_file(data.decode("utf-8", "replace"))
        now_seconds = self._clock()
        values = (melody.id, melody.clip, melody.bpm, *(melody.fill or ()))
        self._put(Command(now_seconds, "melody/harmonise", values))

    def _refuse(self, path: Path, reason: str) -> None:
        sentence = f"{path.name} is not taken: {reason}"
        self._tell(NoticeReport("error", sentence))
        with suppress(FileWriteError):  # the folder is full or gone: it stands on the screen
            replace_file(path.with_suffix(REFUSED), f"{sentence}\n".encode())


def watch_inbox(inbox: MelodyInbox, wait: Wait = threading.Event.wait) -> Polling:
    """Look into the inbox ten times a second until closed; its callbacks are called from there."""
    return Polling(inbox.look, LOOK_SECONDS, "inbox", wait, begin=inbox.clear)
