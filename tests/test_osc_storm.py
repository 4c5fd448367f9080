"""A hundred thousand bad packets while a loop plays: the music does not notice."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import perf_counter

import mido
import pytest

from bridge.bench_live import BEAT_SECONDS, BPM, LOOPED_PITCH, DenseComposer, Stamps
from bridge.engine import Engine, Others
from bridge.events import Command, MidiIn
from bridge.figures import Sent, count_late
from bridge.osc.server import OscServer
from bridge.runner import Runner
from bridge.settings import PlaySettings
from bridge.witness import Witness

pytestmark = pytest.mark.ports

PACKETS = 100_000
STORM = Path(__file__).parent / "osc_storm.py"
TRIES = 3  # this machine may stand still for everybody but the witness


class Port(Stamps):
    """Follows what sounds as well."""

    def __init__(self):
        super().__init__()
        self.sounding = set()

    def send(self, message):
        super().send(message)
        if message.type == "note_on":
            self.sounding.add((message.channel, message.note))
        elif message.type == "note_off":
            self.sounding.discard((message.channel, message.note))


@dataclass
class Weathered:
    """What came of a storm."""

    sent: list[Sent]
    late: int
    faults: int
    hanging: set


def weather(seed: int) -> Weathered:
    """Loop a dense accompaniment while the storm blows from another process."""
    port, runner, witness = Port(), Runner(), Witness()
    server = OscServer(runner.put, perf_counter, port=0, events_port=0)
    settings = PlaySettings("dense", mode="loop", bars=1, bpm=BPM)
    witness.start()
    engine = Engine(settings, Others(port, DenseComposer(runner.put), port), port)
    runner.start(engine)
    server.start()
    origin_seconds = perf_counter()
    for kind in ("note_on", "note_off"):
        runner.put(MidiIn(origin_seconds, mido.Message(kind, note=LOOPED_PITCH, velocity=64)))
    Event().wait(4 * BEAT_SECONDS)  # the bar that is looped
    storm = [sys.executable, str(STORM), str(server.port), str(seed), str(PACKETS)]
    subprocess.run(storm, check=True, timeout=120)
    runner.put(Command(perf_counter(), "quit"))
    runner.wait()
    server.close()
    report = witness.stop()
    sent = [Sent(origin_seconds + beat * BEAT_SECONDS, at) for beat, at in port.grid]
    return Weathered(sent, count_late(sent, report), server.errors, port.sounding)


def test_no_note_is_late_in_a_storm_but_with_the_witness_and_none_hangs():
    found = []
    for seed in range(TRIES):
        found.append(weather(seed))
        assert not found[-1].hanging
        assert found[-1].faults > PACKETS / 4
        assert len(found[-1].sent) > 300
        if not found[-1].late:
            return
    pytest.fail(f"late notes in {TRIES} storms: {[(w.late, len(w.sent)) for w in found]}")
