"""Mutated MIDI files through `generate` and `dataset report`, in this process; prints what came.

`python tests/rigs/fuzz_files.py [COUNT] [SEED]`: each file is either used or refused in a sentence.
Ends with 1 where anything else was raised, or where the memory grew.
"""

import json
import os
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import numpy as np

from bridge.commands.generate import GenerateRun
from bridge.commands.generate_melody import MelodyOptions
from bridge.commands.generate_options import Job
from bridge.commands.generate_request import GenerateOptions
from bridge.commands.progress import ProgressReporter
from bridge.demo.samples import sample, sample_names
from bridge.machine import memory_mb
from models.artifact.manifest import ACCOMPANY, Manifest, TrackSpec
from models.data.piece import DatasetError
from models.data.prepare import prepare
from models.data.report import report
from models.formats.midi_read import read_score
from models.formats.midi_write import to_bytes
from models.techniques.accompany import accompany
from models.techniques.windows import Stretch

FILES = 100_000
BATCH = 100
# The memory of the first batches is that of what is imported and kept once.
SETTLED_BATCHES, GROWN_MB = 5, 30.0


class Low:
    """A generator without a network: the melody an octave lower."""

    manifest = Manifest(
        "low", "Low", ACCOMPANY, (TrackSpec("Bass", "bass"),), torch="2.6.0", sha256="0" * 64
    )

    def generate(self, rows, begin, end, controls, seed):
        """Answer to any call."""
        inside = rows[(rows[:, 0] == 0) & (rows[:, 1] >= begin) & (rows[:, 1] < end)].copy()
        inside[:, 0], inside[:, 3] = 1, np.maximum(inside[:, 3] - 12, 0)
        return inside


class Quiet(ProgressReporter):
    """Says nothing, and counts the sentences of refusal."""

    def __init__(self) -> None:
        super().__init__(1, quiet=True)
        self.refused = 0

    def say(self, text: str) -> None:
        """Keep still."""

    def fault(self, text: str) -> None:
        """Count one, which must be a sentence in one line."""
        assert len(text.splitlines()) == 1, text
        self.refused += 1


class Run(GenerateRun):
    """`continuo generate`, but for the network."""

    def _load(self, model):
        return Low()


def originals() -> Iterator[bytes]:
    """The sample melodies, alone and with a bass, which is something to learn from."""
    for name in sample_names():
        yield sample(name).read_bytes()
        score = read_score(sample(name))
        yield to_bytes(accompany(Low(), score.composition(0), 0))


def mutated(chance: random.Random, sources: list[bytes]) -> bytes:
    """A file with some of its bytes, or of its pieces, changed."""
    data = bytearray(chance.choice(sources))
    kinds: list[Callable[[bytearray], None]] = [
        lambda d: d.__setitem__(chance.randrange(len(d)), chance.randrange(256)),
        lambda d: d.__setitem__(chance.randrange(len(d)), chance.choice((0, 0x7F, 0x80, 0xFF))),
        lambda d: d.__setitem__(chance.randrange(min(len(d), 60)), chance.randrange(256)),
        lambda d: d.__delitem__(slice(chance.randrange(len(d)), None)),
        lambda d: d.__delitem__(slice(at := chance.randrange(len(d)), at + chance.randint(1, 9))),
        lambda d: _insert(d, chance, bytes(chance.randrange(256) for _ in range(4))),
        lambda d: _insert(d, chance, bytes(data[(at := chance.randrange(len(d))) : at + 40])),
        lambda d: _insert(d, chance, b"\xff\x51\x03" + chance.randbytes(3)),
        lambda d: _insert(d, chance, b"\xff\x58\x04" + chance.randbytes(4)),
        lambda d: _insert(d, chance, chance.choice((b"MTrk", b"MThd", b"\xff\x2f\x00", b"\xf0"))),
    ]
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8, 30))):
        if len(data) > 1:
            chance.choice(kinds)(data)
    return bytes(data)


def _insert(data: bytearray, chance: random.Random, what: bytes) -> None:
    at = chance.randrange(len(data))
    data[at:at] = what


def fuzz(count: int, seed: int, folder: Path) -> dict[str, object]:
    """Try `count` files; give the counts."""
    chance = random.Random(seed)
    sources = list(originals())
    reporter, done, grown = Quiet(), Counter(), []
    options = GenerateOptions(("low",), ({},), (ACCOMPANY,), Stretch(), MelodyOptions(), None)
    run, began_seconds, slowest_seconds = Run(options, reporter), process_time(), 0.0
    for batch in range(-(-count // BATCH)):
        paths = [folder / f"{i}.mid" for i in range(min(BATCH, count - batch * BATCH))]
        for path in paths:
            path.write_bytes(mutated(chance, sources))
            started_seconds = process_time()
            done["used"] += _generate(run, path, done)
            slowest_seconds = max(slowest_seconds, process_time() - started_seconds)
        _report(folder, done)
        for path in folder.glob("*"):
            path.unlink()
        if batch >= SETTLED_BATCHES:
            grown.append(memory_mb(os.getpid()) or 0.0)
    done["refused"] = reporter.refused
    return {
        "files": count,
        **done,
        "processor_seconds": round(process_time() - began_seconds, 1),
        "slowest_seconds": round(slowest_seconds, 2),
        "memory_mb": [grown[0], grown[-1]] if grown else [],
    }


def _generate(run: GenerateRun, path: Path, done: Counter[str]) -> int:
    out = path.with_suffix(".out.mid")
    try:
        made = run.run([Job(path, 0, out)])
        if made:
            read_score(out)  # what is written can be read
        out.unlink(missing_ok=True)
    except Exception:  # noqa: BLE001 - what this looks for
        _keep(path, done)
        return 0
    return len(made)


def _report(folder: Path, done: Counter[str]) -> None:
    try:
        corpus = prepare(folder)
        report(corpus).document()
        done["pieces"] += len(corpus.train) + len(corpus.valid)
    except DatasetError:
        done["folders_refused"] += 1
    except Exception:  # noqa: BLE001 - what this looks for
        _keep(folder, done)


def _keep(path: Path, done: Counter[str]) -> None:
    done["tracebacks"] += 1
    traceback.print_exc()
    if path.is_file():
        sys.stderr.write(f"{path.read_bytes().hex()}\n")


def main() -> None:
    """Read the options, and print what came of it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(count, seed, Path(folder))
    sys.stdout.write(json.dumps(found) + "\n")
    memory = found["memory_mb"]
    is_flat = not memory or memory[-1] - memory[0] < GROWN_MB
    sys.exit(1 if found.get("tracebacks") or not is_flat else 0)


if __name__ == "__main__":
    main()
