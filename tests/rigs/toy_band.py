"""A band in a few lines, as an artifact: drums, a bass, sections; it hears chords."""

from pathlib import Path

import torch

from models.artifact import torchscript
from models.artifact.manifest import Manifest, SectionSpec, TrackSpec

NAME = "toyband"
SECTIONS = ("intro", "a", "b", "c", "d", "fill", "break", "ending")
PLAIN_DRUM = 36  # without a section; the k-th section's is k higher


class ToyBand(torch.nn.Module):
    """On each beat a drum whose pitch is the section, and a bass: the chord's lowest note, or C.

    The last bar of an ending is one stroke and one long note.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("drum", torch.tensor(float(PLAIN_DRUM)))

    def bass(self, notes: torch.Tensor, beat: float) -> float:
        """Give the lowest note of the chord at a beat, or C."""
        chords = notes[notes[:, 0] == -1]
        ends = chords[:, 1] + chords[:, 2]
        held = chords[(chords[:, 1] <= beat + 0.001) & (ends > beat + 0.001)]
        return 36.0 if held.size(0) == 0 else float(held[:, 3].min().item())

    def forward(
        self,
        notes: torch.Tensor,
        begin: float,
        end: float,
        controls: dict[str, float],
        seed: int,
    ) -> torch.Tensor:
        """Answer with a drum and a bass note on each beat."""
        section = controls.get("section", 0.0)
        drum, bar = float(self.drum.item()) + section, controls["beats_per_bar"]
        rows: list[list[float]] = []
        beat = float(torch.ceil(torch.tensor(begin - 0.001)).item())
        while beat < end - 0.001:
            is_close = section == 8.0 and beat > end - bar - 0.001
            length = min(end - beat, bar if is_close else 1.0)
            rows.append([1.0, beat, 0.25, drum, 90.0])
            rows.append([2.0, beat, length, self.bass(notes, beat), 70.0])
            beat += bar if is_close else 1.0
        return torch.tensor(rows, dtype=torch.float32).reshape(-1, 5)


def save_toy_band(folder: Path) -> None:
    """Save the artifact `toyband` into `folder`."""
    tracks = (TrackSpec("Drums", "drums", 0, 9, 35, 81), TrackSpec("Bass", "bass", 32, 1, 24, 60))
    manifest = Manifest(
        name=NAME,
        title="A toy band",
        technique="accompany",
        tracks=tracks,
        hears=("melody", "chords"),
        sections=tuple(SectionSpec(name, name.title()) for name in SECTIONS),
    )
    torchscript.save(ToyBand(), manifest, folder / f"{NAME}.ts")
