"""`continuo evaluate`: a model's accompaniments measured beside real music and naive ones."""

import json
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypedDict, Unpack

import click
from rich.console import Console

from bridge.commands.errors import UserError
from bridge.commands.generate_options import parse_controls, parse_seeds
from bridge.commands.model_choice import check_controls, usable_model
from bridge.commands.numbers import Whole
from bridge.commands.progress import ProgressReporter
from models.artifact.catalogue import CatalogueEntry
from models.artifact.manifest import ACCOMPANY, EDIT

if TYPE_CHECKING:
    from models.evaluation.report import EvaluationReport


class Options(TypedDict):
    """The command line, as click reads it."""

    name: str
    data: Path
    train: Path | None
    seeds: str
    settings: tuple[str, ...]
    pieces: int | None
    frames: Path | None
    plots: Path | None
    record: bool
    as_json: bool


@click.command("evaluate")
@click.argument("name", metavar="NAME")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    required=True,
    help="MIDI files with melody and accompaniment: DIR/valid if there is one, else DIR.",
)
@click.option(
    "--train",
    type=click.Path(path_type=Path),
    help="The files it learnt from, for the naive baselines.  [default: DIR/train]",
)
@click.option("--seeds", default="1,2,3", show_default=True, help="A take for each of them.")
@click.option("--set", "settings", multiple=True, metavar="CONTROL=VALUE", help="Turn a knob.")
@click.option("--pieces", type=Whole(1), help="Judge by so many pieces only.")
@click.option(
    "--frames",
    type=click.Path(path_type=Path),
    help="Score the likelihood of the voices in this JSON file of sixteenths, not of --data.",
)
@click.option(
    "--plots", type=click.Path(path_type=Path), help="Draw pictures into this folder as well."
)
@click.option("--record", is_flag=True, help="Keep the figures in the model's manifest.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(**options: Unpack[Options]) -> None:
    """Measure how well a model accompanies, edits or extends."""
    from models.evaluation.report import tables

    started_seconds = perf_counter()
    report = replace(_evaluate(options), seconds=perf_counter() - started_seconds)
    if options["as_json"]:
        click.echo(json.dumps(report.to_dict(), indent=2))
        return
    console = Console()
    for table in tables(report):
        console.print(table)
    for remark in report.remarks():
        click.echo(remark)


def _evaluate(options: Options) -> "EvaluationReport":
    from models.artifact.evaluation_record import record_evaluation
    from models.artifact.torchscript import load
    from models.evaluation.evaluate import gather, judge, with_likelihood
    from models.evaluation.four_part.likelihood import read_frames
    from models.evaluation.plots import draw, require_plots
    from models.evaluation.report import measured

    controls, seeds = parse_controls(options["settings"]), parse_seeds(None, options["seeds"])
    entry = _entry(options["name"], controls)
    if entry.require().technique != ACCOMPANY:
        return _evaluate_melodies(entry, options, controls, seeds)
    if options["plots"]:
        require_plots(options["plots"])
    frames = read_frames(options["frames"]) if options["frames"] else None
    gathered = gather(entry.require(), options["data"], options["train"], options["pieces"])
    steps = len(gathered.material.examples) * (len(seeds) + 1)
    with ProgressReporter(steps, quiet=options["as_json"]) as reporter:
        with reporter.loading(entry.name):
            generator = load(entry.path)
        judged = judge(generator, gathered, seeds, controls, reporter.count)
        report = replace(judged.report, model=entry.name)
        if generator.has_likelihood:
            report = with_likelihood(report, gathered, generator.log_likelihood, frames)
        elif frames:
            reporter.fault(f"{entry.name} cannot say how likely notes are: --frames is left")
        if options["plots"]:
            for path in draw(options["plots"], report, judged.real, judged.takes[0]):
                reporter.say(f"drew {path}")
        if options["record"]:
            record_evaluation(entry.path, measured(report))
            reporter.say(f"kept in the manifest of {entry.path}")
    return report


def _evaluate_melodies(
    entry: CatalogueEntry, options: Options, controls: dict[str, float], seeds: list[int]
) -> "EvaluationReport":
    """Measure a model that edits or extends melodies."""
    from models.artifact.evaluation_record import record_evaluation
    from models.artifact.torchscript import load
    from models.evaluation.evaluate import gather_melodies
    from models.evaluation.melodic.editing import evaluate_editing
    from models.evaluation.melodic.extending import evaluate_extending
    from models.evaluation.report import measured

    manifest = entry.require()
    for option in ("plots", "frames"):
        if options[option]:
            raise UserError(
                f"--{option} is for models that accompany; {entry.name} can {manifest.technique}"
            )
    material, caution = gather_melodies(manifest, options["data"], options["pieces"])
    judge = evaluate_editing if manifest.technique == EDIT else evaluate_extending
    with ProgressReporter(len(material.examples), quiet=options["as_json"]) as reporter:
        with reporter.loading(entry.name):
            generator = load(entry.path)
        report = judge(generator, material, seeds, controls, reporter.count)
        report = replace(report, model=entry.name, data=options["data"].name, caution=caution)
        if options["record"]:
            record_evaluation(entry.path, measured(report))
            reporter.say(f"kept in the manifest of {entry.path}")
    return report


def _entry(name: str, controls: dict[str, float]) -> CatalogueEntry:
    """Find the model and check the controls before the minutes that follow."""
    entry = usable_model(name)
    check_controls(entry.require(), controls)
    return entry
