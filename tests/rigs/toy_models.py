"""Generators of a few lines whose answers are known: one that accompanies, edits, extends each."""

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


class Mends(torch.nn.Module):
    """Puts notes below D3 up an octave, and leaves the others as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("low", torch.tensor(50.0))

    def forward(
        self,
        notes: torch.Tensor,
        begin: float,
        end: float,
        controls: dict[str, float],
        seed: int,
    ) -> torch.Tensor:
        """Answer with the melody between `begin` and `end`."""
        melody = notes[notes[:, 0] == 0]
        inside = melody[(melody[:, 1] >= begin) & (melody[:, 1] < end)].clone()
        inside[:, 3] = torch.where(inside[:, 3] < self.low, inside[:, 3] + 12, inside[:, 3])
        return inside


class GoesOn(torch.nn.Module):
    """Plays the last pitch again on each beat, three quarters of it long."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("first", torch.tensor(60.0))

    def forward(
        self,
        notes: torch.Tensor,
        begin: float,
        end: float,
        controls: dict[str, float],
        seed: int,
    ) -> torch.Tensor:
        """Answer with quarter notes from `begin` to `end`."""
        melody = notes[(notes[:, 0] == 0) & (notes[:, 1] < begin)]
        pitch = float(self.first.item()) if melody.size(0) == 0 else float(melody[-1, 3].item())
        rows: list[list[float]] = []
        start = begin
        while start < end - 0.001:
            rows.append([0.0, start, 0.75, pitch, 70.0])
            start += 1.0
        return torch.tensor(rows, dtype=torch.float32).reshape(-1, 5)


def save_toys(folder: Path) -> None:
    """Save `heldchord`, `mender` (which edits) and `goeson` (which extends) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    save_held_chord(folder)
    mender = Manifest(name="mender", title="A mender", technique="edit")
    torchscript.save(Mends(), mender, folder / "mender.ts")
    goes_on = Manifest(name="goeson", title="It goes on", technique="extend")
    torchscript.save(GoesOn(), goes_on, folder / "goeson.ts")
