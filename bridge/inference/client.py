"""The inference worker seen from the bridge: asked without waiting, started again when it fails."""

import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from queue import Empty, SimpleQueue
from typing import Any

from bridge.events import Event, GenerateFailed, WorkerChanged
from bridge.inference.child_process import ChildProcess
from bridge.inference.messages import generated_from_json, load_to_json, request_to_json
from bridge.interfaces import GenerateRequest
from bridge.realtime import raise_priority
from bridge.takes.request_queue import QueuedRequest, RequestQueue

log = logging.getLogger(__name__)

# -P: a folder `models` or `bridge` where the musician happens to be must not be imported.
COMMAND = (sys.executable, "-P", "-m", "bridge.inference.worker")
HOPELESS_STARTS = 3
_LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the worker may be silent while generating or loading, and the pauses on failure.

    Seconds of the processor, where the system counts them: a worker that the machine's other
    programs keep from working is not ended, but one that does nothing is.
    """

    answer_seconds: float = 10.0
    answer_seconds_a_beat: float = 0.25  # on top: two busy cores needed 6 s for 32 beats
    load_seconds: float = 120.0
    first_pause_seconds: float = 0.2
    longest_pause_seconds: float = 5.0


class WorkerClient:
    """Answers requests through a child process that may be slow, hang, crash or be killed.

    All decisions are made in one thread of its own, which the others only write messages to.
    """

    def __init__(
        self,
        inbox_put: Callable[[Event], None],
        clock: Callable[[], float],
        model: str,
        *,
        command: Sequence[str] = COMMAND,
        limits: Limits | None = None,
    ) -> None:
        self._put, self._clock, self._limits = inbox_put, clock, limits or Limits()
        self._command, self._model = tuple(command), model
        self._inbox: SimpleQueue[tuple[object, Any]] = SimpleQueue()
        self._child: ChildProcess | None = None
        self._waiting = RequestQueue()
        self._running: QueuedRequest | None = None
        self._wish = self._loading = ""  # the model to have ready next, and the one on its way
        self._ready = self._closing = False
        self._starts = 0  # since the last one that became ready
        self._pause_seconds = self._limits.first_pause_seconds
        self._due_seconds = 0.0  # when to start a child, or to give up on the one that is
        self._used_seconds = self._used_limit_seconds = 0.0  # the processor's time of the child
        self._reason = ""
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    # -- from any thread ---------------------------------------------------------------------
    def request(self, request: GenerateRequest) -> None:
        """Take a request and return at once; it replaces an earlier one not yet begun."""
        self._inbox.put((self, request))

    def load(self, model: str) -> None:
        """Have a model in memory ahead; WorkerChanged tells of it. Replaces one not yet begun."""
        self._inbox.put((self, model))

    def close(self) -> None:
        """End the worker process, within a second."""
        self._inbox.put((self, None))
        self._thread.join()

    @property
    def pid(self) -> int | None:
        """The process id of the child that runs, if one does."""
        child = self._child
        return child.pid if child else None

    # -- the own thread ----------------------------------------------------------------------
    def _run(self) -> None:
        raise_priority(below=1)
        while not self._closing:
            wait_seconds = self._due_seconds - self._clock()
            try:
                timeout = None if wait_seconds == inf else max(wait_seconds, 0)
                sender, message = self._inbox.get(timeout=timeout)
            except Empty:
                self._time_is_up()
                continue
            if sender is self:
                self._take(message)
            elif sender is self._child:  # messages of a child that ended before are of no interest
                self._ended(message) if isinstance(message, str) else self._read(message)
        if self._child:
            self._child.close()

    def _take(self, message: GenerateRequest | str | None) -> None:
        if message is None:
            self._closing = True
            return
        if isinstance(message, str):
            self._wish = message
        else:
            self._want(message)
        self._send()

    def _want(self, request: GenerateRequest) -> None:
        if self._running and self._running.request == request:
            self._waiting.drop(request.lane)  # its answer is on the way
        elif not any(job.request == request for job in self._waiting):
            job = QueuedRequest(request)
            if not self._waiting.put(job):
                self._fail(job, "too many takes are wanted at once: wait for some of them")

    def _send(self) -> None:
        if not (self._child and self._ready) or self._running:
            return
        self._running = self._waiting.take()  # music goes before preparations
        if self._running:
            self._child.write(request_to_json(self._running.request))
            self._allow(self._patience_seconds(self._running))
        elif self._wish:
            self._loading, self._wish, self._ready = self._wish, "", False
            self._child.write(load_to_json(self._loading))
            self._allow(self._limits.load_seconds)

    def _allow(self, seconds: float) -> None:
        """Give the child so many seconds from now on."""
        self._due_seconds = self._clock() + seconds
        self._used_seconds = (self._child.processor_seconds() if self._child else None) or 0.0
        self._used_limit_seconds = self._used_seconds + seconds

    def _is_starved(self) -> bool:
        """Whether the child is at work, but the machine gave it less time than it may take."""
        used_seconds = self._child.processor_seconds() if self._child else None
        if used_seconds is None or not self._used_seconds < used_seconds < self._used_limit_seconds:
            return False
        self._used_seconds = used_seconds
        left_seconds = self._used_limit_seconds - used_seconds
        self._due_seconds = self._clock() + max(left_seconds, _LOOK_AGAIN_SECONDS)
        return True

    def _patience_seconds(self, job: QueuedRequest) -> float:
        request = job.request
        beats = request.length + (request.extension or 0) * request.meter.beats_per_bar
        seconds = self._limits.answer_seconds + self._limits.answer_seconds_a_beat * beats
        return seconds * (1 + len(request.then))

    def _time_is_up(self) -> None:
        if self._is_starved():
            return
        if self._child:
            self._reason = "it did not answer in time"
            self._due_seconds = inf  # its end is the next message
            self._child.kill()
        else:
            self._start()

    def _start(self) -> None:
        self._ready, self._reason = False, ""
        self._starts += 1
        try:
            self._child = ChildProcess((*self._command, self._model), self._inbox.put)
        except OSError as error:
            self._child = None
            self._ended(f"it cannot be started: {error.strerror}")
            return
        self._allow(self._limits.load_seconds)

    def _ended(self, how: str) -> None:
        self._child = None
        reason = self._reason or how
        log.warning("worker ended: %s", reason)
        if self._loading:
            self._tell("failed", f"the worker ended over loading {self._loading} ({reason})")
            self._loading = ""
        if self._starts >= HOPELESS_STARTS:
            self._despair(reason)
        else:
            self._tell("restarted", f"the worker ended ({reason}) and is started again")
            self._retry(reason)
        self._due_seconds = self._clock() + self._pause_seconds
        self._pause_seconds = min(self._pause_seconds * 2, self._limits.longest_pause_seconds)

    def _retry(self, reason: str) -> None:
        """Ask again what was being answered, once: the second time it is to blame itself."""
        job, self._running = self._running, None
        if job and job.tries:
            self._fail(job, f"the worker ended twice over this phrase ({reason})")
        elif job and not self._waiting.holds(job.request.lane):
            self._waiting.put(replace(job, tries=1))

    def _despair(self, reason: str) -> None:
        if self._starts == HOPELESS_STARTS:
            self._tell("failed", f"the worker does not start: {reason}")
        for job in (self._running, *self._waiting):
            if job:
                self._fail(job, f"the worker does not start: {reason}")
        self._running = None
        self._waiting.clear()

    # -- what the child writes ---------------------------------------------------------------
    def _read(self, message: Mapping[str, Any]) -> None:
        try:
            kind = message["event"]
            if kind in ("generated", "refused"):
                self._answered(kind, message)
            elif kind in ("loading", "ready", "failed"):
                self._changed(kind, str(message["detail"]))
        except (KeyError, TypeError, ValueError) as error:
            log.warning("the worker wrote what nobody can read: %r", error)

    def _changed(self, kind: str, detail: str) -> None:
        self._tell(kind, detail)
        if kind == "ready":
            self._model = detail  # a new worker begins with it
            if self._wish == detail:
                self._wish = ""  # a request that went before has brought it into memory
        if kind == "loading":
            self._allow(self._limits.load_seconds)
        elif self._running:  # another model is in memory now, and its answer comes next
            self._allow(self._patience_seconds(self._running))
        else:  # after `failed` too: another model may be asked for
            self._ready, self._starts, self._due_seconds = True, 0, inf
            self._loading = ""
            self._send()

    def _answered(self, kind: str, message: Mapping[str, Any]) -> None:
        job = self._running
        if not job or message["id"] != job.request.request_id:
            return
        if kind == "refused":
            self._fail(job, str(message["reason"]))
        else:
            self._put(generated_from_json(message, self._clock()))
        self._running, self._due_seconds = None, inf
        self._pause_seconds = self._limits.first_pause_seconds
        self._send()

    def _fail(self, job: QueuedRequest, reason: str) -> None:
        self._put(GenerateFailed(self._clock(), job.request.request_id, reason))

    def _tell(self, state: str, detail: str) -> None:
        self._put(WorkerChanged(self._clock(), state, detail))
