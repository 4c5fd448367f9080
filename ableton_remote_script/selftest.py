"""The test of itself that somebody with Live runs once; its report shows what Live really does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from . import checks, checks_of_time
from .files import save
from .handshake import VERSION, python_version
from .host import Host, is_there
from .notes import Note
from .scratch import TRACK_NAME, Scratch
from .task_queue import PAUSE
from .transfer import Take, Voice
from .types import Json, Steps
from .writer import Writer

_GAPS = 50
_WRITTEN = 200


class SelfTest:
    """Works in a track of its own, which it makes, and removes afterwards."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def steps(self) -> Steps:
        """Do all checks; returns how many passed and failed, and the report's path."""
        scratch = Scratch(self._host)
        observed: dict[str, object] = {}
        try:
            for name, check, _ in CHECKS:
                yield
                observed[name] = yield from _observed(check, scratch)
            observed["a take is written"] = yield from self._write(scratch)
            measured = yield from _gaps()
        finally:
            scratch.remove()
        failed = [n for n, _, expected in CHECKS if observed[n] not in expected]
        failed += [n for n in ("a take is written",) if observed[n] != [_WRITTEN, "undone"]]
        path = self._save({"observed": observed, "failed": failed, "measured": measured})
        return len(observed) - len(failed), len(failed), path

    def _write(self, scratch: Scratch) -> Steps:
        """Write as a take is written, over several callbacks, and undo it at one stroke."""
        notes = [Note(60 + i % 12, i / 4, 0.25, 100, 0) for i in range(_WRITTEN)]
        voice = Voice(TRACK_NAME, "melody", notes)
        take = Take("Continuo self-test", _WRITTEN / 4, False, -1, [voice])
        scratch.empty()
        written = yield from Writer(self._host, take).steps()
        slot = scratch.track.clip_slots[written.scene]
        yield PAUSE
        self._host.song().undo()
        yield PAUSE
        is_undone = not (is_there(slot) and slot.has_clip)
        return [written.notes, "undone" if is_undone else "not undone"]

    def _save(self, report: dict[str, object]) -> str:
        version = self._host.version()
        head = {"live": version, "python": python_version(), "script": VERSION}
        content = json.dumps({**head, **report}, indent=1, sort_keys=True)
        return save(f"selftest-{version}.json", content + "\n")


CHECKS = checks.CHECKS + checks_of_time.CHECKS


def _observed(check: Callable[[Scratch], Json], scratch: Scratch) -> Steps:
    """What a check sees; an exception of Live's is an observation too."""
    try:
        outcome = check(scratch)
        if hasattr(outcome, "send"):
            outcome = yield from outcome
    except Exception as error:  # noqa: BLE001 - whichever Live raises is asked
        return type(error).__name__
    return outcome


def _gaps() -> Steps:
    """The time from one callback to the next, in milliseconds."""
    gaps: list[float] = []
    before = time.perf_counter()
    for _ in range(_GAPS):
        yield PAUSE
        now = time.perf_counter()
        gaps.append((now - before) * 1000)
        before = now
    return {
        "callback gap ms, median": round(sorted(gaps)[len(gaps) // 2], 2),
        "callback gap ms, longest": round(max(gaps), 2),
    }
