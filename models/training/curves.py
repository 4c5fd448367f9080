"""TensorBoard's view of a training; the only file that names tensorboard."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from models.music.clip import Composition
from models.sound.audio_file import RATE
from models.sound.composition import render_composition
from models.training.loop import Progress

if TYPE_CHECKING:
    from torch.utils.tensorboard.writer import SummaryWriter

_HEARD = 1  # of the samples; each second of sound takes 88 kB
_LONGEST_SECONDS = 20.0  # to be heard; the sampler takes a tenth of that to play it


class Curves:
    """Writes event files for TensorBoard."""

    def __init__(self, writer: "SummaryWriter") -> None:
        self._writer = writer
        self._laid_out = False

    def progress(self, progress: Progress) -> None:
        """Add the losses, the validation's figures and the learning rates."""
        for group, values in (
            ("loss", progress.losses),
            ("valid", progress.valid),
            ("rate", progress.rates),
        ):
            for name, value in values.items():
                self._scalar(f"{group}/{name}", value, progress.step)
        self._scalar("progress/epoch", progress.epoch, progress.step)
        self._scalar("progress/minutes", progress.seconds / 60, progress.step)
        self._writer.flush()

    def figures(self, step: int, own: Mapping[str, float], real: Mapping[str, float]) -> None:
        """Add musical figures of samples, and the training set's own as level lines."""
        if not self._laid_out:
            self._lay_out(own, real)
        for name, value in own.items():
            self._scalar(f"music/{name}", value, step)
        for name, value in real.items():
            self._scalar(f"music_training/{name}", value, step)

    def _lay_out(self, own: Mapping[str, float], real: Mapping[str, float]) -> None:
        """Put each figure and its reference line into one chart (the tab Custom Scalars)."""
        charts = {
            name: ["Multiline", [f"music/{name}$", f"music_training/{name}$"]]
            for name in own
            if name in real
        }
        self._writer.add_custom_scalars({"samples and training set": charts})
        self._laid_out = True

    def pieces(self, step: int, pieces: Sequence[Composition]) -> None:
        """Add samples as piano rolls, and the first as sound."""
        from models.training.pictures import draw  # matplotlib may be absent

        for number, piece in enumerate(pieces, start=1):
            self._writer.add_image(f"sample/{number}", draw(piece), step, dataformats="HWC")
        for number, piece in enumerate(pieces[:_HEARD], start=1):
            sound = render_composition(piece, _LONGEST_SECONDS)
            self._writer.add_audio(f"sample/{number}", sound, step, sample_rate=RATE)
        self._writer.flush()

    def close(self) -> None:
        """Finish the files."""
        self._writer.close()

    def _scalar(self, name: str, value: float, step: int) -> None:
        if isfinite(value):
            self._writer.add_scalar(name, value, step)


def open_curves(folder: Path, step: int, tell: Callable[[str], None]) -> Curves | None:
    """Open TensorBoard's log, forgetting what came after `step`; None, as told, without it."""
    try:
        import matplotlib  # noqa: F401 - it draws the pictures
        import PIL  # noqa: F401 - torch needs it for pictures
        from torch.utils.tensorboard.writer import SummaryWriter
    except ImportError:
        tell("no curves or pictures: no TensorBoard or matplotlib (pip install 'continuo[train]')")
        return None
    return Curves(SummaryWriter(str(folder), purge_step=step + 1 if step else None))
