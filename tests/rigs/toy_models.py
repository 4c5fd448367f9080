"""A generator of a few lines whose answer is known: a held chord in each bar, three voices."""

from pathlib import Path

import torch

from models.artifact import torchscript
from models.artifact.manifest import Manifest, TrackSpec

VOICES = (("alto", 64), ("tenor", 60), ("bass", 48))


class HeldChord(torch.nn.Module):
    """Each voice strikes its pitch on every bar line and holds it for the bar."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("pitches", torch.tensor([pitch for _, pitch in VOICES]))

    def forward(
        self,
        notes: torch.Tensor,
        begin: float,
        end: float,
        controls: dict[str, float],
        seed: int,
    ) -> torch.Tensor:
        """Answer with one row a voice and bar."""
        bar = controls["beats_per_bar"]
        rows: list[list[float]] = []
        start = begin
        while start < end - 0.001:
            for voice in range(3):
                pitch = float(self.pitches[voice].item())
                rows.append([voice + 1.0, start, min(bar, end - start), pitch, 70.0])
            start += bar
        return torch.tensor(rows, dtype=torch.float32).reshape(-1, 5)


def save_held_chord(folder: Path, name: str = "heldchord") -> Path:
    """Save the artifact `name` into `folder`; give back its path."""
    manifest = Manifest(
        name=name,
        title="Held chord",
        technique="accompany",
        tracks=tuple(
            TrackSpec(voice, voice, 19, channel, pitch, pitch)
            for channel, (voice, pitch) in enumerate(VOICES, start=1)
        ),
    )
    path = folder / f"{name}.ts"
    torchscript.save(HeldChord(), manifest, path)
    return path
