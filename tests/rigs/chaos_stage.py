"""Who plays in the chaos: Continuo, JACK, a player, a recorder, and an ear for what is told."""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from jack_rig import RATE, Heard, JackRig, RigError, parse_dump, wait_until
from paths import RIGS
from patience import PATIENCE_SECONDS
from recorded_notes import Sounded, sounded
from tiny_disk import TinyDisk

from bridge.osc.wire import decode, encode
from bridge.storage.take_store import TakeError, load_take
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score

BPM = 160.0
BAR_SECONDS = 4 * 60 / BPM
# No note of a one-bar loop, and none that is played here, sounds so long.
HANGING_SECONDS = 4.0
START_SECONDS = 6 * PATIENCE_SECONDS  # torch is loaded again and again
HOST = "127.0.0.1"
DISK_KILOBYTES = 64 * 1024


class Told:
    """Listens to Continuo's OSC events: which takes are finished, and which lie on disk."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind((HOST, 0))
        self.port = int(self._socket.getsockname()[1])
        self.finished: dict[str, float] = {}  # takes by id, and when they were told
        self.saved: dict[str, Path] = {}
        self.late_due_seconds: list[float] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            for address, values in decode(self._socket.recv(65_536)):
                name = address.removeprefix("/continuo/")
                if name == "clip/end":
                    self.finished.setdefault(str(values[0]), perf_counter())
                elif name == "saved":
                    self.saved[str(values[0])] = Path(str(values[1]))
                elif name == "late":
                    self.late_due_seconds.append(perf_counter() - float(values[0]) / 1000)

    def send(self, port: int, name: str, *values: float | str) -> None:
        """Ask Continuo for something."""
        with suppress(OSError):  # it has just been killed
            self._socket.sendto(encode(f"/continuo/{name}", values), (HOST, port))


@dataclass
class Stage:
    """All processes of the chaos, each of which may be killed and started again."""

    rig: JackRig
    disk: TinyDisk
    model: str
    ear_command: tuple[str, ...] = ("stdbuf", "-oL", "jack_midi_dump", "-a")
    told: Told = field(default_factory=Told)
    hanging: list[Sounded] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)  # of Continuo, that nobody wished
    notes: int = 0
    _count: int = 0

    def __post_init__(self) -> None:
        self.offset = self.rig.folder / "clock"
        self.offset.write_text("0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind((HOST, 0))
            self.osc_port = int(free.getsockname()[1])

    # -- Continuo ----------------------------------------------------------------------------
    def start_continuo(self) -> None:
        """Start it, and play the bar that goes round."""
        self._count += 1
        self.log = f"continuo-{self._count}.log"
        options = ("--mode", "loop", "--bars", "1", "--tempo", f"{BPM:g}", "--midi", "jack")
        ports = ("--osc-port", str(self.osc_port), "--osc-events", str(self.told.port))
        self.continuo = self.rig.spawn(
            *(sys.executable, str(RIGS / "chaos_play.py"), str(self.offset), "play", "--quiet"),
            *("--model", self.model, "--takes", str(self.disk.folder / "takes")),
            *(*options, *ports, "--osc-query", "none"),
            log=self.log,
            XDG_STATE_HOME=str(self.rig.folder / "state"),
            PYTHONUNBUFFERED="1",
        )
        self.wait_for(lambda: "is ready" in self.rig.said(self.log), "the model")
        self.hear()
        self.play()

    def wait_for(self, holds, what: str) -> None:
        """Wait for what has to come; RigError if Continuo ended meanwhile."""
        wait_until(lambda: holds() or self.has_ended(), START_SECONDS, what, 0.1)
        if self.has_ended():
            raise RigError(f"Continuo ended before {what}")

    def has_ended(self) -> bool:
        """Whether Continuo ended, though nobody killed it."""
        return self.continuo.poll() is not None

    def workers(self) -> list[int]:
        """The processes that Continuo has started."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                state, parent = status.read_text().rpartition(")")[2].split()[:2]
                if int(parent) == self.continuo.pid and state != "Z":
                    found.append(int(status.parent.name))
        return found

    def another_take(self) -> None:
        """Ask for another accompaniment, to be saved like every take."""
        self._count += 1
        self.told.send(self.osc_port, "generate", f"chaos-{self._count}", self._count)

    # -- the others --------------------------------------------------------------------------
    def play(self) -> None:
        """Let a player go round on keys of its own, over the loop too."""
        self._count += 1
        beat = round(60 / BPM * RATE)
        # Each player has keys of its own, so that none releases what another left down.
        keys = [36 + 4 * (self._count % 11) + i + 12 * (i % 2) for i in range(4)]
        tones = [w for i, p in enumerate(keys) for w in (i * beat, p, beat * 3 // 4)]
        name = f"player{self._count}"
        words = [str(word) for word in (4 * beat, *tones)]
        self.player = self.rig.spawn("jack_midiseq", name, *words, log="players.log")
        self.rig.connect(self.rig.port(f"{name}:out"), self.rig.port("Continuo In:"))

    def hear(self) -> None:
        """Begin to record what Continuo plays."""
        self._count += 1
        self.ear = f"ear{self._count}"
        self.recorder = self.rig.spawn(*self.ear_command, self.ear, log=f"{self.ear}.log")
        self.rig.connect(self.rig.port("Continuo Out:"), self.rig.port(f"{self.ear}:input"))

    def recording(self) -> list[Heard]:
        """What the recorder of now has heard."""
        return parse_dump(self.rig.said(f"{self.ear}.log"))

    def close_recording(self, *, at_the_end: bool = False) -> None:
        """Look for notes that were never released: all at the end, and at any time the old."""
        heard = self.recording()
        notes = sounded(heard)
        last = heard[-1].seconds if heard else 0.0
        patience = 0.0 if at_the_end else HANGING_SECONDS
        old = [n for n in notes if n.end_seconds is None and n.start_seconds <= last - patience]
        self.hanging += old
        self.notes += len(notes)

    # -- what lies on disk -------------------------------------------------------------------
    def takes_on_disk(self) -> tuple[set[str], list[str]]:
        """The ids of the takes that can be read, and what is wrong with the others."""
        ids, wrong = set(), []
        for path in sorted((self.disk.folder / "takes").glob("*")):
            try:
                if path.suffix == ".json":
                    load_take(path)
                    ids.add(str(json.loads(path.read_bytes())["id"]))
                elif path.suffix == ".mid":
                    read_score(path)
            except (TakeError, MidiFileError, KeyError) as error:
                wrong.append(str(error))
        return ids, wrong


def kill(pid: int) -> None:
    """End a process as the system does where memory is short; it may have ended already."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def paused(pid: int) -> Iterator[None]:
    """Stop a process, as a laptop that sleeps, during the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
