"""`continuo play` without MIDI, for programs that talk OSC to it; and the notes they must get."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from jack_rig import RigError, wait_until
from paths import ROOT
from patience import PATIENCE_SECONDS

from bridge.cli import main
from models.artifact.catalogue import DEFAULT_MODEL
from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track

EXAMPLES = ROOT / "examples"
CONTINUO = (sys.executable, "-c", "from bridge.cli import main; main()")
# What the examples send: the first four bars of the bundled melody.
FIRST_LIGHT = (
    *((67, 0, 1), (69, 1, 1), (71, 2, 1), (74, 3, 1), (72, 4, 1), (71, 5, 1), (69, 6, 2)),
    *((71, 8, 1), (74, 9, 1), (76, 10, 1), (74, 11, 0.5), (72, 11.5, 0.5)),
    *((71, 12, 1), (67, 13, 1), (69, 14, 2)),
)

# A note as the examples tell it: track (from 1), pitch, start, duration.
Told = tuple[int, int, float, float]


class Program:
    """A running program whose output goes to a file."""

    def __init__(self, command: Iterable[str], log: Path, **environment: str) -> None:
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                list(command),
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | environment,
                cwd=log.parent,
            )

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(PATIENCE_SECONDS)

    def said(self) -> str:
        """Everything it has printed."""
        return self.log.read_text(errors="replace")

    def find(self, pattern: str) -> list[tuple[str, ...]]:
        """The groups of each line that is this pattern, in order."""
        return [match.groups() for match in re.finditer(f"(?m)^{pattern}$", self.said())]

    def expect(
        self, pattern: str, times: int = 1, seconds: float = PATIENCE_SECONDS
    ) -> list[tuple[str, ...]]:
        """Wait until it has printed that many such lines; fail with what it said otherwise."""
        try:
            wait_until(lambda: len(self.find(pattern)) >= times, seconds, pattern, 0.05)
        except RigError as error:
            pytest.fail(f"{error}; {self.process.args[0]} said:\n{self.said()}")
        return self.find(pattern)


@contextmanager
def continuo_play(folder: Path, *options: str) -> Iterator[tuple[Program, int]]:
    """Run `continuo play` with the shipped model, ready to play; and the port it listens at.

    Models in `folder/models` are there as well.
    """
    model = options[options.index("--model") + 1] if "--model" in options else DEFAULT_MODEL
    command = (*CONTINUO, "play", "--midi", "none", "--quiet", "--takes", str(folder / "takes"))
    ports = ("--osc-port", "0", "--osc-events", "none")
    with Program(
        (*command, *ports, *options),
        folder / "continuo.log",
        PYTHONUNBUFFERED="1",
        CONTINUO_MODELS=str(folder / "models"),
    ) as bridge:
        ((port,),) = bridge.expect(r"OSC: in at (\d+).*")
        bridge.expect(rf"{model} is ready")
        yield bridge, int(port)
        assert bridge.process.poll() is None, bridge.said()


def generated(
    folder: Path,
    melody: Iterable[tuple[int, float, float]],
    velocity: int,
    seed: int,
    controls: Mapping[str, float] | None = None,
) -> list[Told]:
    """What `continuo generate` answers to the melody of a file."""
    notes = tuple(Note(start, duration, pitch, velocity) for pitch, start, duration in melody)
    write_composition(folder / "in.mid", Composition(Track("melody", Clip(notes))))
    options = [f"--set={name}={value}" for name, value in (controls or {}).items()]
    command = ["generate", str(folder / "in.mid"), "--seed", str(seed), *options]
    result = CliRunner().invoke(main, [*command, "--out", str(folder / "out.mid")])
    assert result.exit_code == 0, result.output
    voices = read_score(folder / "out.mid").tracks[1:]
    return sorted(
        (i, note.pitch, note.start, note.duration)
        for i, track in enumerate(voices, start=1)
        for note in track.clip.notes
    )


def told(lines: Iterable[tuple[str, ...]]) -> list[Told]:
    """Notes as numbers, from lines of track, pitch, start and duration."""
    return sorted((int(t), int(p), float(s), float(d)) for t, p, s, d in lines)
