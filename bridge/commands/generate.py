"""`continuo generate`: melodies in MIDI files in, music made of them out, in one process."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, TypedDict, Unpack, cast

import click

from bridge.commands.configured import ConfiguredCommand
from bridge.commands.errors import EXIT_CODE, UserError
from bridge.commands.generate_changes import changes_by_model
from bridge.commands.generate_harmony import (
    as_entry,
    check_chords,
    form_of,
    key_controls,
    told,
    with_chords,
    with_chords_track,
    with_names,
)
from bridge.commands.generate_melody import Melody, MelodyOptions, read_melody
from bridge.commands.generate_options import Job, parse_controls, parse_seeds, plan
from bridge.commands.generate_request import GenerateOptions, check_stretch, find_models
from bridge.commands.generate_swing import as_played, swinging
from bridge.commands.numbers import Number, Whole
from bridge.commands.pickup_option import pickup_option
from bridge.commands.progress import ProgressReporter
from bridge.commands.unfit_defaults import fitting
from bridge.commands.watched_generator import Share, Watched
from bridge.demo.samples import sample, sample_names
from models.artifact.catalogue import DEFAULT_MODEL, find
from models.artifact.generator import Generator, UnansweredError
from models.artifact.manifest import ACCOMPANY, EDIT, EXTEND, ArtifactError
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_write import write_composition
from models.formats.whole_file import FileWriteError
from models.music.clip import Composition
from models.music.harmony import Harmony
from models.music.others import with_others
from models.techniques.accompany import RangeError, with_leading
from models.techniques.chain import Step, chain
from models.techniques.edit import stages
from models.techniques.planned import planned
from models.techniques.room import settled
from models.techniques.windows import Stretch


class Options(TypedDict):
    """The command line, as click reads it."""

    melodies: tuple[str, ...]
    samples: tuple[str, ...]
    model: str
    then: tuple[str, ...]
    out: str | None
    seed: int | None
    seeds: str | None
    settings: tuple[str, ...]
    begin: float | None
    end: float | None
    bars: int | None
    steps: int | None
    melody_track: str | None
    pickup: float
    keep_others: bool
    key: str | None
    chords: str | None
    chords_track: bool
    as_json: bool


@click.command("generate", cls=ConfiguredCommand)
@click.argument("melodies", nargs=-1, metavar="MELODY.mid...")
@click.option(
    "--melody", "samples", multiple=True, metavar="NAME", help="A sample melody; or list."
)
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Which model plays.")
@click.option(
    "--then", multiple=True, metavar="MODEL", help="A model that goes on with the result."
)
@click.option("--out", help="A folder, or the file for a single result.  [default: this folder]")
@click.option("--seed", type=Whole(), help="Another seed, another accompaniment.  [default: 0]")
@click.option("--seeds", help="Several seeds, one result for each: 1,2,3.")
@click.option("--set", "settings", multiple=True, metavar="CONTROL=VALUE", help="Turn a knob.")
@click.option("--begin", type=Number(), help="First beat to work on.  [default: the melody's]")
@click.option("--end", type=Number(), help="Beat to stop before.  [default: the melody's last bar]")
@click.option(
    "--bars", type=Whole(1, 1024), help="How far a model that extends goes.  [default: 8]"
)
@click.option(
    "--steps",
    type=Whole(1, 64),
    metavar="N",
    help="Write what there is after each of N steps of an edit, and after each model.",
)
@click.option("--melody-track", metavar="NAME|NUMBER", help="The melody's track, if not guessed.")
@pickup_option("The melody")
@click.option("--keep-others", is_flag=True, help="Keep the file's other tracks in the result.")
@click.option("--key", metavar="G|F#m", help="The key to play in.  [default: it is found]")
@click.option("--chords", metavar='track|"G D7 Em"', help="Chords that lead, a bar each.")
@click.option("--chords-track", is_flag=True, help="Write a track `Chords` as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(**options: Unpack[Options]) -> None:
    """Accompany, edit or extend the melodies in MIDI files."""
    if "list" in options["samples"]:
        click.echo("\n".join(sample_names()))
        return
    melodies = [*map(Path, options["melodies"]), *map(sample, options["samples"])]
    if not melodies:
        raise UserError("name a melody's MIDI file, or a sample: --melody list shows them")
    names = (options["model"], *options["then"])
    options = cast(Options, fitting(options, names, "settings", "key", "chords", "bars"))
    stretch = Stretch(options["begin"], options["end"], options["bars"])
    check_stretch(stretch)
    given = parse_controls(options["settings"]) | key_controls(options["key"], names)
    techniques, controls = find_models(names, given)
    check_chords(options["chords"], names)
    if stretch.bars is not None and EXTEND not in techniques:
        raise UserError(
            f"--bars says how far a model extends, but {names[0]} is made to {techniques[0]}"
        )
    request = GenerateOptions(
        names,
        controls,
        techniques,
        stretch,
        MelodyOptions(options["melody_track"], options["pickup"], options["keep_others"]),
        options["steps"],
        options["chords"],
        options["chords_track"],
    )
    seeds = parse_seeds(options["seed"], options["seeds"])
    jobs = plan(melodies, seeds, options["out"], request.name)
    with ProgressReporter(len(jobs), quiet=options["as_json"]) as reporter:
        run = GenerateRun(request, reporter)
        done = run.run(jobs)
    if options["as_json"]:
        said = {"model": request.name, "files": done, "failed": run.failed}
        click.echo(json.dumps(said, indent=2))
    if len(done) < len(jobs):
        raise click.exceptions.Exit(EXIT_CODE)


class GenerateRun:
    """Works on one file after another; a melody is read once and each model loaded once."""

    def __init__(self, request: GenerateOptions, reporter: ProgressReporter) -> None:
        self._request = request
        self._reporter = reporter
        self._generators: dict[str, Generator] = {}
        self._read: tuple[Path, Melody | None] | None = None
        self.failed: list[dict[str, str]] = []

    def run(self, jobs: Sequence[Job]) -> list[dict[str, Any]]:
        """Do the jobs; give the entries of those that succeeded."""
        done = []
        for job in jobs:
            with self._reporter.step(job.melody.name):
                try:
                    piece = self._melody(job.melody)
                    if piece:
                        done.append(self._make(job, piece))
                except (MidiFileError, FileWriteError) as error:
                    self._fault(job, str(error))
                except UnansweredError:
                    raise  # no file can go on with it
                except ArtifactError as error:
                    self._fault(job, f"{job.melody}: {error}")
        return done

    def _fault(self, job: Job, said: str) -> None:
        self.failed.append({"input": str(job.melody), "error": said})
        self._reporter.fault(said)

    def _melody(self, path: Path) -> Melody | None:
        """Read the melody; None if it could not be read for an earlier seed, and that was said."""
        if self._read is None or self._read[0] != path:
            self._read = (path, None)
            self._read = (path, self._choose(path))
        return self._read[1]

    def _choose(self, path: Path) -> Melody:
        request = self._request
        melody = read_melody(path, request.melody, request.techniques, request.span)
        self._reporter.say(f"{path}: the melody is {melody.reason}")
        for notice in melody.notices:
            self._reporter.say(f"{path}: {notice}")
        if request.chords is None:
            return melody
        until = request.reach(melody.piece)
        piece, shown = (with_chords(m, request.chords, until) for m in (melody.piece, melody.shown))
        return replace(melody, piece=piece, shown=shown)

    def _make(self, job: Job, melody: Melody) -> dict[str, Any]:
        request, piece = self._request, melody.piece
        steps, shown = swinging(self._steps(job, piece), melody.shown)
        started_seconds = perf_counter()
        try:
            found = chain(steps, shown, job.seed, request.stretch)
        except RangeError as error:
            raise MidiFileError(f"{job.melody}: {error}") from error
        seconds = perf_counter() - started_seconds
        harmony = self._harmony(job, shown, steps, found)
        if shown != melody.shown:
            found = [as_played(step, melody.shown) for step in found]
        done = changes_by_model(request.models, steps, melody.shown, found)
        if melody.shown.melody != piece.melody:  # raised, for room below it
            found = [settled(step, piece) for step in found]
        has_form = harmony is not None or found[-1].accompaniment
        is_told = harmony is not None and request.is_key_told
        form = form_of(found[-1], harmony, is_told=is_told) if has_form else None
        made = with_names(found[-1], form.harmony) if form else found[-1]
        whole = with_chords_track(made, form.harmony) if form and request.chords_track else made
        write_composition(job.output, with_others(whole, melody.others))
        written = self._write_steps(job, piece, steps[0], found) if request.steps else []
        bars = request.bars(piece, made)
        self._reporter.say(
            f"{job.output}: {bars} bars, {'; '.join(d.said for d in done)}, "
            f"seed {job.seed}, {seconds:.2f} s" + (f", {told(form)}" if form else "")
        )
        out: dict[str, Any] = {
            "input": str(job.melody),
            "output": str(job.output),
            "seed": job.seed,
            "bars": bars,
            "notes": {
                "melody": len(made.melody.clip.notes),
                **{t.name: len(t.clip.notes) for t in made.accompaniment},
            },
            "changes": [d.as_entry() for d in done],
            "notices": list(melody.notices),
            "seconds": round(seconds, 6),
            **(as_entry(form) if form else {}),
        }
        return {**out, "steps": written} if written else out

    def _steps(self, job: Job, piece: Composition) -> list[Step]:
        """Make the models ready, each watched while it writes."""
        request, reporter = self._request, self._reporter
        beats = request.reach(piece) - request.span(piece)[0]
        share = Share(len(request.models) * beats, lambda s: reporter.share(job.melody.name, s))
        both = zip(request.models, request.controls, strict=True)
        return [Step(Watched(self._load(name), share), controls) for name, controls in both]

    def _harmony(
        self, job: Job, piece: Composition, steps: Sequence[Step], found: Sequence[Composition]
    ) -> Harmony | None:
        """Give the chords that the last model that accompanies planned, if it plans."""
        request, before = self._request, (piece, *found)
        for i in reversed(range(len(steps))):
            if request.techniques[i] == ACCOMPANY:
                begin, end = request.stretch.begin, request.stretch.end
                step = steps[i]
                made = with_leading(before[i + 1], before[i])
                return planned(step.generator, made, job.seed, step.controls, begin, end)
        return None

    def _write_steps(
        self, job: Job, piece: Composition, first: Step, found: Sequence[Composition]
    ) -> list[str]:
        """Write each stage beside the result, numbered."""
        request, parts = self._request, list(found)
        if request.techniques[0] == EDIT and request.steps:
            parts[:1] = stages(
                first.generator,
                piece,
                job.seed,
                request.steps,
                first.controls,
                (request.stretch.begin, request.stretch.end),
            )
        names = [
            job.output.with_name(f"{job.output.stem}-step-{k}{job.output.suffix}")
            for k in range(1, len(parts) + 1)
        ]
        for name, part in zip(names, parts, strict=True):
            write_composition(name, part)
        return [str(name) for name in names]

    def _load(self, model: str) -> Generator:
        if model not in self._generators:
            from models.artifact.torchscript import load

            entry = find(model)
            if entry.hides:
                self._reporter.say(f"{entry.path} is used in place of {entry.hides}")
            with self._reporter.loading(entry.name):
                try:
                    self._generators[model] = load(entry.path)
                except ArtifactError as error:
                    # No file can go on without it.
                    raise UserError(str(error)) from error
        return self._generators[model]
