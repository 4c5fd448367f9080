"""What a training says while it goes on, and how it hears that it should stop."""

import shlex
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.progress import TaskProgressColumn

from bridge.commands.progress import progress_bar, say_beside

if TYPE_CHECKING:
    from models.data.piece import Corpus
    from models.training.loop import Progress, Trainer

_SHOWN_REASONS = 5
_FEWEST_STEPS = 200  # below that no architecture has learnt more than which notes are frequent


class Stop:
    """Turns Ctrl-C (and the system's request to end) into a stop after the step; twice is at once.

    Called from: the main thread, between any two instructions.
    """

    _SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.is_requested = False
        self.say: Callable[[str], None] = lambda text: None
        self.insisting = True  # torchrun repeats what the terminal has said already
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {s: signal.signal(s, self._hear) for s in self._SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __call__(self) -> bool:
        """Say whether to stop."""
        return self.is_requested

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.is_requested and self.insisting and number == signal.SIGINT:
            raise KeyboardInterrupt
        if not self.is_requested:
            self.say("stopping after this step; validating and exporting takes some seconds")
        self.is_requested = True


class TrainingReporter:
    """Says lines on standard output, with a bar on a terminal; silent but in the first process."""

    def __init__(self, *, first: bool = True) -> None:
        self.first = first
        self._bar = progress_bar(TaskProgressColumn(), hidden=not first)

    def say(self, text: str) -> None:
        """Say a line."""
        if self.first:
            say_beside(self._bar, text)

    def say_all(self, lines: Iterable[str]) -> None:
        """Say several lines."""
        for line in lines:
            self.say(line)

    def reading(self, done: int, total: int) -> None:
        """Show how many files were read."""
        if self._bar.disable:
            return
        if not self._bar.tasks:
            self._bar.start()
            self._bar.add_task("reading", total=total)
        self._bar.update(self._bar.tasks[0].id, completed=done, total=total)
        if done == total:
            self._bar.stop()
            self._bar.remove_task(self._bar.tasks[0].id)

    def corpus(self, corpus: "Corpus") -> None:
        """Say what there is to learn from."""
        bars = sum(p.bars for p in corpus.train)
        roles = ", ".join(t.name for t in corpus.tracks)
        self.say(
            f"{len(corpus.train)} pieces to learn from ({bars} bars: melody, {roles}), "
            f"{len(corpus.valid)} to choose by, {len(corpus.left_out)} files left out"
        )
        for out in corpus.left_out[:_SHOWN_REASONS]:
            self.say(f"  left out: {out}")
        if len(corpus.left_out) > _SHOWN_REASONS:
            self.say("  ... `continuo dataset report FOLDER` says why of each file")

    def begin(self, trainer: "Trainer") -> None:
        """Say what is trained, where, and how to look at it."""
        learner, compute = trainer.learner, trainer.compute
        count = sum(p.numel() for m in learner.best().values() for p in m.parameters())
        where = str(compute.device) + (", mixed precision" if compute.mixed else "")
        if compute.count > 1:
            where = f"{compute.count} processes, {where}"
        self.say(
            f"{learner.architecture}, {count / 1e6:.2f} million parameters, on {where}; "
            "Ctrl-C exports what there is"
        )
        self.say(f"checkpoints: {trainer.folder}")
        if trainer.step:
            self.say(
                f"going on from step {trainer.step}, epoch {trainer.epoch:.1f}, "
                f"after {trainer.seconds / 60:.1f} minutes"
            )

    def watch(self, trainer: "Trainer", stop: Stop) -> "Iterator[Progress]":
        """Run the training under a bar, passing its validations on."""
        stop.say = self.say
        stop.insisting = trainer.compute.count == 1
        if self._bar.disable:
            yield from trainer.run(stop)
            return
        task = self._bar.add_task("training", total=1.0)
        with self._bar:
            yield from trainer.run(
                stop, lambda fraction: self._bar.update(task, completed=fraction)
            )

    def tell(self, progress: "Progress") -> None:
        """Say how it goes."""
        losses = "  ".join(f"{n} {v:.3f}" for n, v in progress.losses.items())
        valid = " ".join(
            f"{v:.3f}" if n == "loss" else f"{n} {v:.3f}" for n, v in progress.valid.items()
        )
        self.say(
            f"step {progress.step:5d}  epoch {progress.epoch:6.1f}  {losses}  valid {valid}  "
            f"{_time(progress.seconds_left)} left{'  best' if progress.best else ''}"
        )

    def exported(self, path: Path) -> None:
        """Say where the model is and what to do with it."""
        self.say(
            f"{path}: {path.stat().st_size / 1e6:.1f} MB; try: continuo generate "
            f"MELODY.mid --model {shlex.quote(path.stem)} --out OUT.mid"
        )

    def warn_of_noise(self, trainer: "Trainer") -> None:
        """Say that a model which has hardly begun to learn plays noise."""
        if trainer.step < _FEWEST_STEPS:
            steps = "1 step" if trainer.step == 1 else f"{trainer.step} steps"
            self.say(
                f"after {steps} of training what it plays is noise: "
                "go on with --resume --minutes 60"
            )


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
