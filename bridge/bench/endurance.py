"""What `continuo bench --endure` measures: minutes of mode follow by a jittery MIDI clock."""

import os
import threading
from dataclasses import dataclass
from heapq import merge
from queue import SimpleQueue
from random import Random
from threading import Event as Flag
from time import perf_counter

from bridge.bench.figures import Spread, count_late, spread
from bridge.bench.output_recorder import OutputRecorder
from bridge.bench.players import jittery_clock, random_player
from bridge.bench.processes import worker_of
from bridge.bench.witness import Witness
from bridge.engine.engine import Engine, Services
from bridge.events import Command, Event, MidiIn
from bridge.inference.client import WorkerClient
from bridge.machine import memory_mb
from bridge.realtime import raise_priority
from bridge.runner import Runner
from bridge.settings import PlaySettings

BPM = 120.0


@dataclass(frozen=True, slots=True)
class Endurance:
    """What came of it: notes, late ones and hanging ones; memory before and after."""

    notes: int
    late_notes: int
    send_error_ms: Spread | None
    hanging_notes: int
    bridge_mb: tuple[float | None, float | None]
    worker_mb: tuple[float | None, float | None]

    def __str__(self) -> str:
        error = self.send_error_ms
        spread_words = f"{error.p50:.2f} / {error.p99:.2f} ms" if error else "not measured"
        return (
            f"{self.notes:,} notes of accompaniment, {self.late_notes} late beyond the witness "
            f"(send error {spread_words}), {self.hanging_notes} hanging; memory of the bridge "
            f"{_grown(self.bridge_mb)}, of the worker {_grown(self.worker_mb)}"
        )


def _grown(mb: tuple[float | None, float | None]) -> str:
    before, after = mb
    return "not measured" if before is None or after is None else f"{before:.0f} -> {after:.0f} MB"


def endure(model: str, seconds: float, seed: int = 4) -> Endurance:
    """Let a random player be followed for so long, in real time, with the real worker."""
    recorder, runner, witness = OutputRecorder(), Runner(), Witness()
    settings = PlaySettings(model, mode="follow", clock="midi", bpm=BPM)
    with worker_of(model) as (worker, inbox):
        threading.Thread(target=_forward, args=(inbox, runner), daemon=True).start()
        witness.start()
        runner.start(Engine(settings, Services(recorder, worker, recorder), recorder))
        memory = [(memory_mb(os.getpid()), _of_worker(worker))]
        _play(runner, seconds, seed)
        memory.append((memory_mb(os.getpid()), _of_worker(worker)))
        runner.put(Command(perf_counter(), "quit"))
        runner.wait()
        inbox.put(Command(0.0, "quit"))
        report = witness.stop()
    (bridge_before, worker_before), (bridge_after, worker_after) = memory
    sent = [note.sent for note in recorder.accompaniment]
    return Endurance(
        len(sent),
        count_late(sent, report),
        spread([note.late_seconds for note in sent], report),
        len(recorder.sounding),
        (bridge_before, bridge_after),
        (worker_before, worker_after),
    )


def _of_worker(worker: WorkerClient) -> float | None:
    return memory_mb(worker.pid) if worker.pid else None


def _forward(inbox: "SimpleQueue[Event]", runner: Runner) -> None:
    raise_priority(below=1)
    while not isinstance(event := inbox.get(), Command):
        runner.put(event)


def _play(runner: Runner, seconds: float, seed: int) -> None:
    """Put clock and player into the runner at their time, stamped with it."""
    # Some other program must not stop this thread while it has Python to itself: the engine would
    # wait for it. In `continuo play` whatever takes MIDI in has priority too.
    raise_priority(below=2)
    random, pause, origin_seconds = Random(seed), Flag(), perf_counter() + 0.1
    clock = jittery_clock(Random(seed + 1), seconds, BPM)
    player = random_player(random, seconds, BPM)
    for event in merge(clock, player, key=lambda event: event.at_seconds):
        due_seconds = origin_seconds + event.at_seconds
        pause.wait(max(due_seconds - perf_counter(), 0))
        runner.put(MidiIn(due_seconds, event.message))
