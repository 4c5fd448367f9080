"""What `continuo bench` measures with real processes: generation, start, memory."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from time import perf_counter

from bridge.bench.figures import percentile
from bridge.demo.player import Melody, melodies
from bridge.events import Event, Generated, GenerateFailed, WorkerChanged
from bridge.inference.client import WorkerClient
from bridge.interfaces import GenerateRequest
from bridge.machine import children_of, memory_mb
from models.errors import ContinuoError

# -P: a folder `bridge` or `models` where the musician happens to be must not be imported.
CONTINUO = (sys.executable, "-P", "-c", "from bridge.cli import main; main()")
# A worker that fails says so, judged by the processor's time: these are for one that says nothing.
LOAD_LIMIT_SECONDS = 1200.0
ANSWER_LIMIT_SECONDS = 300.0


class BenchError(ContinuoError):
    """Something could not be measured; the message says why."""

    def __str__(self) -> str:
        return f"cannot measure: {super().__str__()} (see `continuo doctor`)"


@contextmanager
def worker_of(model: str) -> Iterator[tuple[WorkerClient, "SimpleQueue[Event]"]]:
    """Run a real worker with `model` loaded; give it and what it says."""
    inbox: SimpleQueue[Event] = SimpleQueue()
    worker = WorkerClient(inbox.put, perf_counter, model)
    try:
        _await_event(inbox, _is_ready, LOAD_LIMIT_SECONDS)
        yield worker, inbox
    finally:
        worker.close()


def _is_ready(event: Event) -> bool:
    if isinstance(event, WorkerChanged) and event.state == "failed":
        raise BenchError(event.detail)
    return isinstance(event, WorkerChanged) and event.state == "ready"


def _await_event(
    inbox: "SimpleQueue[Event]", is_meant: Callable[[Event], bool], limit_seconds: float
) -> Event:
    until_seconds = perf_counter() + limit_seconds
    while True:
        try:
            event = inbox.get(timeout=max(until_seconds - perf_counter(), 0))
        except Empty:
            raise BenchError(f"the worker said nothing for {limit_seconds:.0f} s") from None
        if is_meant(event):
            return event


def await_answer(inbox: "SimpleQueue[Event]", request_id: str) -> Generated:
    """Wait for the answer to a request; BenchError if it fails or takes too long."""

    def is_answer(event: Event) -> bool:
        if isinstance(event, GenerateFailed):
            raise BenchError(event.reason)
        return isinstance(event, Generated) and event.request_id == request_id

    answer = _await_event(inbox, is_answer, ANSWER_LIMIT_SECONDS)
    assert isinstance(answer, Generated)
    return answer


def eight_bars(number: int, model: str, melody: Melody | None = None) -> GenerateRequest:
    """Ask for the accompaniment of 8 bars, another key and seed each time."""
    melody = melody or melodies()[0]
    return GenerateRequest(
        request_id=f"bench-{number}",
        model=model,
        melody=melody.clip.transposed(number % 5 - 2),
        length=melody.clip.length,
        meter=melody.meter,
        bpm=melody.bpm,
        seed=number,
    )


def time_generation(model: str, runs: int) -> tuple[list[float], float | None]:
    """Return the seconds from each request to its answer in the bridge, and the worker's MB."""
    seconds, melody = [], melodies()[0]
    with worker_of(model) as (worker, inbox):
        for number in range(runs):
            request = eight_bars(number, model, melody)
            began_seconds = perf_counter()
            worker.request(request)
            await_answer(inbox, request.request_id)
            seconds.append(perf_counter() - began_seconds)
        return seconds, memory_mb(worker.pid) if worker.pid else None


def time_help(runs: int = 5) -> float:
    """Return the median seconds of `continuo --help`."""
    seconds = []
    for _ in range(runs):
        began_seconds = perf_counter()
        subprocess.run([*CONTINUO, "--help"], capture_output=True, check=True)
        seconds.append(perf_counter() - began_seconds)
    return round(percentile(seconds, 50), 3)


@dataclass(frozen=True, slots=True)
class Start:
    """How a `continuo play` process began: seconds until its ports were there, and its MB."""

    ports_open_seconds: float
    bridge_mb: float | None
    worker_mb: float | None


def time_start(model: str, system: str) -> Start:
    """Start `continuo play` in a process of its own, watch it until its model is ready, end it."""
    began_seconds = perf_counter()
    with play_process(model, "--midi", system) as process:
        return _watch(process, began_seconds, model)


@contextmanager
def play_process(model: str, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `continuo play` in a process of its own, what it prints in its stdout; end it."""
    with TemporaryDirectory() as takes:
        command = [*CONTINUO, "play", *options, "--model", model, "--takes", takes]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        # A bridge that says nothing must not stop the bench.
        limit = threading.Timer(LOAD_LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.send_signal(signal.SIGTERM)
            process.communicate()


def _watch(process: "subprocess.Popen[str]", began_seconds: float, model: str) -> Start:
    assert process.stdout
    said: list[str] = []
    opened_seconds = None
    for line in process.stdout:
        said.append(line)
        # The ports are open when their names are printed.
        if opened_seconds is None and re.search(r"^MIDI: ", line):
            opened_seconds = perf_counter() - began_seconds
        if f"{model} is ready" in line and opened_seconds is not None:
            workers = [memory_mb(child) for child in children_of(process.pid)]
            known = [mb for mb in workers if mb is not None]
            return Start(round(opened_seconds, 3), memory_mb(process.pid), max(known, default=None))
    raise BenchError(f"`continuo play` ended: {''.join(said[-3:]).strip()}")
