"""Plays a loop in a process of its own while bad packets come; prints what came of it as JSON.

`python storm_run.py SEED [PACKETS]`
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import perf_counter

import mido

from bridge.bench.figures import Sent, count_late
from bridge.bench.output_recorder import OutputRecorder
from bridge.bench.under_load import BEAT_SECONDS, BPM, LOOPED_PITCH, DenseComposer
from bridge.bench.witness import Witness
from bridge.engine.engine import Engine, Services
from bridge.events import Command, MidiIn
from bridge.osc.server import OscServer
from bridge.runner import Runner
from bridge.settings import PlaySettings

PACKETS = 100_000
STORM = Path(__file__).parent / "osc_storm.py"


@dataclass
class Weathered:
    """What came of a storm."""

    sent: list[Sent]
    late: int
    faults: int
    hanging: set


def weather(seed: int, packets: int = PACKETS) -> Weathered:
    """Loop a dense accompaniment while the storm blows from another process."""
    port, runner, witness = OutputRecorder(), Runner(), Witness()
    server = OscServer(runner.put, perf_counter, port=0, events_port=0)
    settings = PlaySettings("dense", mode="loop", bars=1, bpm=BPM)
    witness.start()
    engine = Engine(settings, Services(port, DenseComposer(runner.put), port), port)
    runner.start(engine)
    server.start()
    origin_seconds = perf_counter()
    for kind in ("note_on", "note_off"):
        runner.put(MidiIn(origin_seconds, mido.Message(kind, note=LOOPED_PITCH, velocity=64)))
    Event().wait(4 * BEAT_SECONDS)  # the bar that is looped
    storm = [sys.executable, str(STORM), str(server.port), str(seed), str(packets)]
    # Without a time-out: to wait with one is to look again and again, in a thread without priority
    # that may be stopped while it has Python to itself.
    subprocess.run(storm, check=True)
    runner.put(Command(perf_counter(), "quit"))
    runner.wait()
    server.close()
    report = witness.stop()
    sent = port.grid(BEAT_SECONDS, origin_seconds)
    return Weathered(sent, count_late(sent, report), server.errors, port.sounding)


def main(seed: int, packets: int) -> None:
    """Weather one storm, and print."""
    found = weather(seed, packets)
    late = [note.late_seconds * 1000 for note in found.sent]
    told = {
        "notes": len(found.sent),
        "late_notes": found.late,
        "worst_ms": round(max(late, default=0.0), 2),
        "faults": found.faults,
        "hanging_notes": len(found.hanging),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else PACKETS)
