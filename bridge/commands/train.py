"""`continuo train`: a folder of MIDI files becomes a new accompanist."""

import os
from pathlib import Path
from typing import Unpack

import click

from bridge.commands.configured import ConfiguredCommand
from bridge.commands.errors import EXIT_CODE, UserError
from bridge.commands.numbers import Number, Whole
from bridge.commands.pickup_option import pickup_option
from bridge.commands.train_messages import Stop
from bridge.commands.train_options import VALIDATE_EVERY, Options, goes_on
from models.artifact.catalogue import SHIPPED_FOLDER
from models.artifact.manifest import ACCOMPANY, NAME_PATTERN, NAME_RULE, TECHNIQUES
from models.errors import ContinuoError


@click.command("train", cls=ConfiguredCommand, help="Train a model on a folder of MIDI files.")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Name of the new model.")
@click.option(
    "--technique",
    type=click.Choice(TECHNIQUES),
    help=f"What it learns to do.  [default: {ACCOMPANY}, or what the architecture does]",
)
@click.option(
    "--architecture",
    metavar="NAME",
    help="band, chorale, harmoniser, unet-gan or muse-gan accompany, ar-cnn edits, "
    "transformer extends.",
)
@click.option(
    "--minutes",
    type=Number(0, min_open=True),
    help="How long to train in all, resumed runs counted together.",
)
@click.option("--epochs", type=Number(0, min_open=True), help="Passes over the data.")
@click.option(
    "--patience",
    type=Whole(1),
    metavar="N",
    help="End after N validations without a better one.",
)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint of this name.")
@click.option("--export-only", is_flag=True, help="Train no more: only export the best so far.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
@click.option("--seed", type=Whole(), help="Another seed, another network.  [default: 0]")
@click.option("--learning-rate", type=Number(0, min_open=True))
@click.option("--batch-size", type=Whole(1, 4096))
@click.option(
    "--option",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A hyperparameter of the architecture, as often as you like.",
)
@click.option(
    "--validate-every",
    type=Whole(1),
    metavar="STEPS",
    help=f"How often to validate and to write a checkpoint.  [default: {VALIDATE_EVERY}]",
)
@click.option("--log/--no-log", default=True, help="Write curves, pictures and samples.")
@click.option("--title", default="", help="What the model is called in lists.")
@click.option("--licence", default="unknown", help="Licence of the data, for the manifest.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for NAME.ts (default: your model folder).",
)
@pickup_option("Every file")
@click.option("--force", is_flag=True, help="Take the name of a model that came with Continuo.")
def command(**options: Unpack[Options]) -> None:
    """Train, say how it goes, and export the best network when the time is over or at Ctrl-C."""
    first = os.environ.get("RANK", "0") == "0"  # of several processes, that one speaks
    _check(options)
    from bridge.commands.training_run import TrainingRun
    from models.training.distributed import processes

    try:
        with Stop() as stop, processes(options["device"]) as compute:
            TrainingRun(options, compute, stop).teach()
    except ContinuoError as error:
        if first:
            raise
        raise click.exceptions.Exit(EXIT_CODE) from error


def _check(options: Options) -> None:
    """Say what is wrong before the seconds that importing torch takes."""
    if not NAME_PATTERN.fullmatch(options["name"]):
        raise UserError(f"--name {NAME_RULE}, got {options['name']!r}")
    if (SHIPPED_FOLDER / f"{options['name']}.ts").exists() and not options["force"]:
        raise UserError(
            f"{options['name']} came with Continuo, and yours would be used in its place: choose "
            "another --name, or say --force"
        )
    if options["minutes"] is None and options["epochs"] is None and not goes_on(options):
        raise UserError("say how long with --minutes or --epochs, for instance --minutes 60")
