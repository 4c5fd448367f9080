"""A JACK dummy server of its own, and outside programs that play into it and record from it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import mido
from patience import PATIENCE_SECONDS, stretched
from system_programs import lack, need_program

RATE = 48_000
PERIOD = 256
SERVER = f"continuo-test-{os.getpid()}"  # so that two runs of the tests do not meet
# Real-time and synchronous: else clients lose whole periods of notes, or crash as ports open.
BEST_FLAGS = ("--realtime", "-P", "10", "-S")
PLAIN_FLAGS = ("-r", "-S")
# Between a player's start and its first tone it is connected, by programs that are slow to start
# where the machine is busy: then all its tones come later.
LEAD_SECONDS, LONGEST_LEAD_SECONDS = 1.0, 7.0
RUNS_IN_THE_LEAD = 8
# Each look at the ports is a client that comes and goes; too many of them upset the server.
LOOK_SECONDS = 0.25
# What jackd prints in each period in which it waits in vain for a client that it has lost.
ABNORMAL = "engine may now behave abnormally"


class RigError(Exception):
    """The rig itself failed, not what is tested: worth another try."""


class LateError(RigError):
    """What was waited for did not come."""


def wait_until(
    holds: Callable[[], bool], seconds: float, what: str, pause_seconds: float = 0.02
) -> None:
    """Return once `holds()`; raise RigError after `seconds`, or more on a busy machine."""
    pause, begin_seconds = threading.Event(), perf_counter()
    while not holds():
        waited = perf_counter() - begin_seconds
        if waited > seconds and waited > stretched(seconds):
            raise LateError(f"waited {waited:.0f} s for {what}")
        pause.wait(pause_seconds)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and the second at which JACK delivered it."""

    seconds: float
    message: mido.Message


@dataclass(frozen=True, slots=True)
class Tone:
    """A note for the outside player: start and duration in seconds."""

    start_seconds: float
    duration_seconds: float
    pitch: int

    @property
    def end_seconds(self) -> float:
        return self.start_seconds + self.duration_seconds


def parse_dump(text: str) -> list[Heard]:
    """Read jack_midi_dump's lines: frames since its start, then the bytes.

    The last one counts once it is whole: the program may be writing it, or have been killed.
    """
    lines = re.findall(r"^\s*(\d+):((?: [0-9a-f]{2})+)[^\n]*\n", text, re.MULTILINE)
    return [
        Heard(int(frames) / RATE, mido.Message.from_bytes(bytes.fromhex(data)))
        for frames, data in lines
    ]


def parse_ports(text: str) -> dict[str, list[str]]:
    """Read jack_lsp -c: each port and those it is connected to."""
    ports: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith(" "):
            ports[next(reversed(ports))].append(line.strip())
        elif ":" in line:
            ports[line.strip()] = []
    return ports


@dataclass
class JackRig:
    """One dummy server, the programs beside it, and the folder with what they said."""

    folder: Path
    period: int = PERIOD
    server: subprocess.Popen[bytes] | None = None
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    enter: tuple[str, ...] = ()
    _server_was_ended: bool = False
    _slowest_run_seconds: float = 0.0

    # -- processes ---------------------------------------------------------------------------
    @property
    def environment(self) -> dict[str, str]:
        """What a JACK client needs to find this server, and not to start another."""
        return {**os.environ, "JACK_DEFAULT_SERVER": SERVER, "JACK_NO_START_SERVER": "1"}

    def spawn(self, *command: str, log: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a program beside the server; what it prints goes to `log` in the folder."""
        with (self.folder / log).open("ab") as out:
            process = subprocess.Popen(
                [*self.enter, *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**self.environment, **more},
            )
        self.started.append(process)
        return process

    def said(self, log: str) -> str:
        """Everything printed to `log` so far."""
        path = self.folder / log
        return path.read_text(errors="replace") if path.exists() else ""

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a short program beside the server to its end."""
        begin_seconds = perf_counter()
        try:
            done = subprocess.run(
                [*self.enter, *command],
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RigError(f"{command[0]} hangs") from error
        self._slowest_run_seconds = max(self._slowest_run_seconds, perf_counter() - begin_seconds)
        return done

    @property
    def lead_seconds(self) -> float:
        """How long before its first tone a player is started here: a second on a quick machine."""
        needed = RUNS_IN_THE_LEAD * self._slowest_run_seconds
        return min(max(needed, LEAD_SECONDS), LONGEST_LEAD_SECONDS)

    # -- the server --------------------------------------------------------------------------
    def open(self) -> None:
        """Take a /dev/shm of our own where that is allowed, then start the server."""
        self.enter = self._private_shm()
        self.start_server()

    def _private_shm(self) -> tuple[str, ...]:
        # jackd has eight places for servers in /dev/shm, and dead servers keep theirs.
        if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("nsenter")):
            return ()
        script = "mount -t tmpfs tmpfs /dev/shm && echo ready && exec cat"
        holder = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", script],
            stdin=subprocess.PIPE,  # it ends with us, however we end
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.started.append(holder)
        assert holder.stdout is not None
        if holder.stdout.readline() != b"ready\n":
            return ()
        return ("nsenter", f"--target={holder.pid}", "--mount", f"--wd={Path.cwd()}", "--")

    def start_server(self) -> None:
        """Start the server; without real-time priority where that is not allowed."""
        self._server_was_ended = False
        for flags in (BEST_FLAGS, PLAIN_FLAGS):
            dummy = ("-d", "dummy", "-r", str(RATE), "-p", str(self.period))
            self.server = self.spawn("jackd", *flags, "-n", SERVER, *dummy, log="jackd.log")
            try:
                wait_until(
                    lambda: bool(self.ports()) or self._server_ended(),
                    PATIENCE_SECONDS,
                    "jackd",
                    LOOK_SECONDS,
                )
            except RigError:
                self.end(self.server)
            if not self._server_ended():
                return
        raise RigError(f"jackd does not start:\n{self.said('jackd.log')}")

    def _server_ended(self) -> bool:
        return self.server is None or self.server.poll() is not None

    def server_failed(self) -> bool:
        """Whether the server ended without being asked to, or lost a client and keeps stalling."""
        if self._server_was_ended:
            return False
        return self._server_ended() or self.said("jackd.log").count(ABNORMAL) >= 10

    def end_server(self, how: int = signal.SIGKILL) -> None:
        """End the server under its clients."""
        self._server_was_ended = True
        self.end(self.server, how)

    def end(
        self,
        process: subprocess.Popen[bytes] | None,
        how: int = signal.SIGTERM,
        seconds: float = 2.0,
    ) -> None:
        """End one process: by `how`, and after so many seconds by SIGKILL."""
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        """End everything that was started, the server and the holder last."""
        last = [self.server, *self.started[:1]]
        for process in [p for p in reversed(self.started) if p not in last] + last:
            self.end(process)
        for process in self.started:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()

    # -- ports -------------------------------------------------------------------------------
    def ports(self) -> dict[str, list[str]]:
        """All ports of the graph, each with its connections."""
        return parse_ports(self.run("jack_lsp", "-c").stdout)

    def port(self, fragment: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Wait for the one port whose name contains `fragment`, and return the whole name."""
        found: list[str] = []

        def there() -> bool:
            found[:] = [name for name in self.ports() if fragment in name]
            return bool(found)

        wait_until(there, seconds, f"a port named {fragment!r}", LOOK_SECONDS)
        return found[0]

    def connect(self, source: str, target: str) -> None:
        """Connect two ports by jack_connect."""
        done = self.run("jack_connect", source, target)
        if done.returncode != 0:
            raise RigError(f"jack_connect {source} {target}: {done.stdout}{done.stderr}")

    # -- players and recorders ---------------------------------------------------------------
    def play(self, name: str, tones: Sequence[Tone]) -> subprocess.Popen[bytes]:
        """Start jack_midiseq on a loop so long that `tones` sound once (velocity 64).

        Its time starts at once: leave LEAD_SECONDS before the first tone, in which to connect it.
        On a slow machine all tones come later, by what `lead_seconds` is more than that.
        """
        later = self.lead_seconds - LEAD_SECONDS
        triples = [
            str(value)
            for tone in tones
            for value in (
                round((tone.start_seconds + later) * RATE),
                tone.pitch,
                round(tone.duration_seconds * RATE),
            )
        ]
        process = self.spawn("jack_midiseq", name, str(3600 * RATE), *triples, log=f"{name}.log")
        self.port(f"{name}:out")
        return process

    def record(self, name: str, source: str) -> Callable[[], list[Heard]]:
        """Record `source` by jack_midi_dump; the returned function reads what was heard so far."""
        self.spawn("stdbuf", "-oL", "jack_midi_dump", "-a", name, log=f"{name}.log")
        self.connect(source, self.port(f"{name}:input"))
        return lambda: parse_dump(self.said(f"{name}.log"))


@contextlib.contextmanager
def jack_rig(folder: Path, period: int = PERIOD) -> Iterator[JackRig]:
    """Open a rig, skipping where JACK is not installed, and end all of it afterwards."""
    need_program("jackd", "jack_lsp", "jack_connect", "jack_midiseq", "jack_midi_dump", "stdbuf")
    rig = JackRig(folder, period)
    try:
        try:
            rig.open()
        except RigError as error:
            lack(str(error))
        yield rig
    finally:
        rig.close()
