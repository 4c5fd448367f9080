"""`continuo play` on JACK: an outside player at its input, an outside recorder at its output."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import pytest
from jack_rig import (
    LEAD_SECONDS,
    LONGEST_LEAD_SECONDS,
    LOOK_SECONDS,
    PERIOD,
    Heard,
    JackRig,
    LateError,
    RigError,
    Tone,
    jack_rig,
    wait_until,
)
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, on_channels, sounded, strikes

from bridge.bench.witness import Witness
from models.artifact.catalogue import DEFAULT_MODEL, SHIPPED_FOLDER

Result = TypeVar("Result")

BAR_LINE_TOLERANCE_SECONDS = 0.06  # and what the witness suffered: see `tolerance_seconds`
SCALE = (60, 62, 64, 65, 67, 69, 71, 72)
LOST_SECONDS = 10.0  # a melody that is silent so much longer than it should be lost its beginning
TRIES = 4
TOO_LATE = "the answer comes too late"


def model_to_play(folder: Path) -> str:
    """The shipped model, or, where there is none yet, a toy put into `folder`."""
    if (SHIPPED_FOLDER / f"{DEFAULT_MODEL}.ts").exists():
        return DEFAULT_MODEL
    from toy_models import save_held_chord

    return save_held_chord(folder).stem


def expect(
    holds: Callable[[], bool], seconds: float, what: str, pause_seconds: float = 0.02
) -> None:
    """Fail the test unless `holds()` within `seconds`: the fault is ours, not the rig's."""
    try:
        wait_until(holds, seconds, what, pause_seconds)
    except LateError as error:
        pytest.fail(str(error))


def on_jack(
    scenario: Callable[[JackRig], Result], folder: Path, period: int = PERIOD, tries: int = TRIES
) -> Result:
    """Run the scenario on a rig; again if the rig itself failed, never for a wrong result."""
    trouble = "no try"
    for number in range(tries):
        place = folder / f"try-{number}"
        place.mkdir(parents=True)
        with jack_rig(place, period) as rig:
            try:
                return scenario(rig)
            except RigError as error:
                trouble = str(error)
            except BaseException:
                if not rig.server_failed():
                    raise
                trouble = "jackd ended by itself, or said that it had lost a client"
    raise RigError(f"the rig failed {tries} times, at last: {trouble}")


def melody(beats: int, bpm: float, *, up: int = 0) -> list[Tone]:
    """A scale in quarter notes, a little detached."""
    beat = 60 / bpm
    pitches = [SCALE[i % len(SCALE)] + up for i in range(beats)]
    return [Tone(LEAD_SECONDS + i * beat, 0.9 * beat, p) for i, p in enumerate(pitches)]


def workers_of(pid: int) -> list[int]:
    """The processes in which a bridge has its models."""
    return [child for child in children_of(pid) if "bridge.inference.worker" in command_of(child)]


def command_of(pid: int) -> str:
    """The command line of a process; nothing if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def children_of(pid: int) -> list[int]:
    """The processes that a bridge has started."""
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            children.append(int(status.parent.name))
    return children


@dataclass
class Performance:
    """The bridge that runs on a rig, and what was played and heard so far."""

    rig: JackRig
    options: Sequence[str]
    log: str = "continuo.log"
    save_models: Callable[[Path], None] = lambda _folder: None
    heard: Callable[[], list[Heard]] = list
    sent: Callable[[], list[Heard]] = list
    _players: int = field(default=0)
    _witness: Witness = field(default_factory=Witness)
    _stalled_seconds: float = 0.0

    def __post_init__(self) -> None:
        models = self.rig.folder / "models"
        models.mkdir(exist_ok=True)
        self.save_models(models)
        command = shutil.which("continuo", path=str(Path(sys.executable).parent)) or "continuo"
        self.takes = self.rig.folder / "takes"
        self.process = self.rig.spawn(
            *(command, "play", "--no-echo", "--midi", "jack", "--model", model_to_play(models)),
            *("--takes", str(self.takes), *self.options),
            log=self.log,
            CONTINUO_MODELS=str(models),
            XDG_DATA_HOME=str(self.rig.folder / "data"),
            XDG_STATE_HOME=str(self.rig.folder / "state"),
            PYTHONUNBUFFERED="1",
            PYTHONFAULTHANDLER="1",
        )
        self.listen()
        self.expect(lambda: "is ready" in self.said(), PATIENCE_SECONDS, "the model")
        self.rig.started.append(self._witness.start())

    # -- what it does ------------------------------------------------------------------------
    def _ports(self) -> list[str]:
        return [name for name in self.rig.ports() if name.startswith("Continuo")]

    def said(self) -> str:
        """Everything the bridge has printed."""
        return self.rig.said(self.log)

    def expect(
        self, holds: Callable[[], bool], seconds: float, what: str, pause_seconds: float = 0.02
    ) -> None:
        """Fail, showing what the bridge printed, unless `holds()` within `seconds`."""
        held = False

        def is_over() -> bool:
            nonlocal held
            held = holds()
            if not held and self.rig.server_failed():
                raise RigError(f"jackd failed before {what}")
            return held or self.process.poll() is not None

        try:
            wait_until(is_over, seconds, what, pause_seconds)
        except LateError as error:
            self._show_where_it_is()
            pytest.fail(self._about(str(error)))
        # It may have ended between the two looks.
        assert held or holds(), self._about(f"it ended with {self.process.poll()} before {what}")

    def _show_where_it_is(self) -> None:
        """Have it end with what its threads were doing: it may wait for ever."""
        with suppress(subprocess.TimeoutExpired):
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(PATIENCE_SECONDS)

    def _about(self, what: str) -> str:
        return f"{what}\n--- continuo play printed:\n{self.said()}"

    def end(self, how: int = signal.SIGTERM) -> int:
        """Send a signal; give back the exit code."""
        self.process.send_signal(how)
        self.expect(lambda: self.process.poll() is not None, PATIENCE_SECONDS, "its end")
        self._stalled_seconds = max(self._witness.stop().late_seconds, default=0.0)
        self.rig.run("jack_lsp")  # one more turn of the graph: the recorder has all of it
        if "the machine stood still" in self.said():  # more than 100 ms: notes are left out then
            raise RigError("the machine stood still while it played")
        return self.process.wait()

    @property
    def tolerance_seconds(self) -> float:
        """How far from its place a note may be: a bare loop beside it was that late as well.

        Known after `end`.
        """
        return BAR_LINE_TOLERANCE_SECONDS + self._stalled_seconds

    # -- what others do ----------------------------------------------------------------------
    def listen(self) -> None:
        """Begin (again) to record its output, as soon as its ports are there."""
        self._players += 1
        self.expect(lambda: len(self._ports()) == 2, PATIENCE_SECONDS, "its ports", LOOK_SECONDS)
        self.heard = self.rig.record(f"ear{self._players}", self.rig.port("Continuo Out:"))

    def play(self, tones: Sequence[Tone]) -> None:
        """Have the outside player play to its input, and record what was really played."""
        self._players += 1
        player = f"player{self._players}"
        self.rig.play(player, tones)
        self.rig.connect(f"{player}:out", self.rig.port("Continuo In:"))
        # Connected last: if the recorder got every note, so did the input.
        self.sent = self.rig.record(f"witness{self._players}", f"{player}:out")
        seconds = tones[-1].end_seconds + LONGEST_LEAD_SECONDS
        events = sorted(at for t in tones for at in (t.start_seconds, t.end_seconds))
        self._expect_all_of(2 * len(tones), seconds, max(b - a for a, b in pairwise(events)))

    def _expect_all_of(self, messages: int, seconds: float, longest_rest: float) -> None:
        """Wait for the whole melody; a connection that came too late for its beginning fails."""
        count, last_seconds = 0, perf_counter()

        def is_over() -> bool:
            nonlocal count, last_seconds
            if len(self.sent()) > count:
                count, last_seconds = len(self.sent()), perf_counter()
            silence = perf_counter() - last_seconds
            return count >= messages or (count > 0 and silence > longest_rest + LOST_SECONDS)

        wait_until(is_over, seconds + PATIENCE_SECONDS, "the whole melody")
        if count < messages:
            raise RigError(f"{messages - count} messages of the melody came before its connection")

    # -- what was heard ----------------------------------------------------------------------
    def thru(self) -> list[Sounded]:
        """The notes on the melody's channel so far."""
        return on_channels(sounded(self.heard()), 0)

    def accompaniment(self) -> list[Sounded]:
        """The notes on all other channels so far."""
        return on_channels(sounded(self.heard()), *range(1, 16))

    def is_quiet_after(self, seconds: float) -> bool:
        """Whether the last accompaniment note began `seconds` after the melody did, or later."""
        notes, melody_notes = self.accompaniment(), self.thru()
        if not notes or not melody_notes:
            return False
        return notes[-1].start_seconds >= melody_notes[0].start_seconds + seconds

    def first_accompaniment(self) -> Sounded:
        """Wait for the first note that is not the melody's.

        RigError if the machine was too busy for any: then none will ever come.
        """

        def is_settled() -> bool:
            return bool(self.accompaniment()) or TOO_LATE in self.said()

        self.expect(is_settled, PATIENCE_SECONDS, "the accompaniment")
        if not self.accompaniment():
            raise RigError(f"the machine was so busy that {TOO_LATE}")
        return self.accompaniment()[0]


def onsets(recording: Sequence[Heard]) -> list[float]:
    """The seconds at which notes begin."""
    return [h.seconds for h in recording if strikes(h)]
