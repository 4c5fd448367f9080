"""A MIDI clock that nobody here wrote: jack_midi_clock, on a transport that the test conducts."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jack_rig import Heard, JackRig, RigError, wait_until

PERIOD = 512  # below, the dummy driver's own time runs slow
PULSES_PER_BEAT = 24
CLOCK_PORT = "jack_midi_clock:mclk_out"
_CONDUCTOR = Path(__file__).with_name("jack_tempo_master.py")


@dataclass(frozen=True)
class Pulse:
    """A pulse as it left the sender: `run` counts the starts, `count` the pulses from beat 0."""

    seconds: float
    count: int
    run: int

    @property
    def beat(self) -> float:
        return self.count / PULSES_PER_BEAT


def song(recording: Sequence[Heard]) -> list[Pulse]:
    """What the sender said, by the letter: each pulse and where in the song it is.

    Messages in one frame are taken in the order in which they came.
    """
    out: list[Pulse] = []
    count, run, is_playing = 0, -1, False
    for heard in recording:
        match heard.message.type:
            case "start":
                count, run, is_playing = 0, run + 1, True
            case "continue":
                run, is_playing = run + 1, True
            case "stop":
                is_playing = False
            case "songpos":
                count = heard.message.pos * 6
            case "clock" if is_playing:
                out.append(Pulse(heard.seconds, count, run))
                count += 1
    return out


@dataclass
class Source:
    """The conductor and the clock program on a rig."""

    rig: JackRig
    bpm: float = 120.0
    conductor: subprocess.Popen[bytes] = field(init=False)
    clock: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.conductor = subprocess.Popen(
            [*self.rig.enter, sys.executable, str(_CONDUCTOR), f"{self.bpm:g}"],
            stdin=subprocess.PIPE,
            stdout=(self.rig.folder / "conductor.log").open("wb"),
            stderr=subprocess.STDOUT,
            env=self.rig.environment,
        )
        self.rig.started.append(self.conductor)
        wait_until(lambda: "ready" in self.rig.said("conductor.log"), 10, "the conductor")
        self.clock = self.rig.spawn("jack_midi_clock", "-d", "0.2", log="jack_midi_clock.log")
        self.port = self.rig.port("mclk_out")

    def order(self, line: str) -> None:
        """Have the conductor do something."""
        if self.conductor.poll() is not None or self.clock.poll() is not None:
            raise RigError("the clock's sender ended by itself")
        assert self.conductor.stdin is not None
        self.conductor.stdin.write(f"{line}\n".encode())
        self.conductor.stdin.flush()


def last_beat(recording: Callable[[], list[Heard]]) -> float:
    """The beat of the last pulse so far, or -1."""
    pulses = song(recording())
    return pulses[-1].beat if pulses else -1.0
