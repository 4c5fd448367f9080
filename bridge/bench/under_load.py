"""What `continuo bench` measures of the engine in real time: its grid and its thru, under load."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Flag
from time import perf_counter

import mido

from bridge.bench.figures import Sent
from bridge.bench.output_recorder import OutputRecorder
from bridge.bench.processes import eight_bars, worker_of
from bridge.bench.witness import Witness, WitnessReport
from bridge.engine.engine import Engine, Services
from bridge.events import Command, Event, Generated, GenerateFailed, MidiIn
from bridge.interfaces import GenerateRequest
from bridge.runner import Runner
from bridge.settings import PlaySettings
from models.music.clip import Clip, Note, Track

BPM = 240.0
BEAT_SECONDS = 60 / BPM
TRACKS = 4
NOTES_PER_BEAT = 8  # thirty-seconds in every track: 128 notes a second
NOTES_A_SECOND = TRACKS * NOTES_PER_BEAT / BEAT_SECONDS
PLAYED_EVERY_SECONDS = 0.0137  # never on the grid for long
LOOPED_PITCH, PLAYED_PITCH = 60, 72


@dataclass(frozen=True, slots=True)
class LoadRun:
    """What was measured while the engine played: grid, thru, and the witness's lateness."""

    sent: list[Sent]
    thru_seconds: list[float]
    witness: WitnessReport


class DenseComposer:
    """Answers at once with more notes than music has."""

    def __init__(self, put: Callable[[Event], None]) -> None:
        self._put = put

    def request(self, request: GenerateRequest) -> None:
        """Answer with thirty-seconds in every track."""
        step = 1 / NOTES_PER_BEAT
        count = round(request.length / step)
        tracks = tuple(
            Track(
                f"dense {number}",
                Clip(
                    tuple(
                        Note(i * step, step / 2, 40 + 12 * number + i % 12) for i in range(count)
                    ),
                    request.length,
                ),
                "harmony",
                0,
                1 + number,
            )
            for number in range(TRACKS)
        )
        self._put(Generated(perf_counter(), request.request_id, tracks, 0.001))

    def load(self, model: str) -> None:
        """There is nothing to load."""


class Load:
    """Keeps a real worker generating without a pause, as if takes were asked for all the time."""

    def __init__(self, request: Callable[[GenerateRequest], None], model: str) -> None:
        self._request, self._model, self._number = request, model, 0

    def go_on(self, event: Event | None = None) -> None:
        """Ask for the next take when the last one has come."""
        if event is None or isinstance(event, Generated | GenerateFailed):
            self._number += 1
            self._request(eight_bars(self._number, self._model))


def play_under_load(model: str, seconds: float) -> LoadRun:
    """Loop a dense accompaniment for `seconds` while the model generates and somebody plays."""
    with worker_of(model) as (worker, inbox):
        load = Load(worker.request, model)
        load.go_on()
        witness = Witness()
        witness.start()
        recorder, runner = OutputRecorder(), Runner()
        settings = PlaySettings(model, mode="loop", bars=1, bpm=BPM)
        others = Services(recorder, DenseComposer(runner.put), recorder)
        runner.start(Engine(settings, others, recorder))
        origin_seconds = perf_counter()
        player = Player(runner.put, origin_seconds)
        while perf_counter() < origin_seconds + seconds:
            player.play()
            while not inbox.empty():
                load.go_on(inbox.get())
        runner.put(Command(perf_counter(), "quit"))
        runner.wait()
        report = witness.stop()
    came_seconds = [at for pitch, at in recorder.thru if pitch == PLAYED_PITCH]
    grid = recorder.grid(BEAT_SECONDS, origin_seconds)
    return LoadRun(grid, player.answered(came_seconds), report)


class Player:
    """Plays a bar of one note, then strikes a key all the time over its loop, remembering when."""

    def __init__(self, put: Callable[[Event], None], origin_seconds: float) -> None:
        self._put, self._pause = put, Flag()
        self._loop_seconds = origin_seconds + 4.5 * BEAT_SECONDS
        self._struck_seconds: list[float] = []
        # This note pins beat 0 to this instant: lateness is judged from it.
        self._strike(LOOPED_PITCH, origin_seconds)

    def play(self) -> None:
        """Wait a little and strike a key, if the loop goes round already."""
        self._pause.wait(PLAYED_EVERY_SECONDS)
        now_seconds = perf_counter()
        if now_seconds > self._loop_seconds:
            self._struck_seconds.append(now_seconds)
            self._strike(PLAYED_PITCH, now_seconds)

    def _strike(self, pitch: int, at_seconds: float) -> None:
        for kind in ("note_on", "note_off"):
            self._put(MidiIn(at_seconds, mido.Message(kind, note=pitch, velocity=64)))

    def answered(self, came_seconds: list[float]) -> list[float]:
        """Return the seconds from each strike to its note at the output."""
        pairs = zip(self._struck_seconds, came_seconds, strict=False)
        return [came - struck for struck, came in pairs]
