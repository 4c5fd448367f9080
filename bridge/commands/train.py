"""`continuo train`: a folder of MIDI files becomes a new accompanist."""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from bridge.commands.errors import EXIT_CODE, UserError
from bridge.commands.train_messages import Stop, TrainingReporter
from bridge.machine import describe_machine
from models.artifact.catalogue import user_folder
from models.artifact.manifest import ACCOMPANY, NAME_PATTERN, NAME_RULE, TECHNIQUES, ArtifactError
from models.errors import ContinuoError
from models.user_folders import data_folder

if TYPE_CHECKING:
    from models.data.piece import Corpus
    from models.training.checkpoint import State
    from models.training.compute import Compute
    from models.training.loop import Trainer, TrainingPlan


_VALIDATE_EVERY = 25


class Options(TypedDict):
    """The command line, as click reads it."""

    data: Path
    name: str
    technique: str | None
    architecture: str | None
    minutes: float | None
    epochs: float | None
    patience: int | None
    resume: bool
    export_only: bool
    device: str
    seed: int | None
    learning_rate: float | None
    batch_size: int | None
    settings: tuple[str, ...]
    validate_every: int | None
    log: bool
    title: str
    licence: str
    out: Path | None


@click.command("train", help="Train a model on a folder of MIDI files.")
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
    help="chorale, unet-gan or muse-gan accompany, ar-cnn edits, transformer extends.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="How long to train in all, resumed runs counted together.",
)
@click.option("--epochs", type=click.FloatRange(0, min_open=True), help="Passes over the data.")
@click.option(
    "--patience",
    type=click.IntRange(1),
    metavar="N",
    help="End after N validations without a better one.",
)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint of this name.")
@click.option("--export-only", is_flag=True, help="Train no more: only export the best so far.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
@click.option("--seed", type=int, help="Another seed, another network.  [default: 0]")
@click.option("--learning-rate", type=click.FloatRange(0, min_open=True))
@click.option("--batch-size", type=click.IntRange(1, 4096))
@click.option(
    "--option",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A hyperparameter of the architecture, as often as you like.",
)
@click.option(
    "--validate-every",
    type=click.IntRange(1),
    metavar="STEPS",
    help=f"How often to validate and to write a checkpoint.  [default: {_VALIDATE_EVERY}]",
)
@click.option("--log/--no-log", default=True, help="Write curves, pictures and samples.")
@click.option("--title", default="", help="What the model is called in lists.")
@click.option("--licence", default="unknown", help="Licence of the data, for the manifest.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for NAME.ts (default: your model folder).",
)
def command(**options: Unpack[Options]) -> None:
    """Train, say how it goes, and export the best network when the time is over or at Ctrl-C."""
    first = os.environ.get("RANK", "0") == "0"  # of several processes, that one speaks
    _check(options)
    from models.training.distributed import processes

    try:
        with Stop() as stop, processes(options["device"]) as compute:
            TrainCommand(options, compute, stop).teach()
    except ContinuoError as error:
        if first:
            raise
        raise click.exceptions.Exit(EXIT_CODE) from error


def _check(options: Options) -> None:
    """Say what is wrong before the seconds that importing torch takes."""
    if not NAME_PATTERN.fullmatch(options["name"]):
        raise UserError(f"--name {NAME_RULE}, got {options['name']!r}")
    if options["minutes"] is None and options["epochs"] is None and not _goes_on(options):
        raise UserError("say how long with --minutes or --epochs, for instance --minutes 60")


def _first(*values: int | None) -> int:
    """Give the first value that was said: now, when the training was begun, or by default."""
    return next(value for value in values if value is not None)


def _goes_on(options: Options) -> bool:
    return options["resume"] or options["export_only"]


@dataclass
class TrainCommand:
    """One training from the folder of music to the artifact."""

    options: Options
    compute: "Compute"
    stop: Stop

    def teach(self) -> None:
        """Prepare, train and export."""
        options = self.options
        folder = data_folder("training") / options["name"]
        narrator = TrainingReporter(first=self.compute.rank == 0)
        state = self._state(folder, narrator)
        plan, architecture = self._plan(state)
        corpus = self._corpus(narrator)
        trainer = self._trainer(corpus, folder, plan, architecture)
        if state:
            trainer.resume(state)
        narrator.begin(trainer)
        if not options["export_only"]:
            self._run(trainer, narrator)
        if self.compute.rank == 0:
            self._export(trainer, narrator)

    def _state(self, folder: Path, narrator: TrainingReporter) -> "State | None":
        """Read the checkpoint to go on from, the same for all processes; None to begin anew."""
        from models.training.checkpoint import (
            CHECKPOINT,
            from_bytes,
            has_checkpoint,
            last_checkpoint,
        )
        from models.training.distributed import from_first
        from models.training.errors import TrainingError

        if _goes_on(self.options):
            content = from_first(self.compute, lambda: last_checkpoint(folder, narrator.say))
            return from_bytes(content, folder / CHECKPOINT)
        if from_first(self.compute, lambda: has_checkpoint(folder)):
            raise TrainingError(
                f"{self.options['name']} was trained before: go on with --resume, choose another "
                f"--name, or delete {folder}"
            )
        return None

    def _plan(self, state: "State | None") -> "tuple[TrainingPlan, str]":
        """Join the command line with what a resumed training was begun with."""
        from models.training.architectures import find_architecture, preferred_architecture
        from models.training.loop import TrainingPlan
        from models.training.options import check_options, parse_options

        options = self.options
        before = state or {}
        name = options["architecture"] or before.get("architecture")
        name = str(name or preferred_architecture(options["technique"] or ACCOMPANY))
        architecture = find_architecture(name, options["technique"])
        given = parse_options(options["settings"], architecture.options())
        given |= {n: float(options[n]) for n in _NAMED if options[n] is not None}  # type: ignore[literal-required]
        check_options(given, architecture.options(), name)
        minutes, epochs = options["minutes"], options["epochs"]
        if minutes is None and epochs is None:
            minutes, epochs = before["minutes"], before["epochs"]
        plan = TrainingPlan(
            minutes=minutes,
            epochs=epochs,
            seed=_first(options["seed"], before.get("seed"), 0),
            validate_every=_first(
                options["validate_every"], before.get("validate_every"), _VALIDATE_EVERY
            ),
            patience=options["patience"] or before.get("patience"),
            options={**before.get("options", {}), **given},
        )
        return plan, name

    def _corpus(self, narrator: TrainingReporter) -> "Corpus":
        from models.data.cache import load_corpus
        from models.training.distributed import agreed, first_before_others

        corpus = first_before_others(
            self.compute, lambda: load_corpus(self.options["data"], progress=narrator.reading)
        )
        music = [(p.name, p.composition.length) for p in corpus.train]
        agreed(self.compute, music, "the same music")
        narrator.corpus(corpus)
        return corpus

    def _trainer(
        self, corpus: "Corpus", folder: Path, plan: "TrainingPlan", architecture: str
    ) -> "Trainer":
        from models.training.architectures import make_learner
        from models.training.loop import Trainer

        learner = make_learner(architecture, corpus, self.compute, plan.options, plan.seed)
        return Trainer(learner, folder, plan, self.compute)

    def _run(self, trainer: "Trainer", narrator: TrainingReporter) -> None:
        from models.training.log import Log

        log = Log(trainer, narrator.say) if self.options["log"] and narrator.first else None
        try:
            for progress in narrator.watch(trainer, self.stop):
                narrator.tell(progress)
                if log:
                    log.write(progress)
        finally:
            if log:
                log.close()

    def _export(self, trainer: "Trainer", narrator: TrainingReporter) -> None:
        from models.training.errors import TrainingError
        from models.training.export import Provenance, export_best

        if trainer.step == 0:
            raise TrainingError("stopped before the first step: nothing to export")
        options, machine = self.options, describe_machine()
        hardware = f"{machine['cores']} cores of {machine['processor']}"
        if self.compute.device.type == "cuda":
            import torch

            hardware = f"{torch.cuda.get_device_name(self.compute.device)}, {hardware}"
        if self.compute.count > 1:
            hardware = f"{self.compute.count} processes, {hardware}"
        provenance = Provenance(
            options["name"],
            options["data"].resolve().name,
            self._command(trainer),
            hardware,
            options["licence"],
            options["title"],
        )
        path = (options["out"] or user_folder()) / f"{options['name']}.ts"
        try:
            export_best(trainer, provenance, path)
        except ArtifactError as error:
            raise ArtifactError(f"{error}; what was learnt is kept, try --export-only") from error
        narrator.exported(path)

    def _command(self, trainer: "Trainer") -> str:
        """Give the one command that trains this anew, however often it was resumed."""
        plan, count = trainer.plan, self.compute.count
        launcher = ["torchrun", f"--nproc-per-node={count}"] if count > 1 else []
        words = [*launcher, "continuo", "train", self.options["data"].resolve().name]
        words += ["--name", self.options["name"], "--architecture", trainer.learner.architecture]
        for name, value in (("minutes", plan.minutes), ("epochs", plan.epochs)):
            words += [f"--{name}", f"{value:g}"] if value is not None else []
        words += ["--seed", str(plan.seed), "--validate-every", str(plan.validate_every)]
        words += ["--patience", str(plan.patience)] if plan.patience is not None else []
        for name, value in plan.options.items():
            words += ["--option", f"{name}={value:g}"]
        return shlex.join(words)


_NAMED = ("learning_rate", "batch_size")  # hyperparameters that have a flag of their own
