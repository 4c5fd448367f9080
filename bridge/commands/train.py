"""`continuo train`: a folder of four-part MIDI files becomes a new accompanist."""

import platform
import shlex
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from bridge.commands.errors import UserError
from models.catalogue import user_folder
from models.folders import data_folder
from models.manifest import NAME_PATTERN, NAME_RULE, ArtifactError

_STEPS_A_LINE = 25  # about half a minute on two cores

if TYPE_CHECKING:
    from models.data.dataset import Dataset
    from models.training.loop import Progress, Trainer


@click.command(help="Train an accompanist on a folder of four-part MIDI files.")
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Name of the new model.")
@click.option("--technique", type=click.Choice(["accompany"]), default="accompany")
@click.option("--architecture", type=click.Choice(["chorale"]), default="chorale")
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="How long to train in all, resumed runs counted together.",
)
@click.option("--epochs", type=click.FloatRange(0, min_open=True), help="Or: passes over the data.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint of this name.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True), default=2e-3)
@click.option(
    "--tries",
    type=click.IntRange(1, 16),
    default=4,
    show_default=True,
    help="Settings drawn side by side, the best of which goes on at each bar.",
)
@click.option("--licence", default="unknown", help="Licence of the data, for the manifest.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for NAME.ts (default: your model folder).",
)
def command(data: Path, name: str, **options: Any) -> None:  # noqa: ANN401 - click's own options
    """Train, say how it goes, and export the best network when the time is over or at Ctrl-C."""
    _check(name, options)
    from models.data.dataset import DatasetError
    from models.training.loop import TrainingError

    try:
        _train(data, name, options)
    except (DatasetError, TrainingError, ArtifactError) as error:
        raise UserError(str(error)) from error


def _check(name: str, options: dict[str, Any]) -> None:
    if not NAME_PATTERN.fullmatch(name):
        raise UserError(f"--name {NAME_RULE}, got {name!r}")
    if (options["minutes"] is None) == (options["epochs"] is None):
        raise UserError("give either --minutes or --epochs, for instance --minutes 60")


def _train(data: Path, name: str, options: dict[str, Any]) -> None:
    import torch

    from models.data.dataset import load_dataset
    from models.training.loop import Trainer, TrainingPlan

    folder = data_folder("training") / name
    if (folder / "checkpoint.pt").exists() and not options["resume"]:
        raise UserError(
            f"{name} was trained before: go on with --resume, choose another --name, "
            f"or delete {folder}"
        )
    dataset = load_dataset(data)
    _tell_dataset(dataset)
    plan = TrainingPlan(
        minutes=options["minutes"],
        epochs=options["epochs"],
        seed=options["seed"],
        learning_rate=options["learning_rate"],
        validate_every=_STEPS_A_LINE,
    )
    trainer = Trainer(dataset.train, dataset.valid, folder, plan)
    if options["resume"]:
        trainer.resume()
    click.echo(f"checkpoints: {folder}; torch {torch.__version__}; Ctrl-C exports what there is")
    _run(trainer)
    if trainer.step == 0:
        raise UserError("stopped before the first step: nothing to export")
    _export(trainer, dataset, name, data, options)


def _tell_dataset(dataset: "Dataset") -> None:
    beats = sum(len(p) for p in dataset.train) / 4
    click.echo(
        f"{len(dataset.train)} pieces to learn from ({beats:.0f} beats), "
        f"{len(dataset.valid)} to choose by, {len(dataset.left_out)} files left out"
    )
    for reason in dataset.left_out[:5]:
        click.echo(f"  left out: {reason}")


def _run(trainer: "Trainer") -> None:
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if not stopped:
            click.echo("stopping after this step; validating and exporting takes some seconds")
        stopped = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        for progress in trainer.run(lambda: stopped):
            _tell(progress)
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(progress: "Progress") -> None:
    left = progress.seconds * (1 / progress.fraction - 1) if progress.fraction else 0
    click.echo(
        f"step {progress.step:5d}  epoch {progress.epoch:6.1f}  "
        f"loss {progress.train_loss:.3f}  valid {progress.valid_loss:.3f} nats a note  "
        f"{left / 60:.0f} min left{'  best' if progress.best else ''}"
    )


def _export(
    trainer: "Trainer", dataset: "Dataset", name: str, data: Path, options: dict[str, Any]
) -> None:
    from models.chorale.data import ranges
    from models.chorale.export import chorale_manifest, export

    training = {
        "data": data.name,
        "licence": options["licence"],
        "pieces": len(dataset.train),
        "epochs": round(trainer.step / trainer.steps_per_epoch, 1),
        "seed": options["seed"],
        "command": shlex.join(["continuo", *sys.argv[1:]]),
        "seconds": round(trainer.seconds),
        "hardware": platform.processor() or platform.machine(),
    }
    evaluation = {"valid_nats_a_note": round(trainer.best, 4)}
    manifest = chorale_manifest(
        name, ranges(dataset.train)[1:], training, evaluation, options["licence"]
    )
    path = (options["out"] or user_folder()) / f"{name}.ts"
    export(trainer.best_net(), manifest, path, options["tries"])
    click.echo(
        f"{path}: {path.stat().st_size / 1e6:.1f} MB; try: continuo generate "
        f"MELODY.mid --model {name} --out OUT.mid"
    )
