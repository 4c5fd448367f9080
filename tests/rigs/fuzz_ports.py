"""Mutated MIDI and OSC messages through real ports while a loop plays; prints what came of it.

`python tests/rigs/fuzz_ports.py [COUNT] [SEED] [PER_SECOND] [--any-lateness]` needs JACK, and root
for a /dev/shm of its own. Ends with 1 for a traceback, a hanging note, grown memory, or a note that
is late though the witness was on time.
"""

import json
import signal
import sys
import tempfile
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

from chaos_stage import Stage
from jack_play import model_to_play
from jack_rig import LateError, jack_rig, wait_until
from paths import RIGS
from patience import PATIENCE_SECONDS
from tiny_disk import TinyDisk

from bridge.bench.figures import LATE_SECONDS
from bridge.bench.witness import Witness, WitnessReport
from bridge.machine import memory_mb

MESSAGES, PER_SECOND = 1_000_000, 800.0
SETTLED_SHARE = 0.1  # of the messages: then the memory that is kept once has been taken
GROWN_MB = 15.0


def count_late(stage: Stage, report: WitnessReport) -> int:
    """Count what Continuo told as late while the witness was on time around that instant."""
    return sum(report.worst_around(due) <= LATE_SECONDS for due in stage.told.late_due_seconds)


def fuzz(stage: Stage, count: int, seed: int, per_second: float) -> dict[str, object]:
    """Let the loop play, and send."""
    rig, memory = stage.rig, []
    witness = Witness()
    rig.started.append(witness.start())
    port = rig.port("Continuo In:")
    words = [port, stage.osc_port, count, seed, per_second]
    sender = rig.spawn(
        sys.executable, str(RIGS / "fuzz_sender.py"), *map(str, words), log="sender.log"
    )
    pause = threading.Event()
    settle_seconds = SETTLED_SHARE * count / per_second
    pause.wait(settle_seconds)
    memory.append(memory_mb(stage.continuo.pid))
    while sender.poll() is None and not stage.has_ended():
        pause.wait(1.0)
    memory.append(memory_mb(stage.continuo.pid) if not stage.has_ended() else None)
    has_ended = stage.has_ended()
    stage.told.send(stage.osc_port, "ping", 1)
    stage.continuo.send_signal(signal.SIGINT)
    with suppress(LateError):
        wait_until(stage.has_ended, PATIENCE_SECONDS, "its end")
    report = witness.stop()
    rig.run("jack_lsp")
    pause.wait(0.3)
    stage.close_recording(at_the_end=True)
    said = rig.said("sender.log").strip().splitlines()
    sent = Counter(json.loads(said[-1])) if said and said[-1].startswith("{") else Counter()
    return {
        **sent,
        "notes": stage.notes,
        "hanging_notes": len(stage.hanging),
        "late": len(stage.told.late_due_seconds),
        "late_beyond_the_witness": count_late(stage, report),
        "tracebacks": rig.said(stage.log).count("Traceback"),
        "ended_by_itself": has_ended,
        "exit_code": stage.continuo.poll(),
        "memory_mb": memory,
    }


def is_good(found: dict[str, object], any_lateness: bool = False) -> bool:
    """Whether nothing was found; on a busy machine lateness may be no fault of ours."""
    before, after = found["memory_mb"]
    is_flat = before is not None and after is not None and after - before < GROWN_MB
    faults = ["hanging_notes", "tracebacks", "ended_by_itself"]
    faults += [] if any_lateness else ["late_beyond_the_witness"]
    return is_flat and found["exit_code"] == 0 and not any(found[name] for name in faults)


def main() -> None:
    """Read the options, and print what came of it."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    given, any_lateness = dict(enumerate(words)), "--any-lateness" in sys.argv
    count, seed = int(given.get(0, MESSAGES)), int(given.get(1, 1))
    per_second = float(given.get(2, PER_SECOND))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "models").mkdir()
        with jack_rig(folder) as rig:
            ear = (sys.executable, str(RIGS / "jack_ear.py"))
            stage = Stage(rig, TinyDisk(folder), model_to_play(folder / "models"), ear)
            stage.start_continuo()
            found = fuzz(stage, count, seed, per_second)
            for note in stage.hanging:
                sys.stderr.write(f"hanging: {note}\n")
    sys.stdout.write(json.dumps(found) + "\n")
    sys.exit(0 if is_good(found, any_lateness) else 1)


if __name__ == "__main__":
    main()
