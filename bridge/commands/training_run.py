"""One training from the folder of music to the artifact, for `continuo train`.

Its module imports torch, so the command imports it only when it trains.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

import torch

from bridge.commands.band_roles import said_of_roles
from bridge.commands.train_messages import Stop, TrainingReporter
from bridge.commands.train_options import VALIDATE_EVERY, Options, goes_on
from bridge.commands.unfit_defaults import fitting_hyperparameters
from bridge.machine import describe_machine
from models.artifact.catalogue import user_folder
from models.artifact.manifest import ACCOMPANY, ArtifactError
from models.data.cache import load_corpus
from models.data.limits import Limits
from models.data.piece import Corpus
from models.data.prepare import PrepareOptions
from models.training.architectures import (
    find_architecture,
    fitting_architectures,
    make_learner,
    preferred_architecture,
)
from models.training.checkpoint import (
    CHECKPOINT,
    State,
    from_bytes,
    has_checkpoint,
    last_checkpoint,
)
from models.training.compute import Compute
from models.training.distributed import agreed, first_before_others, from_first
from models.training.errors import TrainingError
from models.training.export import Provenance, export_best
from models.training.log import Log
from models.training.loop import Trainer, TrainingPlan
from models.training.options import check_options, parse_options
from models.user_folders import data_folder

_BAND = "band"  # a style of its own: several parts that play together
_NAMED = ("learning_rate", "batch_size")  # hyperparameters that have a flag of their own


def _first(*values: int | None) -> int:
    """Give the first value that was said: now, when the training was begun, or by default."""
    return next(value for value in values if value is not None)


@dataclass
class TrainingRun:
    """One training from the folder of music to the artifact."""

    options: Options
    compute: Compute
    stop: Stop

    def teach(self) -> None:
        """Prepare, train and export."""
        options = self.options
        folder = data_folder("training") / options["name"]
        reporter = TrainingReporter(first=self.compute.rank == 0)
        state = self._state(folder, reporter)
        plan, architecture = self._plan(state)
        corpus = self._corpus(reporter)
        if find_architecture(architecture).style == _BAND:
            reporter.say_all(said_of_roles(corpus))
        trainer = self._trainer(corpus, folder, plan, architecture)
        if state:
            trainer.resume(state)
        reporter.begin(trainer)
        if not options["export_only"]:
            self._run(trainer, reporter)
        if self.compute.rank == 0:
            self._export(trainer, reporter)

    def _state(self, folder: Path, reporter: TrainingReporter) -> State | None:
        """Read the checkpoint to go on from, the same for all processes; None to begin anew."""
        if goes_on(self.options):
            content = from_first(self.compute, lambda: last_checkpoint(folder, reporter.say))
            return from_bytes(content, folder / CHECKPOINT)
        if from_first(self.compute, lambda: has_checkpoint(folder)):
            raise TrainingError(
                f"{self.options['name']} was trained before: go on with --resume, choose another "
                f"--name, or delete {folder}"
            )
        return None

    def _plan(self, state: State | None) -> tuple[TrainingPlan, str]:
        """Join the command line with what a resumed training was begun with."""
        options = self.options
        before = state or {}
        name = options["architecture"] or before.get("architecture")
        name = str(name or preferred_architecture(options["technique"] or ACCOMPANY))
        architecture = find_architecture(name, options["technique"])
        known = architecture.options()
        given = fitting_hyperparameters(parse_options(options["settings"], known), known, name)
        given |= {n: float(options[n]) for n in _NAMED if options[n] is not None}  # type: ignore[literal-required]
        check_options(given, known, name)
        minutes, epochs = options["minutes"], options["epochs"]
        if minutes is None and epochs is None:
            minutes, epochs = before["minutes"], before["epochs"]
        plan = TrainingPlan(
            minutes=minutes,
            epochs=epochs,
            seed=_first(options["seed"], before.get("seed"), 0),
            validate_every=_first(
                options["validate_every"], before.get("validate_every"), VALIDATE_EVERY
            ),
            patience=options["patience"] or before.get("patience"),
            options={**before.get("options", {}), **given},
        )
        return plan, name

    def _corpus(self, reporter: TrainingReporter) -> Corpus:
        prepare = PrepareOptions(Limits(pickup_beats=self.options["pickup"]))
        corpus = first_before_others(
            self.compute, lambda: load_corpus(self.options["data"], prepare, reporter.reading)
        )
        music = [(p.name, p.composition.length) for p in corpus.train]
        agreed(self.compute, music, "the same music")
        reporter.corpus(corpus)
        return corpus

    def _trainer(
        self, corpus: Corpus, folder: Path, plan: TrainingPlan, architecture: str
    ) -> Trainer:
        try:
            learner = make_learner(architecture, corpus, self.compute, plan.options, plan.seed)
        except TrainingError as error:
            others = fitting_architectures(corpus, architecture)
            if not others or self.options["settings"]:
                raise
            raise TrainingError(f"{error} (--architecture {' or '.join(others)} can)") from error
        return Trainer(learner, folder, plan, self.compute)

    def _run(self, trainer: Trainer, reporter: TrainingReporter) -> None:
        log = Log(trainer, reporter.say) if self.options["log"] and reporter.first else None
        try:
            for progress in reporter.watch(trainer, self.stop):
                reporter.tell(progress)
                if log:
                    log.write(progress, is_hurried=self.stop())
        finally:
            if log:
                log.close()

    def _export(self, trainer: Trainer, reporter: TrainingReporter) -> None:
        if trainer.step == 0:
            raise TrainingError("stopped before the first step: nothing to export")
        options, machine = self.options, describe_machine()
        hardware = f"{machine['cores']} cores of {machine['processor']}"
        if self.compute.device.type == "cuda":
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
            export_best(trainer, provenance, path, is_hurried=self.stop())
        except ArtifactError as error:
            todo = "train on with --resume" if options["export_only"] else "try --export-only"
            raise ArtifactError(f"{error}; what was learnt is kept, {todo}") from error
        reporter.exported(path)
        reporter.warn_of_noise(trainer)

    def _command(self, trainer: Trainer) -> str:
        """Give the one command that trains this anew, however often it was resumed."""
        plan, count = trainer.plan, self.compute.count
        launcher = ["torchrun", f"--nproc-per-node={count}"] if count > 1 else []
        words = [*launcher, "continuo", "train", self.options["data"].resolve().name]
        words += ["--name", self.options["name"], "--architecture", trainer.learner.architecture]
        for name, value in (("minutes", plan.minutes), ("epochs", plan.epochs)):
            words += [f"--{name}", f"{value:g}"] if value is not None else []
        words += ["--seed", str(plan.seed), "--validate-every", str(plan.validate_every)]
        words += ["--patience", str(plan.patience)] if plan.patience is not None else []
        words += ["--pickup", f"{self.options['pickup']:g}"] if self.options["pickup"] else []
        for name, value in plan.options.items():
            words += ["--option", f"{name}={value:g}"]
        return shlex.join(words)
