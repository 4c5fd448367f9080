"""The engine on a simulated clock, as fast as it can: scripted events in, (beat, message) out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import mido

from bridge.ableton.partner import AbletonPartner
from bridge.engine.engine import Engine, Services
from bridge.engine.midi_map import ControlChange
from bridge.events import Event, Generated, GenerateFailed
from bridge.interfaces import GenerateRequest
from bridge.reports import Report, SoundReport
from bridge.settings import PlaySettings
from bridge.takes.request_queue import QueuedRequest, RequestQueue
from models.artifact.manifest import Manifest
from models.music.clip import Composition, Track

# The tracks of the accompaniment, or an answer with a melody too.
Answering = Callable[[GenerateRequest], tuple[Track, ...] | Generated]


class ScriptedComposer:
    """Answers one request after the other, each after its latency; the newest one waits.

    `latencies_seconds`: for the first request, the second, ... (the last one for all others);
    None means that it never answers. An Answering that raises ValueError is a failure.
    """

    def __init__(
        self, answering: Answering, latencies_seconds: Sequence[float | None] = (0.05,)
    ) -> None:
        self._answering = answering
        self._latencies_seconds = latencies_seconds
        self._number = count()
        self._waiting = RequestQueue()
        self._running: tuple[float, Generated | GenerateFailed] | None = None
        self.requests: list[GenerateRequest] = []
        self.asked_at_seconds: list[float] = []
        self.now_seconds = 0.0

    def request(self, request: GenerateRequest) -> None:
        """Begin it, or let it wait for the one that is running."""
        self.requests.append(request)
        self.asked_at_seconds.append(self.now_seconds)
        self._waiting.put(QueuedRequest(request))
        if self._running is None:
            self._start_next(self.now_seconds)

    def load(self, model: str) -> None:
        """Have every model in memory already."""

    def _start_next(self, now_seconds: float) -> None:
        job = self._waiting.take()
        if job is None:
            return
        request = job.request
        number = next(self._number)
        latency = self._latencies_seconds[min(number, len(self._latencies_seconds) - 1)]
        if latency is None:
            return
        at_seconds = now_seconds + latency
        self._running = (at_seconds, self._answer(request, at_seconds, latency))

    def _answer(
        self, request: GenerateRequest, at_seconds: float, latency_seconds: float
    ) -> Generated | GenerateFailed:
        try:
            answer = self._answering(request)
        except ValueError as error:
            return GenerateFailed(at_seconds, request.request_id, str(error))
        if isinstance(answer, Generated):
            return replace(answer, at_seconds=at_seconds, seconds=latency_seconds)
        return Generated(at_seconds, request.request_id, answer, latency_seconds)

    @property
    def next_seconds(self) -> float | None:
        """The instant of its next answer."""
        return self._running[0] if self._running else None

    def take(self) -> Generated | GenerateFailed:
        """Return the answer that is due and begin the request that waited."""
        assert self._running is not None, "no answer is due"
        at_seconds, event = self._running
        self._running = None
        self._start_next(at_seconds)
        return event


@dataclass
class OfflineRun:
    """What came out: messages at their beats, reports in order, takes kept."""

    heard: list[tuple[float, mido.Message]] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    takes: list[Composition] = field(default_factory=list)
    grown: list[Callable[[], Composition]] = field(default_factory=list)  # each time, so far
    verdicts: dict[str, str] = field(default_factory=dict)
    midi_map: dict[str, ControlChange] = field(default_factory=dict)
    _slots: dict[int, int] = field(default_factory=dict)

    def __call__(self, report: Report) -> None:
        """Take one report."""
        self.reports.append(report)
        if isinstance(report, SoundReport):
            self.heard.append((round(report.position, 6), report.message))

    def save(self, take: Composition, slot: int | None = None) -> None:
        """Keep one take, in the place of the one before it in its slot."""
        if slot in self._slots:
            self.takes[self._slots[slot]] = take
            return
        if slot is not None:
            self._slots[slot] = len(self.takes)
        self.takes.append(take)

    def grow(self, slot: int, so_far: Callable[[], Composition]) -> None:
        """Keep what there is so far of a take."""
        self.grown.append(so_far)

    def judge(self, take_id: str, verdict: str) -> None:
        """Keep what became of a take."""
        self.verdicts[take_id] = verdict

    def remember(self, midi_map: Mapping[str, ControlChange]) -> None:
        """Keep what control changes do."""
        self.midi_map = dict(midi_map)

    def send(self, message: mido.Message) -> None:
        """Let the message go: its report has the beat."""


def run_offline(
    settings: PlaySettings,
    events: Iterable[Event],
    composer: ScriptedComposer,
    until_seconds: float,
    stalls: Sequence[tuple[float, float]] = (),
    manifests: Sequence[Manifest] = (),
) -> OfflineRun:
    """Play the events through an engine from 0 s until `until_seconds`, then close it.

    `stalls` are (from, to) in seconds in which the machine stands still.
    """
    run = OfflineRun()
    engine = Engine(settings, Services(run, composer, run, partner=AbletonPartner), run, manifests)
    inbox = sorted(events, key=lambda event: event.at_seconds)
    now_seconds = 0.0
    engine.advance(now_seconds)
    while not engine.closed:
        coming = inbox[0].at_seconds if inbox else None
        candidates = (coming, composer.next_seconds, engine.next_wakeup_seconds())
        due_seconds = min((s for s in candidates if s is not None), default=until_seconds)
        if due_seconds >= until_seconds:
            break
        now_seconds = _after_stalls(max(due_seconds, now_seconds), stalls)
        composer.now_seconds = now_seconds
        if composer.next_seconds is not None and composer.next_seconds <= due_seconds:
            engine.handle(composer.take(), now_seconds)
        elif coming is not None and coming <= due_seconds:
            engine.handle(inbox.pop(0), now_seconds)
        else:
            engine.advance(now_seconds)
    engine.close(until_seconds)
    return run


def _after_stalls(seconds: float, stalls: Sequence[tuple[float, float]]) -> float:
    return next((end for begin, end in stalls if begin <= seconds < end), seconds)
