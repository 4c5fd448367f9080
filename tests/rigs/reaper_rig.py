"""A strict stand-in for REAPER under Lua, takes as saved, and what is then in the project."""

import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from paths import RIGS, ROOT
from patience import PATIENCE_SECONDS

from bridge.storage.take_store import judge_take, save_take
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap

LUAS = ["lua5.4", "lua5.3"]  # of REAPER 7 and 6
SCRIPTS = ROOT / "reaper_scripts"
KEPT, EVERY = "continuo_insert_kept_takes.lua", "continuo_insert_every_take.lua"
SEND, CHOOSE = "continuo_send_melody.lua", "continuo_choose_takes_folder.lua"
FILL = "continuo_fill_selection.lua"
MONDAY = datetime(2026, 11, 23, 9, 30)
PARTS = {"melody": 72, "Alto": 67, "Tenor": 60, "Bass": 48}
NUMBER = 1e-6  # quarter notes


# -- what Continuo leaves on disk ------------------------------------------------------------
def part(name: str, pitch: int, channel: int) -> Track:
    notes = tuple(Note(i * 1.5, 1.25, pitch + i, 80 + i) for i in range(5))
    return Track(name, Clip(notes, 8.0), channel=channel)


def take(take_id: str = "take-0", meter: str = "4/4") -> Composition:
    melody, *others = (part(name, pitch, i) for i, (name, pitch) in enumerate(PARTS.items()))
    provenance = {"id": take_id, "model": "bach", "seed": 7, "controls": {}}
    return Composition(
        melody,
        tuple(others),
        TempoMap.constant(97.0),
        MeterMap.constant(Meter.parse(meter)),
        provenance=provenance,
    )


def saved(folder: Path, composition: Composition, number: int = 0, verdict: str = "kept") -> Path:
    path = save_take(folder, composition, MONDAY + timedelta(seconds=number))
    if verdict:
        judge_take(path.with_suffix(".json"), verdict)
    return path


# -- what REAPER shows -----------------------------------------------------------------------
@dataclass
class Item:
    begin: float
    end: float
    title: str
    notes: list[tuple[float, ...]] = field(default_factory=list)
    markers: list[tuple[float, str]] = field(default_factory=list)


@dataclass
class Project:
    tracks: list[tuple[str, list[Item]]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    undo: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.tracks]

    def items(self, name: str) -> list[Item]:
        return next(items for found, items in self.tracks if found == name)

    def read(self, line: str) -> None:
        kind, *values = line.split("\t")
        if kind == "track":
            self.tracks.append((values[0], []))
        elif kind == "item":
            self.tracks[-1][1].append(Item(float(values[0]), float(values[1]), values[2]))
        elif kind == "note":
            self.tracks[-1][1][-1].notes.append(tuple(map(float, values)))
        elif kind == "text":
            assert values[1] == "6", "a marker"
            self.tracks[-1][1][-1].markers.append((float(values[0]), values[2]))
        else:
            {"message": self.messages, "undo": self.undo}.get(kind, self.printed).append(values[-1])


class Reaper:
    """Runs a scenario in Lua: `start(NAME)` starts an action, `stub` is the stand-in."""

    def __init__(self, program: str, takes: Path) -> None:
        self.program, self.takes = program, takes

    def __call__(self, scenario: str, *, chosen: bool = True) -> Project:
        lines = [
            f"local stub = dofile([[{RIGS / 'reaper_stub.lua'}]])",
            f"local function start(name) stub.start([[{SCRIPTS}/]] .. name) end",
            f"local takes = [[{self.takes}]]",
            f"local kept, every, send, choose = '{KEPT}', '{EVERY}', '{SEND}', '{CHOOSE}'",
            f"local fill = '{FILL}'",
            "local function sh(command) assert(os.execute(command)) end",
            "stub.ext['continuo/takes_folder'] = takes" if chosen else "",
            scenario,
            "stub.dump()",
        ]
        done = subprocess.run(
            [self.program, "-"],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        project = Project()
        for line in done.stdout.splitlines():
            project.read(line)
        return project


def keep_during(reaper: Reaper, path: Path) -> str:
    """Lua that has a take kept while the script runs."""
    kept = path.with_suffix(".kept")
    text = path.with_suffix(".json").read_text()
    kept.write_text(text.rstrip().removesuffix("}").rstrip() + ',\n "verdict": "kept"\n}')
    return f"sh([[mv '{kept}' '{path.with_suffix('.json')}']])"


def same_notes(item: Item, track: Track, at: float) -> None:
    expected = [(n.pitch, at + n.start, n.duration, n.velocity) for n in track.clip.notes]
    assert [n[:4] for n in item.notes] == [pytest.approx(n, abs=2e-3) for n in expected]
    assert {n[4] for n in item.notes} == {track.channel}
