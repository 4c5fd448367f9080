"""A day of mode follow and of mode loop on the simulated clock; or minutes of it in real time.

`python tests/rigs/endurance.py [--hours 24] [--minutes 60] [--seed 4]` prints what came of it: with
`--minutes` that of `continuo bench --endure`. Ends with 1 for a hanging or a late note, for a
complaint, or where the memory grew.
"""

import argparse
import gc
import json
import os
import sys
from collections.abc import Iterator
from random import Random
from time import process_time

from follow_composers import one_a_beat
from simulated_player import settings

from bridge.bench.endurance import endure
from bridge.bench.players import random_player
from bridge.engine.engine import Engine, Services
from bridge.events import Command, Event, MidiIn
from bridge.fakes import NoTakeStore, Sounding
from bridge.machine import memory_mb
from bridge.offline import ScriptedComposer
from bridge.reports import NoticeReport, Report, SoundReport
from models.artifact.catalogue import DEFAULT_MODEL

BPM = 120.0
HOUR_SECONDS = 3600.0
TAKE_EVERY_SECONDS = 45.0
GROWN_MB = 8.0
LATE_MS = 3.0


class Ears(NoTakeStore):
    """Counts what is heard, and keeps nothing of it."""

    def __init__(self) -> None:
        self.notes = self.late = 0
        self.sounding = Sounding()
        self.complaints: list[str] = []

    def send(self, message) -> None:
        """Follow what sounds."""
        self.sounding.follow(message)

    def __call__(self, report: Report) -> None:
        """Take one report."""
        if isinstance(report, SoundReport) and report.message.type == "note_on":
            self.notes += 1
            self.late += report.late_ms > LATE_MS
        elif isinstance(report, NoticeReport) and report.kind != "info":
            self.complaints.append(report.text)


def played(mode: str, hours: int, seed: int) -> Iterator[Event]:
    """What a player does all day long; in mode loop now and then another take is asked for."""
    for hour in range(hours):
        begin_seconds = hour * HOUR_SECONDS
        events: list[Event] = [
            MidiIn(begin_seconds + event.at_seconds, event.message)
            for event in random_player(Random(seed + hour), HOUR_SECONDS, BPM)
        ]
        if mode == "loop":
            for number in range(int(HOUR_SECONDS / TAKE_EVERY_SECONDS)):
                at_seconds = begin_seconds + (number + 0.5) * TAKE_EVERY_SECONDS
                events.append(Command(at_seconds, "generate", (f"take-{hour}-{number}", number)))
        yield from sorted(events, key=lambda event: event.at_seconds)


def simulate(mode: str, hours: int, seed: int) -> dict[str, object]:
    """Let the engine live through it, as fast as it goes; look at the memory on each hour."""
    ears, chance = Ears(), Random(seed)
    composer = ScriptedComposer(one_a_beat, [chance.uniform(0.01, 0.09) for _ in range(997)])
    composer.requests = _Forgotten()
    bars = 8 if mode == "follow" else 4
    engine = Engine(settings(mode=mode, bars=bars, bpm=BPM), Services(ears, composer, ears), ears)
    engine.advance(0.0)
    now_seconds, memory, began_seconds = 0.0, [], process_time()
    for event in played(mode, hours, seed):
        while True:
            wakes, answers = engine.next_wakeup_seconds(), composer.next_seconds
            due = min(s for s in (event.at_seconds, wakes, answers) if s is not None)
            now_seconds = composer.now_seconds = max(now_seconds, due)
            if answers is not None and answers <= due:
                engine.handle(composer.take(), now_seconds)
            elif event.at_seconds <= due:
                break
            else:
                engine.advance(now_seconds)
        engine.handle(event, now_seconds)
        if now_seconds >= (len(memory) + 1) * HOUR_SECONDS - 10:
            gc.collect()
            memory.append(memory_mb(os.getpid()) or 0.0)
    engine.close(now_seconds)
    return {
        "mode": mode,
        "hours": hours,
        "notes": ears.notes,
        "late_notes": ears.late,
        "hanging_notes": len(ears.sounding),
        "complaints": len(ears.complaints),
        "first_complaints": sorted(set(ears.complaints))[:5],
        "memory_mb_by_hour": memory,
        "processor_seconds": round(process_time() - began_seconds, 1),
    }


class _Forgotten(list):
    """The requests of a day are not to be kept."""

    def append(self, request) -> None:
        """Forget it."""


def is_good(found: dict[str, object]) -> bool:
    """Whether nothing was found; the memory of the second hour is that of the last."""
    memory = found["memory_mb_by_hour"]
    is_flat = len(memory) < 3 or memory[-1] - memory[1] < GROWN_MB
    return is_flat and not any(found[n] for n in ("late_notes", "hanging_notes", "complaints"))


def main() -> None:
    """Read the options, and print what came of it."""
    options = argparse.ArgumentParser()
    options.add_argument("--hours", type=int, default=24)
    options.add_argument("--minutes", type=float)
    options.add_argument("--seed", type=int, default=4)
    given = options.parse_args()
    if given.minutes:
        endured = endure(DEFAULT_MODEL, given.minutes * 60, given.seed)
        sys.stdout.write(f"{endured}\n")
        sys.exit(1 if endured.late_notes or endured.hanging_notes else 0)
    found = [simulate(mode, given.hours, given.seed) for mode in ("follow", "loop")]
    for one in found:
        sys.stdout.write(json.dumps(one) + "\n")
    sys.exit(0 if all(is_good(one) for one in found) else 1)


if __name__ == "__main__":
    main()
