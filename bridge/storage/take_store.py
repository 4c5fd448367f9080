"""Takes on disk: each a .mid and a .json of the same stem, written whole or not at all."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bridge.engine.midi_map import ControlChange
from bridge.realtime import raise_priority
from bridge.reports import NoticeReport, Report, SavedReport
from bridge.storage import midi_map_file
from models.errors import ContinuoError
from models.formats.midi_write import write_composition
from models.formats.track_json import tracks_from_json, tracks_to_json
from models.formats.whole_file import FileWriteError, replace_file
from models.music.clip import Composition
from models.music.tempo import Meter, MeterMap, TempoMap
from models.user_folders import data_folder

FORMAT = 1
MOST_REMEMBERED = 1000


class TakeError(ContinuoError):
    """A file is no take of Continuo's."""


def default_folder() -> Path:
    """Say where takes go unless the musician names a folder."""
    return data_folder("takes")


class FileTakeStore:
    """Saves takes and settings, in order, in a thread of its own, from which `report` is called.

    It remembers where the last 1,000 takes of this run lie, so that they can be judged.
    """

    def __init__(
        self,
        folder: Path,
        report: Callable[[Report], None],
        now: Callable[[], datetime] = datetime.now,
        cc_file: Path | None = None,
    ) -> None:
        self._folder, self._report, self._now = folder, report, now
        self._cc_file = cc_file
        self._paths: OrderedDict[str, Path] = OrderedDict()  # of the .json, by take id
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="takes", daemon=True)
        self._thread.start()

    def save(self, take: Composition) -> None:
        """Have a take saved soon, and return at once. Called from any thread."""
        self._jobs.put(partial(self._save, take, self._now()))

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
        while job := self._jobs.get():
            job()

    def _save(self, take: Composition, saved_at: datetime) -> None:
        try:
            path = save_take(self._folder, take, saved_at)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._notice("error", f"cannot save takes in {self._folder}: {reason}; see --takes")
        except (ContinuoError, ValueError, TypeError) as error:  # a full disk too
            self._notice("error", f"a take is not saved: {error}")
        else:
            take_id = str(take.provenance.get("id") or "")
            self._place(take_id, path.with_suffix(".json"))
            self._report(SavedReport(str(path), take_id))

    def _place(self, take_id: str, path: Path) -> None:
        if take_id:
            self._paths[take_id] = path
            self._paths.move_to_end(take_id)
            if len(self._paths) > MOST_REMEMBERED:
                self._paths.popitem(last=False)

    def _judge(self, take_id: str, verdict: str) -> None:
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


def save_take(folder: Path, take: Composition, saved_at: datetime) -> Path:
    """Write a take into the folder, which is made if need be; give back the path of its .mid."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _free_path(folder, saved_at, str(take.provenance.get("model") or "melody"))
    write_composition(path, take)
    text = json.dumps(take_to_json(take, path.name, saved_at), indent=1, default=str)
    replace_file(path.with_suffix(".json"), text.encode())
    return path


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
