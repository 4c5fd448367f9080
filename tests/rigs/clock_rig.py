"""A MIDI clock that nobody here wrote: jack_midi_clock, on a transport that the test conducts."""

import subprocess
import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path

from jack_rig import Heard, JackRig, RigError, wait_until
from patience import PATIENCE_SECONDS

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
    port: str = field(init=False)

    def __post_init__(self) -> None:
        with (self.rig.folder / "conductor.log").open("wb") as log:
            self.conductor = subprocess.Popen(
                [*self.rig.enter, sys.executable, str(_CONDUCTOR), f"{self.bpm:g}"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.rig.environment,
            )
        self.rig.started.append(self.conductor)
        wait_until(
            lambda: "ready" in self.rig.said("conductor.log"), PATIENCE_SECONDS, "the conductor"
        )
        self.clock = self.rig.spawn("jack_midi_clock", "-d", "0.2", log="jack_midi_clock.log")
        self.port = self.rig.port("mclk_out")

    def order(self, line: str) -> None:
        """Have the conductor do something."""
        if self.conductor.poll() is not None or self.clock.poll() is not None:
            raise RigError("the clock's sender ended by itself")
        assert self.conductor.stdin is not None
        self.conductor.stdin.write(f"{line}\n".encode())
        self.conductor.stdin.flush()


class Score:
    """Notes laid over the sender's pulses: where in the song each began, and how far off."""

    def __init__(self, recording: Sequence[Heard]) -> None:
        self.pulses = song(recording)
        self._seconds = [pulse.seconds for pulse in self.pulses]

    def runs(self) -> list[list[Pulse]]:
        """The pulses from each start to the next stop."""
        return [list(group) for _, group in groupby(self.pulses, key=lambda pulse: pulse.run)]

    def nearest(self, seconds: float, pulses: int = 6) -> Pulse:
        """The nearest sixteenth (or other multiple of pulses), as the sender had it."""
        at = bisect_left(self._seconds, seconds)
        near = self.pulses[max(at - 2 * pulses, 0) : at + 2 * pulses]
        grid = [pulse for pulse in near if pulse.count % pulses == 0]
        return min(grid, key=lambda pulse: abs(pulse.seconds - seconds))

    def error_ms(self, seconds: float, pulses: int = 6) -> float:
        """How much later than the nearest sixteenth (or other multiple) something was."""
        return 1000 * (seconds - self.nearest(seconds, pulses).seconds)

    def place(self, run: int, beat: float) -> float | None:
        """When the sender was at `beat` in its run; None: never (it may have leapt over it)."""
        beats = [pulse for pulse in self.pulses if pulse.run == run]
        for a, b in pairwise(beats):
            if a.beat <= beat < b.beat and b.count == a.count + 1:
                part = (beat - a.beat) / (b.beat - a.beat)
                return a.seconds + part * (b.seconds - a.seconds)
        return None


def percentiles(errors_ms: Sequence[float]) -> dict[str, float]:
    """The median error, and how far from it the errors are."""
    ordered = sorted(errors_ms)
    middle = ordered[len(ordered) // 2]
    apart = sorted(abs(error - middle) for error in ordered)
    return {
        "n": len(ordered),
        "median": round(middle, 1),
        "p50": round(apart[len(apart) // 2], 1),
        "p99": round(apart[int(0.99 * (len(apart) - 1) + 0.5)], 1),
        "max": round(apart[-1], 1),
    }
