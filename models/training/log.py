"""What a training leaves to look at: curves, pictures, samples to hear, and all numbers as text."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from models.formats.midi_write import write_composition
from models.formats.whole_file import FileWriteError, replace_file
from models.music.clip import Composition
from models.training.curves import open_curves
from models.training.errors import TrainingError
from models.training.loop import Progress, Trainer
from models.training.sample_figures import Yardstick

METRICS, SAMPLES, CURVES = "metrics.jsonl", "samples", "tensorboard"
_SAMPLE_COUNT = 3
# Sampling may cost a twentieth of the time of training.
_SAMPLE_SHARE = 0.05


class Log:
    """Writes what a trainer reports into its folder; TensorBoard's files too if it is there.

    Each validation is a line of metrics.jsonl. Samples of the validation melodies, with their
    musical figures, come as often as a twentieth of the time allows.
    """

    def __init__(
        self,
        trainer: Trainer,
        tell: Callable[[str], None],
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._trainer, self._tell, self._now = trainer, tell, now
        self._folder = trainer.folder
        self._samples = self._folder / SAMPLES
        self._yardstick: Yardstick | None = None
        self._next_sample_seconds = float("-inf")
        try:
            self._samples.mkdir(parents=True, exist_ok=True)
            _forget_after(self._folder / METRICS, trainer.step)
            self._curves = open_curves(self._folder / CURVES, trainer.step, tell)
        except (OSError, FileWriteError) as error:
            raise _no_room(self._folder, error) from error
        if self._curves:
            tell(f"curves, pictures and sound: tensorboard --logdir {self._folder / CURVES}")
        tell(f"numbers: {self._folder / METRICS}; samples: {self._samples}")

    def write(self, progress: Progress, *, is_hurried: bool = False) -> None:
        """Write one validation, and samples if it is time for them and there is time."""
        sampled = not is_hurried and (
            self._now() >= self._next_sample_seconds or progress.fraction >= 1
        )
        try:
            figures = self._sample(progress) if sampled else {}
            self._write_line(progress, figures)
            if self._curves:
                self._curves.progress(progress)
        except (OSError, FileWriteError) as error:
            raise _no_room(self._folder, error) from error

    def close(self) -> None:
        """Finish the files; what the curves could not write is said, and stops nothing."""
        if self._curves:
            try:
                self._curves.close()
            except OSError as error:
                self._tell(f"the curves end early: {error.strerror or error}")

    def _sample(self, progress: Progress) -> Mapping[str, float]:
        began = self._now()
        if self._yardstick is None:
            self._yardstick = Yardstick(self._trainer.learner.corpus)
            began = self._now()  # it is made once
        pieces = self._trainer.sample(_SAMPLE_COUNT)
        figures = self._yardstick.measure(pieces)
        self._tell(self._yardstick.words(figures))
        self._keep(progress.step, pieces)
        if self._curves:
            self._curves.figures(progress.step, figures, self._yardstick.figures)
            self._curves.pieces(progress.step, pieces)
        took = self._now() - began
        self._next_sample_seconds = self._now() + took / _SAMPLE_SHARE
        return figures

    def _keep(self, step: int, pieces: Sequence[Composition]) -> None:
        for number, piece in enumerate(pieces, start=1):
            write_composition(self._samples / f"step-{step:06d}-{number}.mid", piece)

    def _write_line(self, progress: Progress, figures: Mapping[str, float]) -> None:
        line: dict[str, Any] = {
            "step": progress.step,
            "epoch": progress.epoch,
            "seconds": progress.seconds,
            "losses": _plain(progress.losses),
            "valid": _plain(progress.valid),
            "rates": _plain(progress.rates),
            "best": progress.best,
        }
        if figures and self._yardstick:
            line["figures"] = _plain(figures)
            line["training_figures"] = _plain(self._yardstick.figures)
        with (self._folder / METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, allow_nan=False) + "\n")


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Read the lines of a training's metrics.jsonl; a last one that was cut short is left out."""
    path = folder / METRICS
    if not path.exists():
        return []
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            out.append(json.loads(line))
        except ValueError:
            continue
    return out


def _forget_after(path: Path, step: int) -> None:
    """Drop what was written after the checkpoint that the training goes on from."""
    lines = [entry for entry in read_metrics(path.parent) if entry["step"] <= step]
    text = "".join(json.dumps(entry) + "\n" for entry in lines)
    replace_file(path, text.encode())


def _plain(values: Mapping[str, float]) -> dict[str, float | None]:
    return {n: float(v) if isfinite(v) else None for n, v in values.items()}


def _no_room(folder: Path, error: Exception) -> TrainingError:
    reason = getattr(error, "strerror", None) or str(error)
    return TrainingError(
        f"cannot write the log in {folder} ({reason}): make room and go on with --resume, "
        "or use --no-log"
    )
