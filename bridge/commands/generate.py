"""`continuo generate`: melodies in MIDI files in, accompanied MIDI files out, in one process."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Any, TypedDict, Unpack

import click

from bridge.commands.errors import EXIT_CODE, UserError
from bridge.commands.generate_options import Job, parse_controls, parse_seeds, plan
from bridge.commands.model_choice import check_controls, usable_model
from bridge.commands.progress import ProgressReporter
from models.artifact.catalogue import DEFAULT_MODEL, find
from models.artifact.generator import Generator
from models.artifact.manifest import ArtifactError
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score, require_notes
from models.formats.midi_write import write_composition
from models.formats.whole_file import FileWriteError
from models.music.clip import Composition
from models.music.melody import MelodyError, choose_melody
from models.techniques.accompany import RangeError, accompany, melody_range


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """What is asked of the generator, the same for every file."""

    model: str
    controls: dict[str, float]
    begin: float | None
    end: float | None
    melody_track: str | None


class Options(TypedDict):
    """The command line, as click reads it."""

    melodies: tuple[str, ...]
    model: str
    out: str | None
    seed: int | None
    seeds: str | None
    settings: tuple[str, ...]
    begin: float | None
    end: float | None
    melody_track: str | None
    as_json: bool


@click.command("generate")
@click.argument("melodies", nargs=-1, required=True, metavar="MELODY.mid...")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Which model plays.")
@click.option("--out", help="A folder, or the file for a single result.  [default: this folder]")
@click.option("--seed", type=int, help="Another seed, another accompaniment.  [default: 0]")
@click.option("--seeds", help="Several seeds, one result for each: 1,2,3.")
@click.option("--set", "settings", multiple=True, metavar="CONTROL=VALUE", help="Turn a knob.")
@click.option("--begin", type=float, help="First beat to accompany.  [default: the melody's]")
@click.option("--end", type=float, help="Beat to stop before.  [default: the melody's last bar]")
@click.option("--melody-track", metavar="NAME|NUMBER", help="The melody's track, if not guessed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(**options: Unpack[Options]) -> None:
    """Accompany the melodies in MIDI files."""
    wish = GenerateOptions(
        options["model"],
        parse_controls(options["settings"]),
        options["begin"],
        options["end"],
        options["melody_track"],
    )
    _check_wish(wish)
    seeds = parse_seeds(options["seed"], options["seeds"])
    jobs = plan([Path(m) for m in options["melodies"]], seeds, options["out"], wish.model)
    with ProgressReporter(len(jobs), quiet=options["as_json"]) as teller:
        run = GenerateRun(wish, teller)
        done = run.run(jobs)
    if options["as_json"]:
        said = {"model": wish.model, "files": done, "failed": run.failed}
        click.echo(json.dumps(said, indent=2))
    if len(done) < len(jobs):
        raise click.exceptions.Exit(EXIT_CODE)


def _check_wish(wish: GenerateOptions) -> None:
    """Say what is wrong before the seconds that loading a model takes."""
    for name, beat in (("--begin", wish.begin), ("--end", wish.end)):
        if beat is not None and not (isfinite(beat) and beat >= 0):
            raise UserError(f"{name} must be a beat from 0 on, got {beat:g}")
    if wish.end is not None and wish.end <= (wish.begin or 0):
        raise UserError(f"--end {wish.end:g} must be later than --begin {wish.begin or 0:g}")
    check_controls(usable_model(wish.model).require(), wish.controls)


class GenerateRun:
    """Accompanies one file after another; a melody is read once and the model loaded once."""

    def __init__(self, wish: GenerateOptions, teller: ProgressReporter) -> None:
        self._wish = wish
        self._teller = teller
        self._generator: Generator | None = None
        self._read: tuple[Path, Composition | None] | None = None
        self.failed: list[dict[str, str]] = []

    def run(self, jobs: Sequence[Job]) -> list[dict[str, Any]]:
        """Do the jobs; give the entries of those that succeeded."""
        done = []
        for job in jobs:
            with self._teller.step(job.melody.name):
                try:
                    piece = self._melody(job.melody)
                    if piece:
                        done.append(self._make(job, piece))
                except (MidiFileError, FileWriteError) as error:
                    self._fault(job, str(error))
                except ArtifactError as error:
                    self._fault(job, f"{job.melody}: {error}")
        return done

    def _fault(self, job: Job, said: str) -> None:
        self.failed.append({"input": str(job.melody), "error": said})
        self._teller.fault(said)

    def _melody(self, path: Path) -> Composition | None:
        """Read the melody; None if it could not be read for an earlier seed, and that was said."""
        if self._read is None or self._read[0] != path:
            self._read = (path, None)
            self._read = (path, self._choose(path))
        return self._read[1]

    def _choose(self, path: Path) -> Composition:
        score = require_notes(read_score(path), path)
        try:
            choice = choose_melody(score, self._wish.melody_track)
            piece = score.composition(choice.index)
            melody_range(piece, self._wish.begin, self._wish.end)
        except (MelodyError, RangeError) as error:
            raise MidiFileError(f"{path}: {error}") from error
        self._teller.say(f"{path}: the melody is {choice.reason}")
        return piece

    def _make(self, job: Job, piece: Composition) -> dict[str, Any]:
        wish, generator = self._wish, self._load()
        started_seconds = perf_counter()
        made = accompany(generator, piece, job.seed, wish.controls, wish.begin, wish.end)
        seconds = perf_counter() - started_seconds
        write_composition(job.output, made)
        notes = {t.name: len(t.clip.notes) for t in made.accompaniment}
        new = sum(notes.values())
        bars = made.meter.bars(melody_range(piece, wish.begin, wish.end)[1])
        self._teller.say(
            f"{job.output}: {bars} bars, {new} notes by {wish.model}, "
            f"seed {job.seed}, {seconds:.2f} s"
        )
        return {
            "input": str(job.melody),
            "output": str(job.output),
            "seed": job.seed,
            "bars": bars,
            "notes": {"melody": len(made.melody.clip.notes), **notes},
            "seconds": round(seconds, 6),
        }

    def _load(self) -> Generator:
        if self._generator is None:
            from models.artifact.torchscript import load

            entry = find(self._wish.model)
            if entry.hides:
                self._teller.say(f"{entry.path} is used in place of {entry.hides}")
            with self._teller.loading(entry.name):
                try:
                    self._generator = load(entry.path)
                except ArtifactError as error:
                    # No file can go on without it.
                    raise UserError(str(error)) from error
        return self._generator
