"""What `continuo bench` measures of clocks: notes by a jittery MIDI clock, and pulses sent."""

from dataclasses import dataclass
from itertools import count
from threading import Event as Flag
from time import perf_counter

import mido

from bridge.bench.figures import Spread, spread
from bridge.bench.output_recorder import OutputRecorder
from bridge.bench.under_load import DenseComposer
from bridge.bench.witness import Witness
from bridge.engine.engine import Engine, Services
from bridge.events import Command, MidiIn
from bridge.runner import Runner
from bridge.settings import PlaySettings

BPM = 120.0
BEAT_SECONDS = 60 / BPM
PULSE_SECONDS = BEAT_SECONDS / 24
# As JACK delivers it: at the end of a period of 256 frames at 48 kHz.
PERIOD_SECONDS = 256 / 48_000
BEFORE_SECONDS = 4.0  # in which the tempo is learnt, and a bar is played


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """Notes against the beats of a MIDI clock that comes with jitter; pulses sent against ours."""

    followed_ms: Spread | None
    led_ms: Spread | None


def follow_and_lead(model: str, seconds: float) -> ClockFigures:
    """Loop a dense accompaniment by a MIDI clock for `seconds`, sending MIDI clock as well."""
    recorder, runner, witness = OutputRecorder(), Runner(), Witness()
    witness.start()
    settings = PlaySettings(model, mode="loop", bars=1, bpm=100.0, clock="midi", clock_out=True)
    others = Services(recorder, DenseComposer(runner.put), recorder)
    runner.start(Engine(settings, others, recorder))
    origin_seconds = perf_counter() + 0.05
    _send_clock(runner, origin_seconds, BEFORE_SECONDS + seconds)
    runner.put(Command(perf_counter(), "quit"))
    runner.wait()
    report = witness.stop()
    grid = recorder.grid(BEAT_SECONDS, origin_seconds)
    settled = [sent for sent in grid if sent.due_seconds - origin_seconds > BEFORE_SECONDS]
    # The clock comes half a period late on average: that is the wire's, and the offset's to mend.
    late = [abs(sent.late_seconds - PERIOD_SECONDS / 2) for sent in settled]
    steps = [b - a for a, b in zip(recorder.pulses, recorder.pulses[1:], strict=False)]
    errors = [abs(step - PULSE_SECONDS) for step in steps[-int(seconds / PULSE_SECONDS) :]]
    return ClockFigures(spread(late, report), spread(errors, report))


def _send_clock(runner: Runner, origin_seconds: float, seconds: float) -> None:
    """Put a MIDI clock into the runner, each pulse when its period ends; play one note a beat."""
    pause = Flag()
    runner.put(MidiIn(origin_seconds - 0.01, mido.Message("start")))
    for number in count():
        due_seconds = origin_seconds + number * PULSE_SECONDS
        if due_seconds - origin_seconds > seconds:
            return
        periods = -((origin_seconds - due_seconds) // PERIOD_SECONDS)
        comes_seconds = origin_seconds + periods * PERIOD_SECONDS
        pause.wait(max(comes_seconds - perf_counter(), 0))
        runner.put(MidiIn(comes_seconds, mido.Message("clock")))
        if number < 96 and number % 24 == 1:
            for kind in ("note_on", "note_off"):
                runner.put(MidiIn(comes_seconds, mido.Message(kind, note=60, velocity=64)))
