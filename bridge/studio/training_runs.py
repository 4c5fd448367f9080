"""The trainings on this machine: started, paused, resumed, stopped, and found again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.studio.page_json import PageError
from bridge.studio.process_sign import is_alive, sign_of
from bridge.studio.training_process import RESTING
from models.artifact.catalogue import SHIPPED_FOLDER, SUFFIX, user_folder
from models.artifact.manifest import NAME_PATTERN, NAME_RULE
from models.formats.whole_file import replace_file

PLAN, LOG, METRICS, SAMPLES = "studio.json", "studio.log", "metrics.jsonl", "samples"
PROGRAM = (sys.executable, "-P", "-m", "bridge.studio.training_process")
_PAUSE, _STOP, _RUN = "pause", "stop", "run"
_ELSEWHERE_SECONDS = 120.0  # a terminal's training writes a line at least so often
_DONE = 0.999
_LAST_BYTES = 4_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be trained: checked by the command line, but for what would hurt here."""

    name: str
    data: str
    architecture: str
    minutes: float | None = None
    epochs: float | None = None
    seed: int = 0
    title: str = ""
    options: tuple[tuple[str, float], ...] = ()
    chorales: bool = False

    def arguments(self) -> list[str]:
        """Give the options of `continuo train`."""
        words = ["--name", self.name, "--architecture", self.architecture, "--seed", str(self.seed)]
        words += ["--validate-every", "25"]
        for flag, value in (("--minutes", self.minutes), ("--epochs", self.epochs)):
            words += [] if value is None else [flag, f"{value:g}"]
        words += ["--title", self.title] if self.title else []
        for name, value in self.options:
            words += ["--option", f"{name}={value:g}"]
        return words


class TrainingRuns:
    """Trainings in a folder, one folder each. Called from: any threads, one at a time for a run.

    `program` is what is started, with one argument of JSON.
    """

    def __init__(self, folder: Path, program: Sequence[str] = PROGRAM) -> None:
        self._folder, self._program = folder, program
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    # -- what is asked for ---------------------------------------------------------------------
    def start(self, wanted: Wanted) -> dict[str, Any]:
        """Start a training; PageError with the cure if it cannot be."""
        if not NAME_PATTERN.fullmatch(wanted.name):
            raise PageError(f"a name {NAME_RULE}, got {wanted.name[:70]!r}")
        if (SHIPPED_FOLDER / f"{wanted.name}{SUFFIX}").exists():
            raise PageError(f"{wanted.name} came with Continuo: choose another name")
        folder = self._folder / wanted.name
        if any((folder / name).exists() for name in ("checkpoint.pt", METRICS)):
            raise PageError(f"{wanted.name} was trained before: resume it, or choose another name")
        if not wanted.chorales and not Path(wanted.data).is_dir():
            raise PageError(f"there is no folder {wanted.data}")
        plan: dict[str, Any] = {
            "data": wanted.data,
            "chorales": wanted.chorales,
            "architecture": wanted.architecture,
            "minutes": wanted.minutes,
            "epochs": wanted.epochs,
            "arguments": wanted.arguments(),
        }
        return self._launch(wanted.name, plan, plan["arguments"])

    def resume(self, name: str) -> dict[str, Any]:
        """Go on from the last checkpoint."""
        plan = self._plan(name)
        if self._is_running(name, plan):
            raise PageError(f"{name} is being trained")
        if "arguments" not in plan:
            raise PageError(f"{name} was started in a terminal: go on there, with --resume")
        has_begun = (self._folder / name / "checkpoint.pt").exists()
        more = ["--resume"] if has_begun else []
        return self._launch(name, plan, [*plan["arguments"], *more])

    def end(self, name: str, *, is_pause: bool) -> dict[str, Any]:
        """Let a training end after its step; what was learnt so far is kept."""
        plan = self._plan(name)
        if not self._is_running(name, plan):
            raise PageError(f"{name} is not being trained")
        self._keep(name, {**plan, "intent": _PAUSE if is_pause else _STOP})
        with suppress(ProcessLookupError):
            os.killpg(int(plan["pid"]), signal.SIGTERM)
        return self.look(name)

    def _launch(
        self, name: str, plan: Mapping[str, Any], arguments: Sequence[str]
    ) -> dict[str, Any]:
        folder = self._folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / LOG).open("ab") as log:
                asked = {
                    "data": plan["data"],
                    "chorales": plan["chorales"],
                    "arguments": list(arguments),
                }
                process = subprocess.Popen(
                    (*self._program, json.dumps(asked)),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    cwd=folder,
                )
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise PageError(f"cannot train in {folder}: {reason}") from None
        self._children[name] = process
        sign = sign_of(process.pid)
        self._keep(name, {**plan, "pid": process.pid, "sign": sign, "intent": _RUN})
        return self.look(name)

    def rest(self, is_wished: bool) -> None:
        """Have all trainings rest for some seconds more, or go on at once."""
        path = self._folder / RESTING
        with suppress(OSError):
            if is_wished and self._folder.is_dir():
                path.touch()
            elif not is_wished:
                path.unlink(missing_ok=True)

    # -- what lies on disk ---------------------------------------------------------------------
    def names(self) -> list[str]:
        """List the trainings, the newest first."""
        with suppress(OSError):
            folders = [p for p in self._folder.iterdir() if p.is_dir() and self._has_begun(p)]
            return [p.name for p in sorted(folders, key=lambda p: -p.stat().st_mtime)]
        return []

    @staticmethod
    def _has_begun(folder: Path) -> bool:
        return any((folder / name).exists() for name in (PLAN, METRICS))

    def folder(self, name: str) -> Path:
        """Find a training's folder; PageError if there is none of that name."""
        folder = self._folder / name
        if not NAME_PATTERN.fullmatch(name) or not self._has_begun(folder):
            raise PageError(f"nothing called {name[:70]!r} was trained here")
        return folder

    def metrics(self, name: str, first: int = 0) -> list[dict[str, Any]]:
        """Read the lines of metrics from this one on."""
        return list(self._lines(self.folder(name)))[max(first, 0) :]

    @staticmethod
    def _lines(folder: Path) -> Iterator[dict[str, Any]]:
        with suppress(OSError), (folder / METRICS).open(encoding="utf-8") as file:
            for line in file:
                try:
                    found = json.loads(line)
                except ValueError:  # it is being written just now
                    return
                yield found

    def samples(self, name: str) -> list[str]:
        """Name the sample files of a training, in the order of their steps."""
        return sorted(path.name for path in (self.folder(name) / SAMPLES).glob("step-*.mid"))

    def _plan(self, name: str) -> dict[str, Any]:
        path = self.folder(name) / PLAN
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _keep(self, name: str, plan: Mapping[str, Any]) -> None:
        replace_file(self._folder / name / PLAN, json.dumps(plan, indent=1).encode())

    # -- how it is -----------------------------------------------------------------------------
    def _is_running(self, name: str, plan: Mapping[str, Any]) -> bool:
        child = self._children.get(name)
        if child is not None and child.poll() is not None:
            del self._children[name]
        return "pid" in plan and is_alive(int(plan["pid"]), str(plan.get("sign", "")))

    def look(self, name: str) -> dict[str, Any]:
        """Say how a training is, as the page lists it."""
        folder, plan = self.folder(name), self._plan(name)
        lines = list(self._lines(folder))
        last = lines[-1] if lines else {}
        best = [line["step"] for line in lines if line.get("best")]
        done = _fraction(plan, last)
        seconds = float(last.get("seconds") or 0.0)
        said = _last_words(folder / LOG)
        state = self._state(name, plan, done, bool(lines))
        model = (user_folder() / f"{name}{SUFFIX}").exists()
        return {
            "name": name,
            "state": state,
            "percent": round(100 * done, 1),
            "seconds": seconds,
            "seconds_left": seconds * (1 / done - 1) if done else None,
            "step": int(last.get("step") or 0),
            "best_step": best[-1] if best else None,
            "architecture": plan.get("architecture", ""),
            "data": Path(str(plan.get("data", ""))).name,
            "said": said,
            "error": said.removeprefix("Error: ") if state == "failed" else "",
            "model": name if model else "",
            "lines": len(lines),
        }

    def _state(self, name: str, plan: Mapping[str, Any], done: float, has_lines: bool) -> str:
        intent = plan.get("intent")
        if self._is_running(name, plan):
            if intent in (_PAUSE, _STOP):
                return "pausing" if intent == _PAUSE else "stopping"
            return "running" if has_lines else "preparing"
        if not plan:
            path = self._folder / name / METRICS
            with suppress(OSError):
                if time.time() - path.stat().st_mtime < _ELSEWHERE_SECONDS:  # noqa: TID251 - files' own clock
                    return "elsewhere"
            return "finished"
        if intent == _PAUSE:
            return "paused"
        is_done = intent == _STOP or done >= _DONE
        return "finished" if is_done and has_lines else "failed"


def _fraction(plan: Mapping[str, Any], last: Mapping[str, Any]) -> float:
    shares = [0.0]
    if plan.get("minutes"):
        shares.append(float(last.get("seconds") or 0.0) / (60 * float(plan["minutes"])))
    if plan.get("epochs"):
        shares.append(float(last.get("epoch") or 0.0) / float(plan["epochs"]))
    return min(max(shares), 1.0)


def _last_words(path: Path) -> str:
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(path.stat().st_size - _LAST_BYTES, 0))
        lines = file.read().decode("utf-8", "replace").replace("\r", "\n").splitlines()
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
    return ""
