"""Takes on disk: each a .mid and a .json of the same stem, written whole or not at all."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter, thread_time
from typing import Any

from bridge.engine.midi_map import ControlChange
from bridge.realtime import raise_priority
from bridge.reports import NoticeReport, Report, SavedReport
from bridge.storage import midi_map_file
from bridge.storage.unsaved_takes import (
    RETRY_SECONDS,
    Unsaved,
    UnsavedTakes,
    other_folders,
    reason_of,
)
from models.errors import ContinuoError
from models.formats.midi_write import write_composition
from models.formats.track_json import tracks_from_json, tracks_to_json
from models.formats.whole_file import FileWriteError, replace_file
from models.music.clip import Composition
from models.music.tempo import Meter, MeterMap, TempoMap
from models.user_folders import data_folder

FORMAT = 1
MOST_REMEMBERED = 1000
# Of the processor's time for a take that grows: an hour of music is written less often than a song.
GROWING_SHARE = 0.05
GROWING = "growing"  # in the .json, while there is more to come
_NEWEST = 20
_SAID = ("verdict", "title", "starred")  # by people: what a take was made of does not change it


class TakeError(ContinuoError):
    """A file is no take of Continuo's."""


def default_folder() -> Path:
    """Say where takes go unless the musician names a folder."""
    return data_folder("takes")


class FileTakeStore:
    """Saves takes and settings, in order, in a thread of its own, from which `report` is called.

    It remembers where the last 1,000 takes of this run lie, so that they can be judged. Takes for
    which there is no room are kept in memory until there is, at the end in one of `others`.
    """

    def __init__(
        self,
        folder: Path,
        report: Callable[[Report], None],
        now: Callable[[], datetime] = datetime.now,
        cc_file: Path | None = None,
        others: Sequence[Path] | None = None,
    ) -> None:
        self._folder, self._report, self._now = folder, report, now
        self._cc_file, self._others = cc_file, others
        self._unsaved = UnsavedTakes()
        self._paths: OrderedDict[str, Path] = OrderedDict()  # of the .json, by take id
        self._slots: OrderedDict[int, Path] = OrderedDict()  # of the .mid, by slot
        self._told: tuple[int | None, Path] | None = None  # the last one that was
        self._waiting: dict[int, Callable[[], Composition]] = {}  # growing, not written yet
        self._rests_until_seconds = 0.0
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="takes", daemon=True)
        self._thread.start()

    def save(self, take: Composition, slot: int | None = None) -> None:
        """Have a take saved soon, and return at once. Called from any thread.

        It takes the place of what was saved in the same slot.
        """
        self._jobs.put(partial(self._save, take, self._now(), slot))

    def grow(self, slot: int, so_far: Callable[[], Composition]) -> None:
        """Have what there is of a take saved; `save` in this slot ends it. From any thread.

        A long one is not written each time: that costs a share of the processor's time at most.
        """
        self._jobs.put(partial(self._grow, slot, so_far))

    def judge(self, take_id: str, verdict: str) -> None:
        """Have it written beside a take that it was kept or dropped. Called from any thread."""
        self._jobs.put(partial(self._judge, take_id, verdict))

    def remember(self, midi_map: Mapping[str, ControlChange]) -> None:
        """Have the map of control changes saved for the next start. Called from any thread."""
        self._jobs.put(partial(self._remember, dict(midi_map)))

    def close(self) -> None:
        """Return when everything is on disk, or reported as lost."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        raise_priority(below=1)
        for path in close_broken_takes(self._folder):
            self._notice("info", f"{path} was cut off when Continuo ended: it is whole up to there")
        while True:
            try:
                job = self._jobs.get(timeout=RETRY_SECONDS if self._unsaved else None)
            except Empty:
                job = self._write_unsaved
            if job is None:
                break
            job()
        for slot, so_far in self._waiting.items():
            self._put(Unsaved(so_far(), self._now(), slot, is_growing=True))
        if self._unsaved:
            self._write_unsaved()
            self._rescue()

    def _grow(self, slot: int, so_far: Callable[[], Composition]) -> None:
        if slot in self._slots and perf_counter() < self._rests_until_seconds:
            self._waiting[slot] = so_far
            return
        began_seconds = thread_time()
        self._waiting.pop(slot, None)
        self._put(Unsaved(so_far(), self._now(), slot, is_growing=True))
        used_seconds = thread_time() - began_seconds
        self._rests_until_seconds = perf_counter() + used_seconds / GROWING_SHARE

    def _save(self, take: Composition, saved_at: datetime, slot: int | None) -> None:
        if slot is not None:
            self._waiting.pop(slot, None)
        self._put(Unsaved(take, saved_at, slot))

    def _put(self, unsaved: Unsaved) -> None:
        self._unsaved.put(unsaved)
        self._write_unsaved()

    def _write_unsaved(self) -> None:
        """Write what waits, in order, until there is no room, which is said once."""
        while unsaved := self._unsaved.first:
            try:
                self._write(unsaved, self._folder)
            except (OSError, FileWriteError) as error:
                if self._unsaved.is_first_failure():
                    self._notice(
                        "error",
                        f"cannot save takes in {self._folder}: {reason_of(error)}; they are kept "
                        "in memory and saved when it can be written again, or see --takes",
                    )
                return
            except (ContinuoError, ValueError, TypeError) as error:
                self._notice("error", f"a take is not saved: {error}")
            self._unsaved.take_first()
        if self._unsaved.has_recovered():
            self._notice("info", f"takes can be saved in {self._folder} again, and are")

    def _write(self, unsaved: Unsaved, folder: Path) -> None:
        slot, take_id = unsaved.slot, unsaved.take_id
        old = None if slot is None or folder != self._folder else self._slots.get(slot)
        path = save_take(folder, unsaved.take, unsaved.saved_at, old, unsaved.is_growing)
        self._place(take_id, path.with_suffix(".json"))
        if slot is not None:
            self._slots[slot] = path
            if len(self._slots) > MOST_REMEMBERED:
                self._slots.popitem(last=False)
        if not unsaved.is_growing and self._told != (slot, path):
            self._told = (slot, path)
            self._report(SavedReport(str(path), take_id))
        if unsaved.verdict:
            self._write_verdict(take_id, unsaved.verdict)

    def _rescue(self) -> None:
        """At the end: another folder is better than none."""
        takes = self._unsaved.count()
        for folder in other_folders(self._folder) if self._others is None else self._others:
            with suppress(OSError, FileWriteError):
                while unsaved := self._unsaved.first:
                    self._write(unsaved, folder)
                    self._unsaved.take_first()
                self._notice("warning", f"{takes} could not be saved elsewhere: see {folder}")
                return
        self._notice("error", f"{self._unsaved.count()} lost: there was room nowhere")

    def _place(self, take_id: str, path: Path) -> None:
        if take_id:
            self._paths[take_id] = path
            self._paths.move_to_end(take_id)
            if len(self._paths) > MOST_REMEMBERED:
                self._paths.popitem(last=False)

    def _judge(self, take_id: str, verdict: str) -> None:
        if not self._unsaved.judge(take_id, verdict):
            self._write_verdict(take_id, verdict)

    def _write_verdict(self, take_id: str, verdict: str) -> None:
        path = self._paths.get(take_id)
        if path is None:
            self._notice("warning", f"no take {take_id[:64]!r} lies on disk since this start")
            return
        try:
            judge_take(path, verdict)
        except TakeError as error:
            self._notice(
                "error", f"take {take_id[:64]!r} is {verdict}, but it is not written: {error}"
            )

    def _remember(self, midi_map: Mapping[str, ControlChange]) -> None:
        try:
            midi_map_file.save(midi_map, self._cc_file or midi_map_file.default_file())
        except midi_map_file.MidiMapFileError as error:
            self._notice("error", f"the control changes are not saved: {error}")

    def _notice(self, kind: str, sentence: str) -> None:
        self._report(NoticeReport(kind, sentence))


def save_take(
    folder: Path,
    take: Composition,
    saved_at: datetime,
    path: Path | None = None,
    is_growing: bool = False,
) -> Path:
    """Write a take into the folder, which is made if need be; give back the path of its .mid.

    `path`: of what it replaces; what was said of that stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = str(take.provenance.get("model") or "melody")
    old = path
    more: dict[str, Any] = {GROWING: True} if is_growing else {}
    if old is None:
        path = _free_path(folder, saved_at, model)
    else:
        path = old.with_name(f"{'-'.join(old.stem.split('-')[:3])}-{model}.mid")
        more |= _said_of(old.with_suffix(".json"))
    data = {**take_to_json(take, path.name, saved_at), **more}
    text = json.dumps(data, indent=None if is_growing else 1, default=str)
    write_composition(path, take)
    try:
        replace_file(path.with_suffix(".json"), text.encode())
    except FileWriteError:
        if path != old:
            with suppress(OSError):
                path.unlink()  # without the other it is half a take
        raise
    if old is not None and old != path:
        for name in (old, old.with_suffix(".json")):
            name.unlink(missing_ok=True)
    return path


def _said_of(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
        return {name: data[name] for name in _SAID if name in data}
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def close_broken_takes(folder: Path) -> list[Path]:
    """Mark the newest takes that were still growing when Continuo ended as whole; name them."""
    closed = []
    with suppress(OSError):
        for path in sorted(folder.glob("*.json"))[-_NEWEST:]:
            with suppress(OSError, ContinuoError, ValueError, AttributeError, RecursionError):
                data = json.loads(path.read_bytes())
                if data.pop(GROWING, False):
                    replace_file(path, json.dumps(data, indent=1).encode())
                    closed.append(path.with_suffix(".mid"))
    return closed


def judge_take(path: Path, verdict: str) -> None:
    """Write the verdict into a take's .json, whatever else stands in it; TakeError if it cannot."""
    try:
        data = json.loads(path.read_bytes())
        text = json.dumps({**data, "verdict": verdict}, indent=1)
        replace_file(path, text.encode())
    except OSError as error:
        raise TakeError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except FileWriteError as error:
        raise TakeError(str(error)) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise TakeError(f"{path} is not a take of Continuo's: {error}") from None


def _free_path(folder: Path, saved_at: datetime, model: str) -> Path:
    """Name a take so that names sort by time, also those of one second."""
    second = saved_at.strftime("%Y%m%d-%H%M%S")
    taken = {path.name.split("-")[2] for path in folder.glob(f"{second}-*")}
    number = next(n for n in range(1000) if f"{n:03}" not in taken)
    return folder / f"{second}-{number:03}-{model}.mid"


def load_take(path: Path) -> Composition:
    """Read a take back from its .json (or its .mid, whose .json lies beside it); TakeError."""
    path = path.with_suffix(".json")
    try:
        return take_from_json(json.loads(path.read_bytes()))
    except OSError as error:
        raise TakeError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except (TakeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TakeError(f"{path} is not a take of Continuo's: {error}") from None


def take_to_json(take: Composition, midi_name: str, saved_at: datetime) -> dict[str, Any]:
    """A take as plain values: everything that its .mid cannot say, and the notes in beats."""
    provenance = dict(take.provenance)
    return {
        "format": FORMAT,
        "id": provenance.get("id"),
        "midi": midi_name,
        "saved": saved_at.isoformat(timespec="seconds"),
        "model": provenance.get("model"),
        "seed": provenance.get("seed"),
        "controls": provenance.get("controls", {}),
        "bpm": take.tempo.bpm_at(0.0),
        "meter": str(take.meter.meter_at(0.0)),
        "bars": take.meter.bars(take.length),
        "tempo_changes": [list(change) for change in take.tempo.changes],
        "meter_changes": [[beat, str(meter)] for beat, meter in take.meter.changes],
        "ticks_per_beat": take.ticks_per_beat,
        "provenance": provenance,
        "tracks": tracks_to_json(take.tracks),
    }


def take_from_json(data: Mapping[str, Any]) -> Composition:
    """A take from plain values; TakeError, ValueError, TypeError or KeyError if they do not fit."""
    if data["format"] != FORMAT:
        raise TakeError(f"its format is {data['format']}, this Continuo reads {FORMAT}")
    melody, *accompaniment = tracks_from_json(data["tracks"])
    tempo = tuple((float(beat), float(bpm)) for beat, bpm in data["tempo_changes"])
    meter = tuple((float(beat), Meter.parse(text)) for beat, text in data["meter_changes"])
    return Composition(
        melody,
        tuple(accompaniment),
        TempoMap(tempo),
        MeterMap(meter),
        int(data["ticks_per_beat"]),
        dict(data["provenance"]),
    )
